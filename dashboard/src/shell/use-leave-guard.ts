import { useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { useEffect } from "react";
import { session } from "../api/gateway.ts";
import { useConfirm } from "../design/confirm.tsx";

type LeaveGuard = {
  /** Something would be lost. */
  hasChanges: boolean;
  /** The value in the address that keeps the form open, where it lies above its screen. */
  place?: string;
  /** Asked at the moment of leaving: was it saved just now? */
  isSaved?(): boolean;
  title?: string;
  text?: string;
};

/**
 * Asks before a person leaves a form with changes that are not saved, also by the back button and by closing the window.
 * A session that ends by itself leaves them where they are.
 */
export function useLeaveGuard({ hasChanges, place, isSaved, title, text }: LeaveGuard): void {
  const { t } = useLingui();
  const confirm = useConfirm();
  // Opening a section changes the address as well, and leaves nothing.
  const placeIn = ({ pathname, search }: { pathname: string; search: Record<string, unknown> }) =>
    `${pathname} ${place ? search[place] : ""}`;

  useEffect(() => (hasChanges ? session.holdPage() : undefined), [hasChanges]);
  useBlocker({
    disabled: !hasChanges,
    enableBeforeUnload: hasChanges,
    shouldBlockFn: async ({ current, next }) =>
      placeIn(current) !== placeIn(next) &&
      !isSaved?.() &&
      !(await confirm({
        title: title ?? t`Leave without saving?`,
        text: text ?? t`What you changed here is lost.`,
        action: t`Leave`,
        keep: t`Go on editing`,
        danger: true,
      })),
  });
}
