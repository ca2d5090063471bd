import { useLingui } from "@lingui/react/macro";
import { classes } from "../design/classes.ts";
import { useWaiting } from "./waiting.ts";

/** How many proposals wait for a decision; nothing for those who may not decide. `className` has its place and size. */
export function WaitingCount({ className }: { className: string }) {
  const { t } = useLingui();
  const { count } = useWaiting();
  if (!count) return null;
  return (
    <span className={classes("rounded-full bg-accent text-sm font-medium text-on-accent", className)}>
      <span aria-hidden>{count}</span>
      <span className="sr-only">{t`${count} waiting`}</span>
    </span>
  );
}
