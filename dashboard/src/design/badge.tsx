import { CircleAlert, CircleCheck, CircleX, Info } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

/** What a state means for the reader. Never shown by colour alone: an icon and a word go with it. */
export type Tone = "good" | "warn" | "bad" | "info" | "neutral";

const looks: Record<Tone, string> = {
  good: "border-transparent bg-good-soft text-good",
  warn: "border-transparent bg-warn-soft text-warn",
  bad: "border-transparent bg-bad-soft text-bad",
  info: "border-transparent bg-info-soft text-info",
  neutral: "border-line bg-canvas text-muted",
};

/** The icon of each tone; `neutral` has none. */
export const toneIcons = { good: CircleCheck, warn: CircleAlert, bad: CircleX, info: Info, neutral: undefined };

type BadgeProps = {
  /** `neutral` unless given. */
  tone?: Tone;
  /** Instead of the tone's own icon. */
  icon?: ReactNode;
  children: ReactNode;
};

/** A word about the state or kind of a thing. */
export function Badge({ tone = "neutral", icon, children }: BadgeProps) {
  const ToneIcon = toneIcons[tone];
  return (
    <span
      className={classes(
        "inline-flex max-w-full items-center gap-1.5 rounded-full border px-2 py-0.5 text-sm font-medium wrap-break-word [&>svg]:size-3.5 [&>svg]:shrink-0",
        looks[tone],
      )}
    >
      {icon ?? (ToneIcon && <ToneIcon aria-hidden />)}
      <span className="min-w-0">{children}</span>
    </span>
  );
}
