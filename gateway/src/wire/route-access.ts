import { grants } from "../kit/scopes.ts";
import type { Principal } from "./principal.ts";
import type { RouteEntry } from "./snapshot.ts";

/** What decides who may use a route. */
export type RouteAccess = Pick<RouteEntry, "appId" | "publicAccess" | "scopes" | "sensitive">;

/**
 * The scopes of somebody that count for an app or a route: for a sensitive one a device's `access:*` does not, it must
 * have been given that app by name (ruling R7).
 */
export function countingScopes(
  { kind, scopes }: Pick<Principal, "kind" | "scopes">,
  sensitive: boolean,
): readonly string[] {
  return sensitive && kind === "device" ? scopes.filter((scope) => scope !== "access:*") : scopes;
}

/** What somebody lacks to use a route; nothing when they may. A route without scopes needs `access:<app>`. */
export function missingScopes(who: Pick<Principal, "kind" | "scopes">, route: RouteAccess): string[] {
  if (route.publicAccess) return [];
  const required = route.scopes.length ? route.scopes : [`access:${route.appId}`];
  const held = countingScopes(who, route.sensitive);
  return required.filter((scope) => !grants(held, scope));
}
