import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EdgeToCore } from "../../wire/snapshot.ts";
import type { NotificationMetrics } from "./notification-metrics.ts";
import { createProxyMetrics } from "./proxy-metrics.ts";

/** What is asked at each scrape, so that no gauge can be stale. */
export type MetricSources = {
  apps(): Promise<number>;
  routeIds(): Promise<ReadonlySet<string>>;
  pendingProposals(): Promise<number>;
  edges(): number;
  serviceHealth(): Promise<{ appId: string; status: string }[]>;
  certificates(): { domain: string; issuer: string; notAfter: number }[];
  config(): { reloads: Readonly<Record<string, number>>; lastReload?: number; lastOk?: boolean };
  eventSocket(): {
    signedIn: number;
    waiting: number;
    messages: { in: number; out: number };
    closed: ReadonlyMap<string, number>;
  };
  components(): Promise<{ name: string; status: string }[]>;
  notifications: NotificationMetrics;
  /** Messages that wait. */
  waitingMessages(): Promise<number>;
};

export type Metrics = {
  onApiAnswer(answer: { method: string; path: string; status: number; ms: number }): void;
  onEdgeCounters(pid: number, message: Extract<EdgeToCore, { type: "counters" }>): void;
  onEdgeGone(pid: number): void;
  onProbe(appId: string, ok: boolean, ms: number): void;
  /** All metrics in the Prometheus text format 0.0.4. */
  render(): Promise<string>;
};

const SERVICE_STATUS: Record<string, number> = { unknown: 0, healthy: 1, degraded: 1, unhealthy: 2 };
const COMPONENT_STATUS: Record<string, number> = { unknown: 0, healthy: 1, degraded: 2, unhealthy: 3 };
const HTTP_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PROBE_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

/** Makes the metrics of the gateway (10 §11.2). Names end in `_total` only for counters, as promtool demands. */
export function createMetrics(version: string, startedAt: number, now: () => number, sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters, which promtool refuses.
  for (const kind of ["handles", "requests", "resources"]) registry.removeSingleMetric(`nodejs_active_${kind}_total`);
  const proxy = createProxyMetrics();

  const apiRequests = new Counter({
    name: "nekzus_http_requests_total",
    help: "Requests that the API answered.",
    labelNames: ["method", "path", "status"],
    registers,
  });
  const apiDuration = new Histogram({
    name: "nekzus_http_request_duration_seconds",
    help: "Time the API took to answer.",
    labelNames: ["method", "path"],
    buckets: HTTP_BUCKETS,
    registers,
  });
  const probes = new Counter({
    name: "nekzus_service_health_checks_total",
    help: "Health checks of apps.",
    labelNames: ["app_id", "status"],
    registers,
  });
  const probeDuration = new Histogram({
    name: "nekzus_service_health_check_duration_seconds",
    help: "Time health checks of apps took.",
    labelNames: ["app_id"],
    buckets: PROBE_BUCKETS,
    registers,
  });
  new Gauge({
    name: "nekzus_build_info",
    help: "Version of gateway and runtime.",
    labelNames: ["version", "node_version"],
    registers,
  }).set({ version, node_version: process.version }, 1);
  new Gauge({ name: "nekzus_start_time_seconds", help: "Start of the core, in Unix seconds.", registers }).set(
    startedAt / 1000,
  );
  gauge("uptime_seconds", "Seconds since the core started.", () => (now() - startedAt) / 1000);
  gauge("storage_apps", "Apps in the catalog.", sources.apps);
  gauge("storage_routes", "Routes in the catalog.", async () => (await sources.routeIds()).size);
  gauge("discovery_proposals_pending", "Proposals that wait for a decision.", sources.pendingProposals);
  sources.notifications.register(registry);
  gauge("notification_queue_depth", "Messages that wait to be sent or confirmed.", sources.waitingMessages);
  gauge("edges", "Edges that are connected to the core.", sources.edges);
  gauge(
    "config_last_reload_time_seconds",
    "Last reload of the configuration, in Unix seconds; 0 for none.",
    () => (sources.config().lastReload ?? 0) / 1000,
  );
  gauge("config_last_reload_status", "Last reload: 0 none, 1 taken over, 2 refused.", () => {
    const { lastOk } = sources.config();
    return lastOk === undefined ? 0 : lastOk ? 1 : 2;
  });
  labelled("config_reloads_total", "Reloads of the configuration.", ["status"], () =>
    Object.entries(sources.config().reloads).map(([status, value]) => ({ labels: { status }, value })),
  );
  labelled("service_health_status", "Health of apps: 0 unknown, 1 healthy, 2 unhealthy.", ["app_id"], async () =>
    (await sources.serviceHealth()).map(({ appId, status }) => ({
      labels: { app_id: appId },
      value: SERVICE_STATUS[status] ?? 0,
    })),
  );
  labelled(
    "health_check_status",
    "Health of our parts: 0 unknown, 1 healthy, 2 degraded, 3 unhealthy.",
    ["component"],
    async () =>
      (await sources.components()).map(({ name, status }) => ({
        labels: { component: name },
        value: COMPONENT_STATUS[status] ?? 0,
      })),
  );
  labelled("event_socket_connections", "Connections to the event socket that are open.", ["state"], () => {
    const { signedIn, waiting } = sources.eventSocket();
    return Object.entries({ signed_in: signedIn, waiting }).map(([state, value]) => ({ labels: { state }, value }));
  });
  labelled("event_socket_messages_total", "Messages on the event socket.", ["direction"], () =>
    Object.entries(sources.eventSocket().messages).map(([direction, value]) => ({ labels: { direction }, value })),
  );
  labelled("event_socket_closed_total", "Connections to the event socket that ended, by close code.", ["code"], () =>
    [...sources.eventSocket().closed].map(([code, value]) => ({ labels: { code }, value })),
  );
  labelled("certificate_expiry_seconds", "End of a served certificate, in Unix seconds.", ["domain", "issuer"], () =>
    sources
      .certificates()
      .map(({ domain, issuer, notAfter }) => ({ labels: { domain, issuer }, value: notAfter / 1000 })),
  );

  function gauge(name: string, help: string, value: () => number | Promise<number>): void {
    new Gauge({
      name: `nekzus_${name}`,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  }

  type Sample = { labels: Record<string, string>; value: number };
  function labelled(
    name: string,
    help: string,
    labelNames: string[],
    samples: () => Sample[] | Promise<Sample[]>,
  ): void {
    const options = { name: `nekzus_${name}`, help, labelNames, registers };
    if (name.endsWith("_total")) {
      new Counter({
        ...options,
        async collect() {
          this.reset();
          for (const { labels, value } of await samples()) this.inc(labels, value);
        },
      });
      return;
    }
    new Gauge({
      ...options,
      async collect() {
        this.reset();
        for (const { labels, value } of await samples()) this.set(labels, value);
      },
    });
  }

  return {
    onApiAnswer({ method, path, status, ms }) {
      apiRequests.inc({ method, path, status: String(status) });
      apiDuration.observe({ method, path }, ms / 1000);
      sources.notifications.onApiAnswer({ path, status, ms });
    },
    onEdgeCounters: (pid, message) => proxy.add(pid, message),
    onEdgeGone: (pid) => proxy.forget(pid),
    onProbe(appId, ok, ms) {
      probes.inc({ app_id: appId, status: ok ? "success" : "failure" });
      probeDuration.observe({ app_id: appId }, ms / 1000);
    },
    render: async () => `${await registry.metrics()}\n${proxy.render(await sources.routeIds())}`,
  };
}
