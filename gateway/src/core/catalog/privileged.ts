import { isDeepStrictEqual } from "node:util";
import { HIDDEN_VALUE } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";
import type { Principal } from "../../wire/principal.ts";
import { effectiveScopes } from "./answers.ts";
import { optionsOf } from "./secret-headers.ts";
import type { RouteOptions, StoredRoute } from "./store.ts";

/** What ruling R30 protects. */
export type Privileged = Pick<RouteOptions, "appId" | "scopes" | "publicAccess" | "sensitive" | "identityHeaders"> &
  Partial<
    Pick<
      RouteOptions,
      | "to"
      | "caFile"
      | "serverName"
      | "insecureSkipVerify"
      | "setRequestHeaders"
      | "setResponseHeaders"
      | "allowNetworks"
      | "denyNetworks"
    >
  >;

/**
 * Ruling R30: who opens an app to others, tells it who is signed in or anything else that it may believe, leads to a
 * socket of this machine, or has a file of it read, must be an administrator. What a new route is compared with is the
 * strict default, or what discovery proposed. `present` hides the values of its headers. Throws `FORBIDDEN`.
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
  const special = differences(strictDefault(route.appId), optionsOf(route), defaultScopes);
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
  for (const field of ["allowNetworks", "denyNetworks"] as const) {
    if (!isDeepStrictEqual(before[field] ?? [], next[field] ?? [])) changed.push(field);
  }
  if (changesRequestHeaders(before, next)) changed.push("setRequestHeaders");
  // Otherwise whoever may change the address could have them sent to a machine of their own.
  else if (Object.keys(next.setRequestHeaders ?? {}).length && destinationOf(before) !== destinationOf(next))
    changed.push("where its setRequestHeaders are sent");
  if (!isDeepStrictEqual(readersIn(before), readersIn(next))) changed.push("Access-Control in setResponseHeaders");
  return changed;
}

/**
 * Which headers an app believes only the app knows. A value that is given counts as a change, even if it should be the
 * one that is kept: the answer must not tell whether it was guessed.
 */
function changesRequestHeaders(before: Privileged, next: Privileged): boolean {
  const given = Object.entries(next.setRequestHeaders ?? {});
  const kept = Object.keys(before.setRequestHeaders ?? {});
  return given.length !== kept.length || given.some(([name, value]) => value !== HIDDEN_VALUE || !kept.includes(name));
}

/** Who gets what is sent: the machine, and how it proves that it is the one. */
function destinationOf({ to = "", serverName = "", insecureSkipVerify = false }: Privileged): string {
  const machine = /^[a-z]+:(?:\/\/)?[^/?#]*/i.exec(to)?.[0].toLowerCase() ?? to;
  return JSON.stringify([machine, serverName, insecureSkipVerify]);
}

/** Headers that let pages of other sites read the app's answers. */
function readersIn({ setResponseHeaders = {} }: Privileged): Record<string, string> {
  const all = Object.entries(setResponseHeaders).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(all.filter(([name]) => name.startsWith("access-control-")));
}

/** The path of the base behind a socket may be changed by whoever may change paths. */
function socketIn({ to = "" }: Privileged): string {
  return /^unix:(?:\/\/)?([^:]*)/i.exec(to)?.[1] ?? "";
}
