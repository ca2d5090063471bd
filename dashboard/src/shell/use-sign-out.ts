import { useCallback } from "react";
import { logout } from "../api/endpoints.gen.ts";
import { session } from "../api/gateway.ts";
import { useChange } from "../api/use-change.ts";
import { ownSubscription } from "./push/own-subscription.ts";

/** Signs this browser out. While the gateway has not confirmed it, the person stays signed in. */
export function useSignOut() {
  const change = useChange(logout, { onDone });
  const { run } = change;
  const signOut = useCallback(async () => {
    session.leaving(true);
    const reply = await run();
    session.leaving(false);
    return reply;
  }, [run]);
  return { ...change, run: signOut };
}

function onDone(): void {
  session.end("here");
  if (!ownSubscription()) return;
  // The gateway sends no more; this drops what the push service still holds, and what belongs to another person's session.
  import("./push/push-browser.ts").then((part) => part.unsubscribeHere()).catch(() => undefined);
}
