import { type RefObject, useCallback, useEffect, useRef } from "react";
import { nextAfter } from "./proposal.ts";
import { rowId } from "./proposal-row.tsx";

/**
 * Takes the focus on to the next proposal once decided ones are gone from the list, and to `fallback` after the last.
 * `goOn` is called with those that go; `later` waits for `release`, as until a sheet has closed.
 */
export function useNextFocus(shown: readonly string[], fallback: RefObject<HTMLElement | null>) {
  const wanted = useRef<{ gone: ReadonlySet<string>; next: string | undefined; isHeld: boolean }>(undefined);
  const ids = useRef(shown);

  const settle = useCallback(() => {
    const { current } = wanted;
    if (!current || current.isHeld || ids.current.some((id) => current.gone.has(id))) return;
    wanted.current = undefined;
    const row = current.next === undefined ? null : document.getElementById(rowId(current.next));
    (row ?? fallback.current)?.focus();
  }, [fallback]);

  useEffect(() => {
    ids.current = shown;
    settle();
  });

  const goOn = useCallback((gone: readonly string[], hold?: "later") => {
    const set = new Set(gone);
    wanted.current = { gone: set, next: nextAfter(ids.current, set), isHeld: hold !== undefined };
  }, []);

  const release = useCallback(() => {
    if (wanted.current) wanted.current.isHeld = false;
    settle();
  }, [settle]);

  return { goOn, release };
}
