import type { RouteListed } from "./app.ts";

/** An app's id made of its name: `Home Assistant` gives `home-assistant`. Empty where the name has nothing to offer. */
export function idFromName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
}

/** The id itself, or with the first number behind it that is not taken. */
export function freeId(wanted: string, taken: readonly string[]): string {
  const used = new Set(taken.map((id) => id.toLowerCase()));
  for (let number = 1; ; number++) {
    const end = number === 1 ? "" : `-${number}`;
    const id = wanted.slice(0, 64 - end.length) + end;
    if (!used.has(id.toLowerCase())) return id;
  }
}

/** The path below which a route is served: the default of its app where none is given, and always with a slash at the end. */
export function effectivePath(pathBase: string, appId: string): string {
  if (!pathBase) return appId && `/apps/${appId}/`;
  return pathBase.endsWith("/") ? pathBase : `${pathBase}/`;
}

/** The label of a route's host name: its own, else its app's id if that can stand in a name. Empty when there is none. */
export function hostLabel(subdomain: string, appId: string): string {
  return subdomain || (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(appId) ? appId : "");
}

/** The label that a route takes for itself when it is saved; one that only follows the gateway's mode takes none. */
export function takenLabel(route: Pick<RouteListed, "subdomain" | "routingMode">, appId: string): string {
  const asks = route.routingMode === "subdomain" || route.routingMode === "both";
  return asks ? hostLabel(route.subdomain, appId) : route.subdomain;
}

/** Where a route is served. */
type Place = Pick<RouteListed, "appId" | "pathBase" | "subdomain"> & {
  /** Of a route that is there already. */
  routeId?: string;
};

/** What stands in the way of a route: the other route, and whether it has the same path, one that overlaps, or the host name. */
export type RouteConflict = { field: "pathBase" | "subdomain"; how: "same" | "overlaps"; route: RouteListed };

/**
 * The route that has the path or host name already; the gateway decides by the same rules when it is saved. Routes of
 * one app may lie within one another, those of two apps may not.
 */
export function findConflict(place: Place, routes: readonly RouteListed[]): RouteConflict | undefined {
  const path = effectivePath(place.pathBase, place.appId);
  const others = routes.filter(({ routeId }) => routeId !== place.routeId);
  const named =
    place.subdomain && others.find(({ subdomain, host }) => (subdomain || host?.split(".", 1)[0]) === place.subdomain);
  if (named) return { field: "subdomain", how: "same", route: named };
  if (!path) return undefined;
  const same = others.find((route) => effectivePath(route.pathBase, route.appId) === path);
  if (same) return { field: "pathBase", how: "same", route: same };
  const overlapping = others.find((route) => {
    const other = effectivePath(route.pathBase, route.appId);
    return route.appId !== place.appId && (path.startsWith(other) || other.startsWith(path));
  });
  return overlapping && { field: "pathBase", how: "overlaps", route: overlapping };
}
