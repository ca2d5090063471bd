import { classes } from "./classes.ts";

/** How much a button asks for attention. A group of buttons has at most one `primary` or `danger`. */
export type ButtonRank = "primary" | "secondary" | "quiet" | "danger";

/** `small` is for table rows and the heads of panels. */
export type ButtonSize = "medium" | "small";

const ranks: Record<ButtonRank, string> = {
  primary: "border-transparent bg-accent text-on-accent enabled-hover:bg-accent-hover",
  secondary: "border-line-strong/60 bg-surface text-text shadow-sm enabled-hover:bg-hover",
  quiet: "border-transparent text-text enabled-hover:bg-hover",
  danger: "border-transparent bg-bad-solid text-on-bad enabled-hover:brightness-95",
};

const sizes: Record<ButtonSize, string> = {
  medium: "min-h-control px-3.5",
  small: "min-h-control-small px-2.5",
};

/** The classes of a button; also for links that look like one. */
export function buttonLook(rank: ButtonRank, size: ButtonSize): string {
  return classes(
    "relative inline-flex max-w-full items-center justify-center gap-2 rounded-md border py-1 text-center text-sm font-medium",
    "wrap-break-word select-none transition-colors duration-100",
    "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-default",
    ranks[rank],
    sizes[size],
  );
}
