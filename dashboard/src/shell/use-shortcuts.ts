import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef } from "react";
import { useDestinations } from "./destinations.ts";
import { usePreferences } from "./preferences.tsx";

/** How long after `g` the second key may come, in ms. */
const SEQUENCE_MS = 1500;

/**
 * Ctrl or Cmd + K opens the palette. So does `/`, `?` opens the list of shortcuts, and `g` with a letter another screen,
 * unless the person switched single keys off (WCAG 2.1.4).
 */
export function useShortcuts({ onPalette, onList }: { onPalette(): void; onList(): void }): void {
  const navigate = useNavigate();
  const destinations = useDestinations();
  const { shortcuts } = usePreferences().preferences;
  const goUntil = useRef(0);

  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      onPalette();
      return;
    }
    // Single keys belong to fields and dialogs first.
    if (!shortcuts || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
    const isGoing = event.timeStamp < goUntil.current;
    goUntil.current = 0;
    const wanted = isGoing && destinations.find(({ key }) => key === event.key);
    if (event.key === "/") onPalette();
    else if (event.key === "?") onList();
    else if (event.key === "g") goUntil.current = event.timeStamp + SEQUENCE_MS;
    else if (wanted) void navigate({ to: wanted.to });
    else return;
    event.preventDefault();
  });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
