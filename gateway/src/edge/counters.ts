import { PROXY_BUCKETS_MS, type RouteCounters } from "../wire/snapshot.ts";

/** Counts what the edge did since the last report. */
export type Counters = {
  answered(routeId: string, appId: string, status: number, ms: number, bytesIn: number, bytesOut: number): void;
  upstreamFault(routeId: string, appId: string, kind: string): void;
  webSocketOpened(routeId: string, appId: string): void;
  refused(code: string): void;
  /** Hands over what was counted and begins anew. */
  take(): { routes: RouteCounters[]; refused: Record<string, number> };
};

export function createCounters(): Counters {
  let byRoute = new Map<string, RouteCounters>();
  let refusals: Record<string, number> = {};

  function of(routeId: string, appId: string): RouteCounters {
    let counters = byRoute.get(routeId);
    if (!counters) {
      counters = {
        appId,
        byClass: [0, 0, 0, 0, 0, 0],
        durationMsSum: 0,
        durationBuckets: new Array(PROXY_BUCKETS_MS.length + 1).fill(0),
        bytesIn: 0,
        bytesOut: 0,
        upstreamErrors: {},
        webSockets: 0,
      };
      byRoute.set(routeId, counters);
    }
    return counters;
  }

  return {
    answered(routeId, appId, status, ms, bytesIn, bytesOut) {
      const counters = of(routeId, appId);
      const at = Math.min(Math.max(Math.floor(status / 100), 0), 5) as 0 | 1 | 2 | 3 | 4 | 5;
      counters.byClass[at]++;
      counters.durationMsSum += ms;
      let bucket = 0;
      while (bucket < PROXY_BUCKETS_MS.length && ms > (PROXY_BUCKETS_MS[bucket] as number)) bucket++;
      counters.durationBuckets[bucket] = (counters.durationBuckets[bucket] ?? 0) + 1;
      counters.bytesIn += bytesIn;
      counters.bytesOut += bytesOut;
    },
    upstreamFault(routeId, appId, kind) {
      const { upstreamErrors } = of(routeId, appId);
      upstreamErrors[kind] = (upstreamErrors[kind] ?? 0) + 1;
    },
    webSocketOpened(routeId, appId) {
      of(routeId, appId).webSockets++;
    },
    refused(code) {
      refusals[code] = (refusals[code] ?? 0) + 1;
    },
    take() {
      const taken = { routes: [...byRoute.values()], refused: refusals };
      byRoute = new Map();
      refusals = {};
      return taken;
    },
  };
}
