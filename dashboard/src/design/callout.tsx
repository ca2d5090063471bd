import type { ReactNode } from "react";
import { type Tone, toneIcons } from "./badge.tsx";
import { classes } from "./classes.ts";

type CalloutTone = Exclude<Tone, "neutral">;

const looks: Record<CalloutTone, { box: string; mark: string }> = {
  good: { box: "border-good/30 bg-good-soft", mark: "text-good" },
  warn: { box: "border-warn/30 bg-warn-soft", mark: "text-warn" },
  bad: { box: "border-bad/30 bg-bad-soft", mark: "text-bad" },
  info: { box: "border-info/30 bg-info-soft", mark: "text-info" },
};

type CalloutProps = {
  tone: CalloutTone;
  title: ReactNode;
  /** What follows from it and what the reader can do. */
  children?: ReactNode;
  /** Buttons or links. */
  actions?: ReactNode;
  /** Makes it an alert that is read out when it appears; for what answers something the person just did. */
  announce?: boolean;
};

/** A remark that belongs to its place on the page: a warning, a fault, a success that stays. */
export function Callout({ tone, title, children, actions, announce }: CalloutProps) {
  const Icon = toneIcons[tone];
  return (
    <div role={announce ? "alert" : undefined} className={classes("rounded-lg border p-3.5", looks[tone].box)}>
      <div className="flex gap-3">
        <Icon aria-hidden className={classes("mt-0.5 size-4.5 shrink-0", looks[tone].mark)} />
        <div className="min-w-0 flex-1 space-y-1">
          <p className="font-medium">{title}</p>
          {children && <div className="text-sm text-text">{children}</div>}
          {actions && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
        </div>
      </div>
    </div>
  );
}
