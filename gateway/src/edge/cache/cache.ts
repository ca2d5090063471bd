import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../kit/clock.ts";
import type { RouteEntry, Snapshot } from "../../wire/snapshot.ts";
import type { Exchange, Forwarder } from "../forward/forward.ts";
import type { Ask } from "./ask.ts";
import { Caching } from "./caching.ts";
import { createFlights } from "./flights.ts";
import { createStore } from "./store.ts";

export type AnswerCache = {
  /** Answers a request with what is kept, or passes it on and keeps what comes back, as far as RFC 9111 allows. */
  exchange(ask: Ask): Exchange;
  /** Goes on with another snapshot: what changed routes keep is forgotten. */
  use(snapshot: Pick<Snapshot, "routes" | "cacheMemory">): void;
  /** Forgets what a route keeps. */
  empty(routeId: string): void;
  /** Bytes that are kept now, and how many answers had to make room since the last call. */
  take(): { bytes: number; evictions: number };
};

/** Makes the cache for the answers of apps, one for each edge. It holds what an app said, before anything of it is rewritten. */
export function createAnswerCache(forwarder: Forwarder, clock: Clock): AnswerCache {
  const store = createStore();
  const flights = createFlights(clock);
  let caching = new Map<string, RouteEntry>();
  const isCurrent = (route: RouteEntry) => caching.get(route.routeId) === route;
  const parts = { forwarder, store, flights, clock, isCurrent };

  return {
    exchange(ask) {
      const exchange = new Caching(ask, parts);
      exchange.start();
      return exchange;
    },
    use({ routes, cacheMemory }) {
      store.limit(cacheMemory ?? 0);
      const before = caching;
      caching = new Map(routes.filter(({ cache }) => cache).map((route) => [route.routeId, route]));
      for (const [routeId, route] of before) {
        if (!isDeepStrictEqual(route, caching.get(routeId))) store.empty(routeId);
      }
    },
    empty: (routeId) => store.empty(routeId),
    take: () => store.take(),
  };
}
