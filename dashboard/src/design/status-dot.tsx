import type { ReactNode } from "react";
import type { Tone } from "./badge.tsx";
import { classes } from "./classes.ts";

const looks: Record<Tone, string> = {
  good: "text-good",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  neutral: "text-muted",
};

/** A state as a small mark with its word. The mark's shape differs by tone, so that colour is not needed to read it. */
export function StatusDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full items-center gap-2 text-sm">
      <svg viewBox="0 0 10 10" aria-hidden="true" className={classes("size-2.5 shrink-0 fill-current", looks[tone])}>
        <Mark tone={tone} />
      </svg>
      <span className="min-w-0">{children}</span>
    </span>
  );
}

function Mark({ tone }: { tone: Tone }) {
  if (tone === "good") return <circle cx="5" cy="5" r="4.5" />;
  if (tone === "warn") return <path d="M5 .5 9.7 9.2H.3Z" />;
  if (tone === "bad") return <path d="M5 0 10 5 5 10 0 5Z" />;
  if (tone === "info") return <rect x=".5" y=".5" width="9" height="9" rx="1.5" />;
  return <circle cx="5" cy="5" r="3.7" fill="none" stroke="currentColor" strokeWidth="1.6" />;
}
