import { type EdgeToCore, PROXY_BUCKETS_MS, type RouteCounters, WEBSOCKET_BUCKETS_MS } from "../../wire/snapshot.ts";

type EdgeCounters = Extract<EdgeToCore, { type: "counters" }>;

export type ProxyMetrics = {
  /** Adds what the edge with this process id counted since its last report. */
  add(pid: number, message: EdgeCounters): void;
  /** An edge is gone, and what was active there with it. */
  forget(pid: number): void;
  /** The metrics in the Prometheus text format. Routes other than `routeIds` are forgotten first: they were removed. */
  render(routeIds: ReadonlySet<string>): string;
};

/** What was active at an edge when it last reported. */
type Active = {
  requests: number;
  webSockets: number;
  cacheBytes: number;
  rewritingMemory: number;
  routes: readonly RouteCounters[];
};
type Labels = Readonly<Record<string, string>>;
type Named = { labels: Labels; totals: RouteCounters };

/** Bounds what hostile or short-lived routes can grow to between two scrapes. */
const MAX_ROUTES = 5000;

/**
 * Adds up what edges count per route (10 §11.2). Edges send sums, which the metrics library cannot take, so the text is
 * written here. Labels are ids of apps and routes, status classes and fixed words: no client can make up a new one.
 */
export function createProxyMetrics(): ProxyMetrics {
  const routes = new Map<string, RouteCounters>();
  const refused = new Map<string, number>();
  const active = new Map<number, Active>();
  let linesLost = 0;
  let evictions = 0;
  const rewriting = { rewritten: 0, passed: 0 };

  function addRoute(counters: RouteCounters): void {
    const totals = routes.get(counters.routeId);
    // A route whose id was given to another app begins anew.
    if (totals?.appId !== counters.appId) {
      if (totals || routes.size < MAX_ROUTES) routes.set(counters.routeId, structuredClone(counters));
      return;
    }
    for (const [at, count] of counters.byClass.entries()) totals.byClass[at as 0] += count;
    addEach(totals.durationBuckets, counters.durationBuckets);
    addEach(totals.webSocketBuckets, counters.webSocketBuckets);
    for (const sum of SUMS) totals[sum] += counters[sum];
    addNamed(totals.upstreamErrors, counters.upstreamErrors);
    addNamed(totals.cacheResults, counters.cacheResults);
  }

  /** Writes into the totals how much is active at all edges together. */
  function sumUpActive(): void {
    for (const totals of routes.values()) {
      totals.activeRequests = 0;
      totals.activeWebSockets = 0;
    }
    for (const edge of active.values()) {
      for (const { routeId, activeRequests, activeWebSockets } of edge.routes) {
        const totals = routes.get(routeId);
        if (!totals) continue;
        totals.activeRequests += activeRequests;
        totals.activeWebSockets += activeWebSockets;
      }
    }
  }

  return {
    add(pid, message) {
      for (const counters of message.routes) addRoute(counters);
      for (const [code, count] of Object.entries(message.refused)) refused.set(code, (refused.get(code) ?? 0) + count);
      linesLost += message.linesLost;
      evictions += message.cache.evictions;
      rewriting.rewritten += message.rewritten;
      rewriting.passed += message.passedForMemory;
      active.set(pid, {
        requests: message.activeRequests,
        webSockets: message.activeWebSockets,
        cacheBytes: message.cache.bytes,
        rewritingMemory: message.rewritingMemory,
        routes: message.routes.filter(({ activeRequests }) => activeRequests > 0),
      });
    },
    forget: (pid) => void active.delete(pid),
    render(routeIds) {
      for (const routeId of routes.keys()) if (!routeIds.has(routeId)) routes.delete(routeId);
      sumUpActive();
      const sum = (of: "requests" | "webSockets" | "cacheBytes" | "rewritingMemory") =>
        [...active.values()].reduce((total, edge) => total + edge[of], 0);
      const all: Named[] = [...routes.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([route_id, totals]) => ({ labels: { app_id: totals.appId, route_id }, totals }));
      return [
        ...requests(all),
        ...cacheResults(all),
        ...metric("proxy_cache_bytes", "gauge", "Bytes of answers that edges keep, headers included."),
        line("proxy_cache_bytes", {}, sum("cacheBytes")),
        ...metric("proxy_cache_evictions_total", "counter", "Kept answers that had to make room for others."),
        line("proxy_cache_evictions_total", {}, evictions),
        ...webSockets(all),
        ...metric("websocket_connections_active", "gauge", "WebSockets to apps that are open now."),
        line("websocket_connections_active", {}, sum("webSockets")),
        ...metric("proxy_active_sessions", "gauge", "Requests to apps that are under way, streams included."),
        line("proxy_active_sessions", {}, sum("requests")),
        ...metric("edge_refused_total", "counter", "Requests that an edge refused, by error code."),
        ...[...refused].map(([code, count]) => line("edge_refused_total", { code }, count)),
        ...metric("access_log_lines_lost_total", "counter", "Lines of the access log that could not be written."),
        line("access_log_lines_lost_total", {}, linesLost),
        ...metric("rewriting_memory_bytes", "gauge", "Memory in use for answers that are being rewritten."),
        line("rewriting_memory_bytes", {}, sum("rewritingMemory")),
        ...metric(
          "rewriting_answers_total",
          "counter",
          "Answers that were rewritten, or passed as they were because memory for it ran out.",
        ),
        line("rewriting_answers_total", { result: "rewritten" }, rewriting.rewritten),
        line("rewriting_answers_total", { result: "passed" }, rewriting.passed),
        "",
      ].join("\n");
    },
  };
}

/** The counters that are plain numbers. */
const SUMS = ["durationMsSum", "bytesIn", "bytesOut", "webSockets", "webSocketsFailed", "webSocketMsSum"] as const;

function addEach(totals: number[], counts: readonly number[]): void {
  for (const [at, count] of counts.entries()) totals[at] = (totals[at] ?? 0) + count;
}

function addNamed(totals: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}

function requests(all: readonly Named[]): string[] {
  return [
    ...metric("proxy_requests_total", "counter", "Requests to apps, by the status class of the answer."),
    ...all.flatMap(({ labels, totals }) =>
      totals.byClass.flatMap((count, at) =>
        count ? [line("proxy_requests_total", { ...labels, status: `${at}xx` }, count)] : [],
      ),
    ),
    ...metric("proxy_request_duration_seconds", "histogram", "Time to the end of the answer, WebSockets aside."),
    ...all.flatMap(({ labels, totals }) =>
      histogram(
        "proxy_request_duration_seconds",
        labels,
        PROXY_BUCKETS_MS,
        totals.durationBuckets,
        totals.durationMsSum,
      ),
    ),
    ...metric("proxy_upstream_errors_total", "counter", "Requests an app did not answer, or not to the end."),
    ...all.flatMap(({ labels, totals }) =>
      Object.entries(totals.upstreamErrors).map(([error_type, count]) =>
        line("proxy_upstream_errors_total", { ...labels, error_type }, count),
      ),
    ),
    ...metric("proxy_bytes_transferred_total", "counter", "Bytes of bodies and tunnels."),
    ...all.flatMap(({ labels, totals }) => [
      line("proxy_bytes_transferred_total", { ...labels, direction: "in" }, totals.bytesIn),
      line("proxy_bytes_transferred_total", { ...labels, direction: "out" }, totals.bytesOut),
    ]),
    ...metric("proxy_route_active_requests", "gauge", "Requests of a route that are under way, streams included."),
    ...all.map(({ labels, totals }) => line("proxy_route_active_requests", labels, totals.activeRequests)),
  ];
}

/** Only of routes that keep answers. */
function cacheResults(all: readonly Named[]): string[] {
  return [
    ...metric("proxy_cache_requests_total", "counter", "Requests on routes that keep answers, by what the cache did."),
    ...all.flatMap(({ labels, totals }) =>
      Object.entries(totals.cacheResults).map(([result, count]) =>
        line("proxy_cache_requests_total", { ...labels, result }, count),
      ),
    ),
  ];
}

/** Only of routes that had any: most have none. */
function webSockets(all: readonly Named[]): string[] {
  const used = all.filter(({ totals }) => totals.webSockets || totals.webSocketsFailed);
  return [
    ...metric("proxy_route_active_websockets", "gauge", "WebSockets of a route that are open now."),
    ...used.map(({ labels, totals }) => line("proxy_route_active_websockets", labels, totals.activeWebSockets)),
    ...metric("websocket_connections_total", "counter", "WebSockets to apps that opened, or could not."),
    ...used.flatMap(({ labels, totals }) => [
      line("websocket_connections_total", { ...labels, status: "connected" }, totals.webSockets),
      line("websocket_connections_total", { ...labels, status: "error" }, totals.webSocketsFailed),
    ]),
    ...metric("websocket_connection_duration_seconds", "histogram", "How long WebSockets were open."),
    ...used.flatMap(({ labels, totals }) =>
      histogram(
        "websocket_connection_duration_seconds",
        labels,
        WEBSOCKET_BUCKETS_MS,
        totals.webSocketBuckets,
        totals.webSocketMsSum,
      ),
    ),
  ];
}

function metric(name: string, type: string, help: string): string[] {
  return [`# HELP nekzus_${name} ${help}`, `# TYPE nekzus_${name} ${type}`];
}

function line(name: string, labels: Labels, value: number): string {
  const text = Object.entries(labels)
    .map(([key, label]) => `${key}="${label.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`)
    .join(",");
  return `nekzus_${name}${text ? `{${text}}` : ""} ${value}`;
}

/** `counts` are those between two bounds; Prometheus wants those below each. Bounds and sum in ms, shown in seconds. */
function histogram(
  name: string,
  labels: Labels,
  bounds: readonly number[],
  counts: readonly number[],
  sumMs: number,
): string[] {
  let below = 0;
  const lines = bounds.map((bound, at) => {
    below += counts[at] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(bound / 1000) }, below);
  });
  const count = below + (counts[bounds.length] ?? 0);
  return [
    ...lines,
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
    line(`${name}_sum`, labels, sumMs / 1000),
    line(`${name}_count`, labels, count),
  ];
}
