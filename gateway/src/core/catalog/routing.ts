import { Problem } from "../../kit/problem.ts";
import type { StoredRoute } from "./store.ts";

export type RoutingMode = "path" | "subdomain" | "both";

/** The settings that decide by which names routes are reached. */
export type RoutingSettings = {
  /** For routes without a mode of their own. */
  mode: RoutingMode;
  /** Lower case; empty when it is not set, and then no route has a host name. */
  baseDomain: string;
  /** Host names of the gateway itself, lower case, which no route may have. */
  ownNames: readonly string[];
};

/** How a route is reached. */
export type Routing = {
  mode: RoutingMode;
  /** Its host name, lower case and without port. */
  host: string | undefined;
  byPath: boolean;
  /** Why it lacks the host name that its mode asks for, in one sentence. It is served by its path then. */
  remark: string | undefined;
};

type Named = Pick<StoredRoute, "routeId" | "appId" | "subdomain" | "routingMode" | "enabled">;

/** One label of a host name (RFC 1123 §2.1), lower case. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Longest host name, in characters (RFC 1035 §2.3.4). */
const MAX_NAME = 253;

/** Can this app id stand in a host name? */
export function isLabel(appId: string): boolean {
  return LABEL.test(appId);
}

/**
 * Tells how each of these routes is reached. `routes` must hold all routes of an app, and whatever route has the app's
 * id as its subdomain: without a subdomain the app's id is the name, for the first of its routes and if nobody chose it.
 */
export function createRouting(routes: readonly Named[], settings: RoutingSettings): (route: Named) => Routing {
  const { baseDomain, ownNames } = settings;
  const modeOf = (route: Named) => route.routingMode || settings.mode;
  /** Label → the route that has it. */
  const holders = new Map(routes.filter(({ subdomain }) => subdomain).map((route) => [route.subdomain, route.routeId]));
  const nameless = routes.filter((route) => !route.subdomain && modeOf(route) !== "path" && isLabel(route.appId));
  for (const route of [...nameless.filter(({ enabled }) => enabled), ...nameless.filter(({ enabled }) => !enabled)]) {
    if (!holders.has(route.appId)) holders.set(route.appId, route.routeId);
  }

  function lacks(route: Named, label: string): string | undefined {
    if (!baseDomain) return "server.base_domain is not set, so that there are no host names for apps.";
    if (!isLabel(label)) return `The id "${label}" cannot stand in a host name. Give the route a subdomain.`;
    const holder = holders.get(label);
    if (holder !== route.routeId) return `The name "${label}" belongs to the route "${holder}". Give this one another.`;
    const host = `${label}.${baseDomain}`;
    if (ownNames.includes(host)) return `${host} is a name of the gateway itself. Give the route another subdomain.`;
    if (host.length > MAX_NAME) return `${host} is longer than a host name may be. Give the route a shorter subdomain.`;
    return undefined;
  }

  return (route) => {
    const mode = modeOf(route);
    if (mode === "path") return { mode, host: undefined, byPath: true, remark: undefined };
    const label = route.subdomain || route.appId;
    const remark = lacks(route, label);
    if (remark !== undefined) return { mode, host: undefined, byPath: true, remark };
    return { mode, host: `${label}.${baseDomain}`, byPath: mode === "both", remark: undefined };
  };
}

/** Throws `VALIDATION_FAILED` for a subdomain that would take a name of the gateway itself. */
export function checkSubdomain(subdomain: string, { baseDomain, ownNames }: RoutingSettings): void {
  const host = `${subdomain}.${baseDomain}`;
  if (!subdomain || !baseDomain || !ownNames.includes(host)) return;
  const reason = `${host} is a name of the gateway itself; choose another one`;
  throw new Problem("VALIDATION_FAILED", `The subdomain is not acceptable: ${reason}.`, [
    { path: "subdomain", reason },
  ]);
}
