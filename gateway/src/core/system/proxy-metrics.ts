import { type EdgeToCore, PROXY_BUCKETS_MS, type RouteCounters } from "../../wire/snapshot.ts";

type EdgeCounters = Extract<EdgeToCore, { type: "counters" }>;

export type ProxyMetrics = {
  /** Adds what the edge with this process id counted since its last report. */
  add(pid: number, message: EdgeCounters): void;
  /** An edge is gone, and what was active there with it. */
  forget(pid: number): void;
  /** The metrics in the Prometheus text format. */
  render(): string;
};

type AppTotals = Omit<RouteCounters, "appId">;

/** Bounds what hostile or short-lived app ids can grow to. */
const MAX_APPS = 5000;

/**
 * Adds up what edges count per app (10 §11.2). Edges send sums, which the metrics library cannot take, so the text is
 * written here.
 */
export function createProxyMetrics(): ProxyMetrics {
  const apps = new Map<string, AppTotals>();
  const refused = new Map<string, number>();
  const active = new Map<number, { requests: number; webSockets: number }>();

  function addRoute(counters: RouteCounters): void {
    const totals = apps.get(counters.appId);
    if (!totals) {
      if (apps.size < MAX_APPS) apps.set(counters.appId, structuredClone(counters));
      return;
    }
    for (let i = 0; i < totals.byClass.length; i++) {
      totals.byClass[i as 0] += counters.byClass[i as 0];
    }
    for (let i = 0; i < totals.durationBuckets.length; i++) {
      totals.durationBuckets[i] = (totals.durationBuckets[i] ?? 0) + (counters.durationBuckets[i] ?? 0);
    }
    totals.durationMsSum += counters.durationMsSum;
    totals.bytesIn += counters.bytesIn;
    totals.bytesOut += counters.bytesOut;
    totals.webSockets += counters.webSockets;
    for (const [kind, count] of Object.entries(counters.upstreamErrors)) {
      totals.upstreamErrors[kind] = (totals.upstreamErrors[kind] ?? 0) + count;
    }
  }

  return {
    add(pid, message) {
      for (const counters of message.routes) addRoute(counters);
      for (const [code, count] of Object.entries(message.refused)) refused.set(code, (refused.get(code) ?? 0) + count);
      active.set(pid, { requests: message.activeRequests, webSockets: message.activeWebSockets });
    },
    forget: (pid) => void active.delete(pid),
    render() {
      const sum = (of: "requests" | "webSockets") => [...active.values()].reduce((total, edge) => total + edge[of], 0);
      const all = [...apps.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        ...metric("proxy_requests_total", "counter", "Answers of apps by status class."),
        ...all.flatMap(([app_id, { byClass }]) =>
          byClass.flatMap((count, at) =>
            count ? [line("proxy_requests_total", { app_id, status: `${at}xx` }, count)] : [],
          ),
        ),
        ...metric("proxy_request_duration_seconds", "histogram", "Time from request to the end of the answer."),
        ...all.flatMap(([app_id, totals]) => histogram("proxy_request_duration_seconds", { app_id }, totals)),
        ...metric("proxy_upstream_errors_total", "counter", "Requests an app could not answer."),
        ...all.flatMap(([app_id, { upstreamErrors }]) =>
          Object.entries(upstreamErrors).map(([error_type, count]) =>
            line("proxy_upstream_errors_total", { app_id, error_type }, count),
          ),
        ),
        ...metric("proxy_bytes_transferred_total", "counter", "Bytes of bodies and tunnels."),
        ...all.flatMap(([app_id, { bytesIn, bytesOut }]) => [
          line("proxy_bytes_transferred_total", { app_id, direction: "in" }, bytesIn),
          line("proxy_bytes_transferred_total", { app_id, direction: "out" }, bytesOut),
        ]),
        ...metric("websocket_connections_total", "counter", "WebSockets opened through the gateway."),
        ...all.flatMap(([app_id, { webSockets }]) =>
          webSockets ? [line("websocket_connections_total", { app_id, status: "connected" }, webSockets)] : [],
        ),
        ...metric("websocket_connections_active", "gauge", "WebSockets open at the moment."),
        line("websocket_connections_active", {}, sum("webSockets")),
        ...metric("proxy_active_sessions", "gauge", "Requests and streams under way."),
        line("proxy_active_sessions", {}, sum("requests")),
        ...metric("edge_refused_total", "counter", "Requests that an edge refused, by error code."),
        ...[...refused].map(([code, count]) => line("edge_refused_total", { code }, count)),
        "",
      ].join("\n");
    },
  };
}

function metric(name: string, type: string, help: string): string[] {
  return [`# HELP nekzus_${name} ${help}`, `# TYPE nekzus_${name} ${type}`];
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const text = Object.entries(labels)
    .map(([key, label]) => `${key}="${label.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`)
    .join(",");
  return `nekzus_${name}${text ? `{${text}}` : ""} ${value}`;
}

function histogram(name: string, labels: Record<string, string>, totals: AppTotals): string[] {
  let below = 0;
  const lines = PROXY_BUCKETS_MS.map((bound, at) => {
    below += totals.durationBuckets[at] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(bound / 1000) }, below);
  });
  const count = below + (totals.durationBuckets[PROXY_BUCKETS_MS.length] ?? 0);
  return [
    ...lines,
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
    line(`${name}_sum`, labels, totals.durationMsSum / 1000),
    line(`${name}_count`, labels, count),
  ];
}
