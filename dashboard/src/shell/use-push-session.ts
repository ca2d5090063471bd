import { useEffect } from "react";
import { ownSubscription } from "./own-subscription.ts";

/** After a new sign-in, messages to this browser go on, and end with the new session. */
export function usePushSession(): void {
  useEffect(() => {
    if (!ownSubscription()) return;
    // What fails now is done by the next page.
    import("./push/push-session.ts").then((part) => part.takePushAlong()).catch(() => undefined);
  }, []);
}
