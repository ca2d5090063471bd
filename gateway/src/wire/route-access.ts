import { grants } from "../kit/scopes.ts";
import type { Principal } from "./principal.ts";
import type { RouteEntry } from "./snapshot.ts";

/** What decides who may use a route. */
export type RouteAccess = Pick<RouteEntry, "appId" | "publicAccess" | "scopes" | "sensitive">;

/**
 * What somebody lacks to use a route; nothing when they may. A route without scopes needs `access:<app>`. On a
 * sensitive route a device's `access:*` does not count: it must have been given that app by name (ruling R7).
 */
export function missingScopes(who: Pick<Principal, "kind" | "scopes">, route: RouteAccess): string[] {
  if (route.publicAccess) return [];
  const required = route.scopes.length ? route.scopes : [`access:${route.appId}`];
  const held =
    route.sensitive && who.kind === "device" ? who.scopes.filter((scope) => scope !== "access:*") : who.scopes;
  return required.filter((scope) => !grants(held, scope));
}
