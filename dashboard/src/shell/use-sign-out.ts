import { useCallback } from "react";
import { logout } from "../api/endpoints.gen.ts";
import { session } from "../api/gateway.ts";
import { useChange } from "../api/use-change.ts";

/** Signs this browser out. While the gateway has not confirmed it, the person stays signed in. */
export function useSignOut() {
  const change = useChange(logout, { onDone: () => session.end("here") });
  const { run } = change;
  const signOut = useCallback(async () => {
    session.leaving(true);
    const reply = await run();
    session.leaving(false);
    return reply;
  }, [run]);
  return { ...change, run: signOut };
}
