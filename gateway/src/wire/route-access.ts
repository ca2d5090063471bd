import { grants } from "../kit/scopes.ts";
import type { Principal } from "./principal.ts";
import type { RouteEntry } from "./snapshot.ts";

/** What decides who may use a route. */
export type RouteAccess = Pick<RouteEntry, "appId" | "publicAccess" | "scopes" | "sensitive">;

/** Whom a route or an app is opened to. */
export type Opener = Pick<Principal, "kind" | "scopes" | "named">;

/**
 * The scopes of somebody that count for an app or a route: for a sensitive one a device's `access:*` does not, nor what is
 * left of it where its owner may open some apps only. It must have been given that app by name (ruling R7).
 */
export function countingScopes({ kind, scopes, named }: Opener, sensitive: boolean): readonly string[] {
  if (!sensitive || kind !== "device") return scopes;
  return scopes.filter((scope) => scope !== "access:*" && (!scope.startsWith("access:") || named?.includes(scope)));
}

/** What somebody lacks to use a route; nothing when they may. A route without scopes needs `access:<app>`. */
export function missingScopes(who: Opener, route: RouteAccess): string[] {
  if (route.publicAccess) return [];
  const required = route.scopes.length ? route.scopes : [`access:${route.appId}`];
  const held = countingScopes(who, route.sensitive);
  return required.filter((scope) => !grants(held, scope));
}
