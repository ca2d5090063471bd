import { logout } from "../api/endpoints.gen.ts";
import { session } from "../api/gateway.ts";
import { useChange } from "../api/use-change.ts";

/** Signs this browser out. While the gateway has not confirmed it, the person stays signed in. */
export function useSignOut() {
  return useChange(logout, { onDone: () => session.end("here") });
}
