import { isDeepStrictEqual } from "node:util";
import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";
import type { Principal } from "../../wire/principal.ts";
import { effectiveScopes } from "./answers.ts";
import type { RouteOptions, StoredRoute } from "./store.ts";

/** What ruling R30 protects. */
export type Privileged = Pick<RouteOptions, "appId" | "scopes" | "publicAccess" | "sensitive" | "identityHeaders"> &
  Partial<Pick<RouteOptions, "to" | "caFile">>;

/**
 * Ruling R30: who opens an app to others, tells it who is signed in, leads to a socket of this machine, or has a file
 * of it read, must be an administrator. What a new route
 * is compared with is the strict default, or what discovery proposed. Throws `FORBIDDEN`.
 */
export function checkPrivileged(
  principal: Principal,
  present: Privileged | undefined,
  next: RouteOptions,
  defaultScopes: readonly string[],
): void {
  const changed = differences(present ?? strictDefault(next.appId), next, defaultScopes);
  if (!changed.length || grants(principal.scopes, "access:admin")) return;
  throw new Problem(
    "FORBIDDEN",
    `This would change ${changed.join(", ")} of the route, also by leaving it out. That needs the scope access:admin.`,
  );
}

/**
 * Ruling R30 for removing and restoring: whoever could not set what an administrator set must not get rid of it by
 * removing the route and making it again, nor bring it back. Throws `FORBIDDEN`.
 */
export function checkSpecial(
  principal: Principal,
  route: StoredRoute,
  defaultScopes: readonly string[],
  doing: "Removing" | "Restoring",
): void {
  const special = differences(strictDefault(route.appId), route, defaultScopes);
  if (!special.length || grants(principal.scopes, "access:admin")) return;
  throw new Problem(
    "FORBIDDEN",
    `An administrator set ${special.join(", ")} of the route "${route.routeId}". ${doing} it needs the scope access:admin.`,
  );
}

function strictDefault(appId: string): Privileged {
  return { appId, scopes: [], publicAccess: false, sensitive: false, identityHeaders: false };
}

/** Which privileged fields differ in effect. */
function differences(before: Privileged, next: Privileged, defaultScopes: readonly string[]): string[] {
  // While an app is public its scopes have no effect, but they will have one as soon as it is not.
  const own = (route: Privileged) =>
    [...new Set(effectiveScopes({ ...route, publicAccess: false }, defaultScopes))].sort();
  const changed: string[] = [];
  if (!isDeepStrictEqual(own(before), own(next))) changed.push("scopes");
  if (before.publicAccess !== next.publicAccess) changed.push("publicAccess");
  if (before.sensitive !== next.sensitive) changed.push("sensitive");
  if (before.identityHeaders !== next.identityHeaders) changed.push("identityHeaders");
  if (socketIn(before) !== socketIn(next)) changed.push("the unix socket in to");
  if ((before.caFile ?? "") !== (next.caFile ?? "")) changed.push("caFile");
  return changed;
}

/** The path of the base behind a socket may be changed by whoever may change paths. */
function socketIn({ to = "" }: Privileged): string {
  return /^unix:(?:\/\/)?([^:]*)/i.exec(to)?.[1] ?? "";
}
