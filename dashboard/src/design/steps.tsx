import { useLingui } from "@lingui/react/macro";
import { Check } from "lucide-react";
import { classes } from "./classes.ts";

/** Where a person is in a wizard: `current` counts from 0. */
export function Steps({ steps, current }: { steps: readonly string[]; current: number }) {
  const { t } = useLingui();
  return (
    <ol aria-label={t`Steps`} className="flex gap-2">
      {steps.map((step, index) => {
        const done = index < current;
        const here = index === current;
        return (
          <li key={step} aria-current={here ? "step" : undefined} className="min-w-0 flex-1">
            <span className={classes("block h-1 rounded-full", done || here ? "bg-accent" : "bg-line")} />
            <span
              className={classes(
                "mt-2 flex items-center gap-1.5 text-sm max-sm:sr-only",
                here ? "font-medium text-text" : "text-muted",
              )}
            >
              {done && <Check aria-hidden className="size-4 shrink-0 text-accent-ink" />}
              <span className="min-w-0">{step}</span>
              {done && <span className="sr-only">{t`(done)`}</span>}
            </span>
            {here && (
              <span aria-hidden className="mt-2 block text-sm font-medium whitespace-nowrap sm:hidden">
                {step}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
