import { useSyncExternalStore } from "react";
import type { Link } from "./connection.ts";
import { connection, session } from "./gateway.ts";
import type { SessionState } from "./session.ts";

/** The link to the gateway, with a way to ask at once. */
export function useConnection(): Link & { retryNow(): void } {
  const link = useSyncExternalStore(connection.link.subscribe, connection.link.get);
  return { ...link, retryNow: connection.retryNow };
}

/** Is somebody signed in, and if not, why? */
export function useSession(): SessionState {
  return useSyncExternalStore(session.state.subscribe, session.state.get);
}
