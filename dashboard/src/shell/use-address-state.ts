import { useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

/**
 * A value that stands in the address as `?name=value`, so that it can be kept as a bookmark and survives a reload; empty
 * is left out. `step` makes a new entry in the browser's history, for dialogs that the back button closes.
 */
export function useAddressState(name: string): [value: string, set: (value: string, step?: "step") => void] {
  const navigate = useNavigate();
  const value = useLocation({ select: ({ search }) => (search as Record<string, string | undefined>)[name] ?? "" });

  const set = useCallback(
    (next: string, step?: "step") => {
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({ ...before, [name]: next || undefined }),
        replace: step === undefined,
        resetScroll: false,
      });
    },
    [navigate, name],
  );

  return [value, set];
}
