import { type EdgeToCore, PROXY_BUCKETS_MS, type RouteCounters, WEBSOCKET_BUCKETS_MS } from "../wire/snapshot.ts";

/** Counts what the edge did since the last report. Nothing is allocated for a route that was used in the last second. */
export type Counters = {
  /** A request was let in to a route; exactly one `answered` follows. */
  began(routeId: string, appId: string): void;
  /** It is over, `ms` after it began. 101 stands for a WebSocket that was open and has closed. */
  answered(routeId: string, appId: string, status: number, ms: number, bytesIn: number, bytesOut: number): void;
  upstreamFault(routeId: string, appId: string, kind: string): void;
  /** What the cache did for a request: `hit`, `miss`, `stale` or `bypass`. */
  cacheUsed(routeId: string, appId: string, result: string): void;
  webSocketOpened(routeId: string, appId: string): void;
  /** A WebSocket that was let in did not open: the app refused or could not be reached. */
  webSocketFailed(routeId: string, appId: string): void;
  refused(code: string): void;
  /** A device asks something of an app. */
  deviceUsed(subjectId: string, address: string): void;
  /** Lines of the access log could not be kept. */
  linesLost(lines: number): void;
  /** The body of an answer was begun to be rewritten, or passed as it was for want of memory. */
  rewritten(): void;
  passedForMemory(): void;
  /** Hands over what was counted and begins anew; what is open now stays. */
  take(): Pick<
    Extract<EdgeToCore, { type: "counters" }>,
    "routes" | "refused" | "devices" | "linesLost" | "rewritten" | "passedForMemory"
  >;
};

type Counting = { counters: RouteCounters; touched: boolean };

export function createCounters(): Counters {
  const byRoute = new Map<string, Counting>();
  let refusals: Record<string, number> = {};
  let linesLost = 0;
  let rewritten = 0;
  let passedForMemory = 0;
  const devices = new Map<string, { address: string; requests: number }>();

  function of(routeId: string, appId: string): RouteCounters {
    let counting = byRoute.get(routeId);
    if (!counting) {
      counting = { counters: nothing(routeId, appId), touched: true };
      byRoute.set(routeId, counting);
    }
    counting.touched = true;
    return counting.counters;
  }

  return {
    began(routeId, appId) {
      of(routeId, appId).activeRequests++;
    },
    answered(routeId, appId, status, ms, bytesIn, bytesOut) {
      const counters = of(routeId, appId);
      if (counters.activeRequests) counters.activeRequests--;
      const at = Math.min(Math.max(Math.floor(status / 100), 0), 5) as 0 | 1 | 2 | 3 | 4 | 5;
      counters.byClass[at]++;
      counters.bytesIn += bytesIn;
      counters.bytesOut += bytesOut;
      if (status !== 101) {
        counters.durationMsSum += ms;
        raise(counters.durationBuckets, PROXY_BUCKETS_MS, ms);
        return;
      }
      // The hours of a WebSocket say nothing about how fast an app answers.
      if (counters.activeWebSockets) counters.activeWebSockets--;
      counters.webSocketMsSum += ms;
      raise(counters.webSocketBuckets, WEBSOCKET_BUCKETS_MS, ms);
    },
    upstreamFault(routeId, appId, kind) {
      const { upstreamErrors } = of(routeId, appId);
      upstreamErrors[kind] = (upstreamErrors[kind] ?? 0) + 1;
    },
    cacheUsed(routeId, appId, result) {
      const { cacheResults } = of(routeId, appId);
      cacheResults[result] = (cacheResults[result] ?? 0) + 1;
    },
    webSocketOpened(routeId, appId) {
      const counters = of(routeId, appId);
      counters.webSockets++;
      counters.activeWebSockets++;
    },
    webSocketFailed(routeId, appId) {
      of(routeId, appId).webSocketsFailed++;
    },
    refused(code) {
      refusals[code] = (refusals[code] ?? 0) + 1;
    },
    deviceUsed(subjectId, address) {
      const use = devices.get(subjectId);
      if (use) {
        use.address = address;
        use.requests++;
      } else devices.set(subjectId, { address, requests: 1 });
    },
    linesLost(lines) {
      linesLost += lines;
    },
    rewritten() {
      rewritten++;
    },
    passedForMemory() {
      passedForMemory++;
    },
    take() {
      const routes: RouteCounters[] = [];
      for (const [routeId, counting] of byRoute) {
        const { counters } = counting;
        const { appId, activeRequests, activeWebSockets } = counters;
        if (!counting.touched && !activeRequests) {
          byRoute.delete(routeId);
          continue;
        }
        routes.push(counters);
        counting.counters = { ...nothing(routeId, appId), activeRequests, activeWebSockets };
        counting.touched = false;
      }
      const used = [...devices].map(([id, { address, requests }]): [string, string, number] => [id, address, requests]);
      devices.clear();
      const taken = { routes, refused: refusals, devices: used, linesLost, rewritten, passedForMemory };
      refusals = {};
      linesLost = 0;
      rewritten = 0;
      passedForMemory = 0;
      return taken;
    },
  };
}

function nothing(routeId: string, appId: string): RouteCounters {
  return {
    routeId,
    appId,
    byClass: [0, 0, 0, 0, 0, 0],
    durationMsSum: 0,
    durationBuckets: new Array(PROXY_BUCKETS_MS.length + 1).fill(0),
    bytesIn: 0,
    bytesOut: 0,
    upstreamErrors: {},
    cacheResults: {},
    webSockets: 0,
    webSocketsFailed: 0,
    webSocketMsSum: 0,
    webSocketBuckets: new Array(WEBSOCKET_BUCKETS_MS.length + 1).fill(0),
    activeRequests: 0,
    activeWebSockets: 0,
  };
}

/** Counts a duration below the first bound that it does not exceed. */
function raise(buckets: number[], bounds: readonly number[], ms: number): void {
  let at = 0;
  while (at < bounds.length && ms > (bounds[at] as number)) at++;
  buckets[at] = (buckets[at] ?? 0) + 1;
}
