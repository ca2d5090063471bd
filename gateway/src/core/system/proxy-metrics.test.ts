import { expect, test } from "vitest";
import type { RouteCounters } from "../../wire/snapshot.ts";
import { createProxyMetrics } from "./proxy-metrics.ts";

function counted(routeId: string, more: Partial<RouteCounters> = {}): RouteCounters {
  return {
    routeId,
    appId: "media",
    byClass: [0, 0, 1, 0, 0, 0],
    durationMsSum: 20,
    durationBuckets: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    bytesIn: 1,
    bytesOut: 2,
    upstreamErrors: { timeout: 1 },
    cacheResults: { hit: 2 },
    webSockets: 0,
    webSocketsFailed: 0,
    webSocketMsSum: 0,
    webSocketBuckets: new Array(10).fill(0),
    activeRequests: 0,
    activeWebSockets: 0,
    ...more,
  };
}

const message = (routes: RouteCounters[], activeRequests = 0, activeWebSockets = 0) =>
  ({
    type: "counters",
    routes,
    refused: { UNAUTHORIZED: 2 },
    devices: [],
    linesLost: 4,
    cache: { bytes: 1000, evictions: 3 },
    rewritten: 2,
    passedForMemory: 1,
    rewritingMemory: 1000,
    activeRequests,
    activeWebSockets,
  }) as const;

const linesOf = (text: string, name: string) => text.split("\n").filter((line) => line.startsWith(`nekzus_${name}`));

test("reports of several edges add up by route, and what is active with an edge goes with it", () => {
  const metrics = createProxyMetrics();
  const socket = { webSockets: 1, activeRequests: 2, activeWebSockets: 1, webSocketMsSum: 5000 };
  metrics.add(1, message([counted("web"), counted("tv", socket)], 2, 1));
  metrics.add(2, message([counted("tv", { ...socket, activeRequests: 3 })], 3, 1));
  const both = metrics.render(new Set(["web", "tv"]));
  expect(linesOf(both, "proxy_requests_total")).toEqual([
    'nekzus_proxy_requests_total{app_id="media",route_id="tv",status="2xx"} 2',
    'nekzus_proxy_requests_total{app_id="media",route_id="web",status="2xx"} 1',
  ]);
  expect(both).toContain('nekzus_proxy_request_duration_seconds_bucket{app_id="media",route_id="tv",le="0.05"} 2');
  expect(both).toContain('nekzus_websocket_connection_duration_seconds_sum{app_id="media",route_id="tv"} 10');
  expect(both).toContain('nekzus_proxy_route_active_requests{app_id="media",route_id="tv"} 5');
  expect(both).toContain('nekzus_proxy_route_active_websockets{app_id="media",route_id="tv"} 2');
  expect(both).toContain("nekzus_websocket_connections_active 2");
  expect(both).toContain("nekzus_access_log_lines_lost_total 8");
  expect(both).toContain('nekzus_proxy_cache_requests_total{app_id="media",route_id="tv",result="hit"} 4');
  expect(both).toContain("nekzus_proxy_cache_bytes 2000");
  expect(both).toContain("nekzus_proxy_cache_evictions_total 6");
  expect(both).toContain('nekzus_rewriting_answers_total{result="rewritten"} 4');
  expect(both).toContain('nekzus_rewriting_answers_total{result="passed"} 2');
  expect(both).toContain("nekzus_rewriting_memory_bytes 2000");
  // Routes without WebSockets have no series for them.
  expect(linesOf(both, "websocket").some((line) => line.includes('"web"'))).toBe(false);

  metrics.forget(2);
  metrics.add(1, message([counted("tv", { activeRequests: 1 })], 1));
  const one = metrics.render(new Set(["web", "tv"]));
  expect(one).toContain('nekzus_proxy_route_active_requests{app_id="media",route_id="tv"} 1');
  expect(one).toContain('nekzus_proxy_route_active_websockets{app_id="media",route_id="tv"} 0');
  expect(one).toContain("nekzus_proxy_active_sessions 1");
  expect(one).toContain("nekzus_rewriting_memory_bytes 1000");
});

test("a route that was removed disappears, and one that comes back for another app begins anew", () => {
  const metrics = createProxyMetrics();
  metrics.add(1, message([counted("web"), counted("tv")]));
  expect(metrics.render(new Set(["web"]))).not.toContain('"tv"');
  metrics.add(1, message([counted("web", { appId: "other" })]));
  expect(linesOf(metrics.render(new Set(["web"])), "proxy_requests_total")).toEqual([
    'nekzus_proxy_requests_total{app_id="other",route_id="web",status="2xx"} 1',
  ]);
});
