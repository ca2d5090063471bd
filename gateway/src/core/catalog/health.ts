import type { catalog as contract, EndpointOutput, EventData } from "@nekzus/contract";
import { formatDuration } from "@nekzus/contract/config";
import { atMost } from "../../kit/at-most.ts";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { Outbound } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import { toInstant } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import type { HealthInfo, HealthView } from "./answers.ts";
import { originOf, wayTo } from "./ask-upstream.ts";
import type { AppTarget, Catalog } from "./catalog.ts";
import { after, type Outcome, reasonOf, skipped, UNKNOWN } from "./health-record.ts";
import { type HealthRecord, readHealth, writeHealth } from "./health-store.ts";
import { type HealthSettings, isExpected, type ProbePlan, planProbe } from "./probe-plan.ts";
import type { StoredRoute } from "./store.ts";

/** Checks that run at the same time. */
const PROBES_AT_ONCE = 16;
/** The first checks are spread over this time, in ms. */
const FIRST_SPREAD_MS = 2000;
/** Each interval is shortened or lengthened by up to this part, so that checks do not march in step. */
const JITTER = 0.1;
/** Bytes read of an answer: enough to let small ones end normally. */
const ANSWER_BYTES = 16 * 1024;
/** How often times and durations are stored; a change of status is stored after a second. */
const STORE_MS = 30_000;
const STORE_CHANGE_MS = 1000;

/** `nextAt`: when the app is checked next, in ms since 1970. */
type Watch = { target: AppTarget; plan: ProbePlan; key: string; timer?: Timer; nextAt?: number };
type HealthBody = EndpointOutput<typeof contract.serviceHealth>;

export type ServiceHealth = HealthView & {
  /** Reads what was stored and begins to check. */
  start(): Promise<void>;
  /** Ends the checks and stores what is known. */
  stop(): Promise<void>;
  /** Apps that are unhealthy now. */
  unhealthyApps(): string[];
  /** The state of every app that was checked, for metrics. */
  all(): { appId: string; status: HealthRecord["status"] }[];
  /** The state of every app that is known, in the form of the event that told of it. */
  current(): EventData<"health_change">[];
  /** How an app is doing, with status and headers of the answer (20 §3.3). Throws `SERVICE_NOT_FOUND`. */
  report(
    principal: Principal,
    appId: string,
  ): Promise<{ status: 200 | 503; body: HealthBody; headers: Record<string, string> }>;
};

/**
 * Asks each app regularly whether it is well. An app is `degraded` while it fails below the threshold, then
 * `unhealthy`; the first success makes it `healthy` again. What is known survives a restart.
 */
export function createServiceHealth(options: {
  storage: Storage;
  catalog: Pick<Catalog, "targets" | "target">;
  outbound: Outbound;
  clock: Clock;
  bus: CoreBus;
  log: Logger;
  /** Read at each use, so that a reload takes effect. */
  config(): HealthSettings;
  /** From 0 to below 1. */
  random?(): number;
  /** Told of each check, for metrics; `ms` is how long it took. */
  onProbe?(appId: string, ok: boolean, ms: number): void;
}): ServiceHealth {
  const { storage, catalog, outbound, clock, bus, log, config, random = Math.random, onProbe } = options;
  const limited = atMost(PROBES_AT_ONCE);
  const watches = new Map<string, Watch>();
  const dirty = new Set<string>();
  const endings: (() => void)[] = [];
  let records = new Map<string, HealthRecord>();
  let running = false;
  let refreshes: Promise<void> = Promise.resolve();
  let refreshWaits = false;

  /** Follows the catalog and the configuration; one run at a time, and one more when something changed meanwhile. */
  function refreshSoon(): Promise<void> {
    if (refreshWaits) return refreshes;
    refreshWaits = true;
    refreshes = refreshes
      .then(refresh)
      .catch((error) => log.error({ err: error }, "health checks could not be planned"));
    return refreshes;
  }

  async function refresh(): Promise<void> {
    refreshWaits = false;
    const settings = config();
    const targets = settings.enabled ? await catalog.targets() : [];
    if (!running) return;
    const present = new Set<string>();
    for (const target of targets.filter((one) => one.route.enabled)) {
      present.add(target.app.id);
      const plan = planProbe(target.route, settings);
      const key = JSON.stringify([plan, target.upstream]);
      const watch = watches.get(target.app.id);
      if (watch?.key === key) watch.target = target;
      else watchApp({ target, plan, key });
    }
    for (const appId of [...watches.keys(), ...records.keys()]) if (!present.has(appId)) forget(appId);
  }

  function watchApp(watch: Watch): void {
    const { id } = watch.target.app;
    watches.get(id)?.timer?.cancel();
    watches.set(id, watch);
    if (watch.plan.skip) record(watch, skipped(records.get(id) ?? UNKNOWN, clock.now()));
    else schedule(watch, random() * Math.min(watch.plan.intervalMs, FIRST_SPREAD_MS));
  }

  function forget(appId: string): void {
    watches.get(appId)?.timer?.cancel();
    watches.delete(appId);
    const known = records.get(appId);
    records.delete(appId);
    dirty.delete(appId);
    if (known?.status === "unhealthy") bus.emit("health-gate-changed", { appId, unhealthy: false });
  }

  function schedule(watch: Watch, ms: number): void {
    watch.nextAt = clock.now() + ms;
    watch.timer = clock.after(ms, () => {
      check(watch).catch((error) =>
        log.error({ err: error, appId: watch.target.app.id }, "a health check failed to run"),
      );
    });
  }

  async function check(watch: Watch): Promise<void> {
    const appId = watch.target.app.id;
    // A result of an address that the app no longer has is not its own.
    const current = () => running && watches.get(appId) === watch;
    await limited(async () => {
      if (!current()) return;
      const outcome = await probe(watch.plan, watch.target.upstream);
      if (!current()) return;
      record(watch, after(records.get(appId) ?? UNKNOWN, outcome, config().unhealthy_threshold, clock.now()));
      onProbe?.(appId, outcome.ok, outcome.ms);
    });
    if (current()) schedule(watch, watch.plan.intervalMs * (1 + JITTER * (2 * random() - 1)));
  }

  async function probe(plan: ProbePlan, upstream: Upstream): Promise<Outcome> {
    const began = clock.monotonic();
    const ms = () => Math.max(0, Math.round(clock.monotonic() - began));
    try {
      // A redirect is an answer: the app is up. Following it could lead elsewhere.
      const { status } = await outbound.fetchFrom({
        ...wayTo(upstream),
        url: originOf(upstream) + plan.path,
        headers: { "user-agent": "Nekzus-Health/1.0", accept: "*/*" },
        maxBytes: ANSWER_BYTES,
        timeoutMs: plan.timeoutMs,
      });
      const ok = isExpected(status, plan.codes);
      return { ok, ms: ms(), statusCode: status, message: ok ? "" : `HTTP ${status}` };
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown reason";
      return { ok: false, ms: ms(), message: `request failed: ${reason}` };
    }
  }

  function record({ target: { app, route } }: Watch, next: HealthRecord): void {
    const before = records.get(app.id) ?? UNKNOWN;
    records.set(app.id, next);
    dirty.add(app.id);
    if (before.status === next.status) return;
    clock.after(STORE_CHANGE_MS, store);
    const gated = next.status === "unhealthy";
    if (gated || before.status === "unhealthy") bus.emit("health-gate-changed", { appId: app.id, unhealthy: gated });
    if (before.status === "unknown" && next.status === "healthy") return;
    const message = next.status === "healthy" ? "Service recovered" : next.message;
    bus.emit("health_change", stateOf({ app, route }, next.status, message));
  }

  async function store(): Promise<void> {
    const changed = new Map([...dirty].flatMap((id) => [[id, records.get(id) ?? UNKNOWN] as const]));
    if (!changed.size) return;
    dirty.clear();
    try {
      await storage.write((tx) => writeHealth(tx, changed));
    } catch (error) {
      for (const id of changed.keys()) if (records.has(id)) dirty.add(id);
      log.warn({ err: error }, "the results of health checks could not be stored; trying again");
    }
  }

  function info(route: StoredRoute): HealthInfo | undefined {
    const settings = config();
    if (!settings.enabled || !route.enabled) return undefined;
    const plan = planProbe(route, settings);
    const known = records.get(route.appId) ?? UNKNOWN;
    return {
      status: known.status,
      probeUrl: plan.shownUrl,
      ...(known.lastCheck !== undefined && { lastCheck: toInstant(known.lastCheck) }),
      ...(known.responseMs !== undefined && { responseTime: known.responseMs }),
      effectivePath: plan.path,
      effectiveTimeout: formatDuration(plan.timeoutMs),
      effectiveInterval: formatDuration(plan.intervalMs),
      effectiveCodes: [...plan.codes],
      configSource: plan.source,
      ...(known.failures && { lastError: known.message }),
      ...(known.statusCode !== undefined && { statusCode: known.statusCode }),
      ...times(route.appId, known),
      consecutiveFailures: known.failures,
    };
  }

  /** Since when an app is what it is, and when it is asked again. */
  function times(appId: string, { since }: HealthRecord): { since?: string; nextCheck?: string } {
    const next = watches.get(appId)?.nextAt;
    return {
      ...(since !== undefined && { since: toInstant(since) }),
      ...(next !== undefined && { nextCheck: toInstant(next) }),
    };
  }

  return {
    info,

    async start() {
      running = true;
      records = await readHealth(storage.db);
      const every = clock.every(STORE_MS, store);
      endings.push(() => every.cancel());
      for (const topic of ["catalog-changed", "config-changed", "config_reload"] as const)
        endings.push(bus.on(topic, refreshSoon));
      await refreshSoon();
    },

    async stop() {
      running = false;
      for (const end of endings.splice(0)) end();
      for (const watch of watches.values()) watch.timer?.cancel();
      watches.clear();
      await refreshes;
      await store();
    },

    status(appId) {
      const known = records.get(appId);
      if (!known || known.status === "unknown") return undefined;
      const reason = reasonOf(known);
      return { status: known.status, lastCheck: known.lastCheck, ...(reason && { reason }) };
    },

    unhealthyApps: () => [...records].filter(([, known]) => known.status === "unhealthy").map(([appId]) => appId),

    all: () => [...records].map(([appId, { status }]) => ({ appId, status })),

    current: () =>
      [...watches].flatMap(([appId, { target }]) => {
        const known = records.get(appId);
        return known && known.status !== "unknown" ? [stateOf(target, known.status, known.message)] : [];
      }),

    async report(principal, appId) {
      if (!(await catalog.target(principal, appId))) {
        throw new Problem("SERVICE_NOT_FOUND", `No app with a route has the id "${appId}".`);
      }
      const known = records.get(appId) ?? UNKNOWN;
      const lastCheck = known.lastCheck === undefined ? undefined : toInstant(known.lastCheck);
      const never = config().enabled ? "The app was not checked yet." : "Health checks are switched off.";
      const message = known.message || (known.status === "unknown" ? never : "");
      return {
        status: known.status === "unhealthy" ? 503 : 200,
        body: {
          appId,
          status: known.status,
          ...(lastCheck && { lastCheck, lastCheckTime: lastCheck }),
          ...(known.lastSuccess !== undefined && { lastSuccessTime: toInstant(known.lastSuccess) }),
          ...(known.responseMs !== undefined && { responseTime: known.responseMs }),
          ...(known.statusCode !== undefined && { statusCode: known.statusCode }),
          consecutiveFailures: known.failures,
          ...times(appId, known),
          ...(message && { message }),
        },
        headers: {
          "X-Health-Status": known.status,
          ...(lastCheck && { "X-Last-Check": lastCheck }),
          "X-Consecutive-Failures": String(known.failures),
          "Cache-Control": "no-cache",
        },
      };
    },
  };
}

function stateOf(
  { app, route }: Pick<AppTarget, "app" | "route">,
  status: HealthRecord["status"],
  message: string,
): EventData<"health_change"> {
  return { appId: app.id, appName: app.name, proxyPath: route.pathBase, status, message };
}
