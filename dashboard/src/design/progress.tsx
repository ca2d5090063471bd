import type { ReactNode } from "react";
import { number } from "../text/format.ts";
import { classes } from "./classes.ts";

type ProgressProps = {
  /** What goes on. */
  label: string;
  /** From 0 to 1; `undefined` where nobody knows. */
  value: number | undefined;
  /** What is being done right now; under the bar. */
  note?: ReactNode;
};

/** How far something has come. */
export function Progress({ label, value, note }: ProgressProps) {
  const part = value === undefined ? undefined : Math.min(Math.max(value, 0), 1);
  const percent = part === undefined ? undefined : number(part, { style: "percent", maximumFractionDigits: 0 });
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <span className="font-medium">{label}</span>
        <span aria-hidden className="text-muted tabular-nums">
          {percent}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part === undefined ? undefined : Math.round(part * 100)}
        className="mt-1.5 h-2 overflow-hidden rounded-full border border-line-strong/50 bg-sunken"
      >
        <div
          className={classes(
            "h-full origin-left rounded-full bg-accent transition-[width] duration-300 forced-colors:bg-[Highlight]",
            part === undefined && "w-1/3 animate-slide",
          )}
          style={part === undefined ? undefined : { width: `${part * 100}%` }}
        />
      </div>
      {note && <div className="mt-1.5 text-sm text-muted">{note}</div>}
    </div>
  );
}
