import type { RouteEntry } from "../../wire/snapshot.ts";
import { hostName } from "./hosts.ts";

export type HostIndex = {
  /**
   * The route that has the host name of a Host header, which may carry a port and be in any case. It is shown as it is
   * there: with the whole of the paths, and no prefix to strip.
   */
  match(host: string): RouteEntry | undefined;
  /** The route that would have this path below `/apps/` if it were not served at its host name only. Slow: for refusals. */
  onlyThere(path: string): RouteEntry | undefined;
};

/** Builds the index of all routes that have host names of their own. At such a name every path is the app's. */
export function createHostIndex(routes: readonly RouteEntry[]): HostIndex {
  const byName = new Map<string, RouteEntry>();
  for (const route of routes) {
    const there = { ...route, pathBase: "/", stripPrefix: false, rewriteHTML: false };
    for (const name of route.hosts) byName.set(name, there);
  }
  const named = routes.filter(({ byPath }) => !byPath);
  return {
    match(host) {
      // Most gateways have none, and then no Host need be read.
      if (!byName.size) return undefined;
      const name = hostName(host);
      return name === undefined ? undefined : byName.get(name);
    },
    onlyThere(path) {
      const whole = path.endsWith("/") ? path : `${path}/`;
      return named.find(({ pathBase }) => whole.startsWith(pathBase));
    },
  };
}
