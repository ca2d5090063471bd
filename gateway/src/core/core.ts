import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { Config } from "@nekzus/contract/config";
import { type Network, parseNetwork } from "../kit/addresses.ts";
import { BUILD } from "../kit/build.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { randomId } from "../kit/ids.ts";
import type { Logger } from "../kit/log.ts";
import { createOutbound } from "../kit/outbound.ts";
import { createOwnListeners } from "../kit/own-listeners.ts";
import { dashboardFolder, loadPages } from "../kit/pages.ts";
import type { Boot, FromChild, ListenerName } from "../wire/boot.ts";
import { LOCAL } from "../wire/principal.ts";
import { VISITOR } from "../wire/visitor.ts";
import {
  apiKeyCommands,
  browserName,
  createAccess,
  pairingCommands,
  storedUserAgent,
  tokenKey,
} from "./access/access.ts";
import { userCommands } from "./access/commands.ts";
import { createLimiter } from "./api/limiter.ts";
import { createApiServer } from "./api/server.ts";
import { cacheCommands } from "./catalog/cache-commands.ts";
import { createCatalog } from "./catalog/catalog.ts";
import { createPrefixCheck } from "./catalog/compatibility/check.ts";
import { prefixCommands } from "./catalog/compatibility/commands.ts";
import { compatibilityRoutes } from "./catalog/compatibility/routes.ts";
import { reachableAt } from "./catalog/compatibility/visit.ts";
import { routeCommands } from "./catalog/connection-commands.ts";
import { createConnectionTest } from "./catalog/connection-test.ts";
import { createServiceHealth, type ServiceHealth } from "./catalog/health.ts";
import { iconRoutes } from "./catalog/icon-routes.ts";
import { createIconUploads } from "./catalog/icon-uploads.ts";
import { createIcons } from "./catalog/icons.ts";
import { catalogRoutes, connectionTestRoutes } from "./catalog/routes.ts";
import type { SocketPlaces } from "./catalog/upstream.ts";
import { configuredNames, createCertificates, machineNames } from "./certificates/certificates.ts";
import { certificateCommands } from "./certificates/commands.ts";
import { pinShownAt } from "./certificates/pins.ts";
import { certificateRoutes } from "./certificates/routes.ts";
import { createConfig } from "./config/config.ts";
import type { Loaded } from "./config/load.ts";
import { watchFiles } from "./config/watch.ts";
import { createControl } from "./control/control.ts";
import { createDiscovery } from "./discovery/discovery.ts";
import { discoveryRoutes } from "./discovery/routes.ts";
import { configuredSources } from "./discovery/sources/configured.ts";
import { createActivity } from "./events/activity/activity.ts";
import { createNotices } from "./events/activity/notices.ts";
import { createAudiences } from "./events/audience.ts";
import { createEventLog } from "./events/event-log.ts";
import { eventRoutes } from "./events/routes.ts";
import { createEventSocket } from "./events/socket/event-socket.ts";
import { socketRoutes } from "./events/socket/routes.ts";
import { createCoreBus } from "./events/topics.ts";
import type { Caller } from "./http/binding.ts";
import { createJobs } from "./jobs/jobs.ts";
import { createLeases } from "./jobs/leases.ts";
import { createRetention } from "./jobs/retention.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { appDown, createNotifications } from "./notifications/notifications.ts";
import { createDashboard } from "./pages/dashboard.ts";
import { pageRoutes } from "./pages/routes.ts";
import { createPrivateSocket } from "./private-socket.ts";
import { dockerSocket, parseSocket } from "./runtimes/docker/socket.ts";
import { createPublicAddresses } from "./snapshot/addresses.ts";
import { compileSnapshot } from "./snapshot/compile.ts";
import { publishChanges } from "./snapshot/publish-changes.ts";
import { createPublisher } from "./snapshot/publisher.ts";
import { toInstant } from "./storage/codec.ts";
import { lockDataFolder } from "./storage/lock.ts";
import { openStorage } from "./storage/open.ts";
import { setOnce } from "./storage/settings.ts";
import { createAddresses } from "./system/addresses.ts";
import { certificateHealth } from "./system/certificate-health.ts";
import { createClockWatch } from "./system/clock-watch.ts";
import { createSystemHealth } from "./system/health.ts";
import { createMetrics } from "./system/metrics.ts";
import { createNotificationMetrics } from "./system/notification-metrics.ts";
import { systemRoutes } from "./system/routes.ts";

export type Core = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads the configuration again: as a whole or not at all. */
  reload(): Promise<void>;
  /** Lets go what clients hold open: the gateway is about to stop. */
  leave(): void;
};

/** How long the start waits for what sources see first, in ms: apps of containers are served from then on. */
const FIRST_LOOK_MS = 1000;

/** A part with a life: started in order, stopped in reverse. */
type Part = { start?(): void | Promise<void>; stop?(): void | Promise<void> };

/**
 * Builds the control plane out of its rooms. The only place that knows them all; throws an error for a person when
 * the gateway cannot start.
 */
export async function createCore(parts: {
  boot: Boot;
  load: () => Loaded;
  log: Logger;
  tellSupervisor(message: FromChild): void;
  clock?: Clock;
}): Promise<Core> {
  const { boot, load, log, clock = systemClock } = parts;
  const startedAt = clock.now();
  const bus = createCoreBus(log);
  const config = createConfig({ load, clock, bus, log, watch: watchFiles });
  const settings = () => config.current();
  const dataFolder = settings().storage.data_folder;

  const lock = lockDataFolder(dataFolder);
  const storage = await openStorage({
    dataFolder,
    databasePath: settings().storage.database_path,
    databaseUrl: settings().storage.database_url,
    clock,
    log,
  });
  const instanceId = await storage.write((tx) => setOnce(tx, "instance-id", randomId("nkz_", 12)));
  const token = {
    key: await tokenKey(storage, settings().auth.hs256_secret),
    issuer: settings().auth.issuer,
    audience: settings().auth.audience,
    instanceId,
  };

  const ports = Object.fromEntries(boot.listeners.map(({ name, port }) => [name, port])) as Record<
    ListenerName,
    number
  >;
  const addresses = createPublicAddresses(() => settings().server, ports, !boot.insecureHttp);
  const isOwnListener = createOwnListeners(Object.values(ports));
  const outbound = createOutbound({ isOwnListener, log });
  const sockets = (): SocketPlaces => ({
    folder: settings().upstreams.unix_folder,
    never: [dirname(boot.socketPath), ...engineSockets(settings())],
  });
  /** Behind a proxy or on a public name a position says nothing (design, section 7). */
  const localAccess = () => {
    const { trusted_proxies, base_domain } = settings().server;
    return settings().auth.local_access && !trusted_proxies.length && !base_domain;
  };

  const namesInSettings = () => {
    const { base_url, base_domain, allowed_hosts } = settings().server;
    return { baseUrl: base_url, baseDomain: base_domain, allowedHosts: allowed_hosts };
  };

  const notificationMetrics = createNotificationMetrics(() => settings().notifications.queue.worker_count);
  const pages = loadPages();
  const audiences = createAudiences(() => catalog.sensitiveApps);
  const events = createEventLog({ storage, bus, audiences, clock, log });
  const activity = createActivity({
    storage,
    bus,
    audiences,
    clock,
    log,
    keepEntries: () => settings().activity.keep_entries,
  });
  const notices = createNotices({ storage, bus, settled: activity.settled });
  const leases = createLeases({ storage, clock, log });
  const jobs = createJobs({ storage, leases, clock, bus, log });

  let serviceHealth: ServiceHealth;
  const catalog = createCatalog({
    storage,
    clock,
    bus,
    log,
    isOwnListener,
    sockets,
    origins: () => ({ api: addresses.api(), apps: addresses.apps() }),
    health: () => serviceHealth,
    defaultScopes: () => settings().auth.default_scopes,
    routing: () => ({
      mode: settings().server.routing_mode,
      baseDomain: settings().server.base_domain,
      // Without a domain no route has a name that could be one of ours, and these are asked of the system.
      ownNames: settings().server.base_domain ? addresses.hosts() : [],
    }),
    decisions: () => discovery.decisions,
  });
  serviceHealth = createServiceHealth({
    storage,
    catalog,
    outbound,
    clock,
    bus,
    log,
    config: () => settings().health_checks,
    onProbe: (appId, ok, ms) => metrics.onProbe(appId, ok, ms),
  });
  const iconUploads = createIconUploads({ storage });
  const icons = createIcons({ catalog, uploads: iconUploads, outbound, clock });
  const connectionTest = createConnectionTest({ clock, isOwnListener, sockets });
  const { addr, apps_addr, share_origin } = settings().server;
  const prefixCheck = createPrefixCheck({
    ...{ catalog, clock, token },
    listener: {
      // Where it listens is said at the start only.
      host: reachableAt(share_origin ? addr : apps_addr),
      port: ports.apps ?? ports.api,
      secure: !boot.insecureHttp,
    },
  });

  const access = createAccess({
    storage,
    clock,
    bus,
    tokens: token,
    localAccess,
    isConnected: (deviceId) => eventSocket.devices.connected(deviceId) > 0,
    offlineDetection: () => settings().notifications.offline_detection,
    sharedOrigin: () => settings().server.share_origin,
    findRoutes: (appId) => catalog.entriesOf(appId),
    findRouteAt: (host) => catalog.entryAt(host),
    origins: ({ facts, host }) => addresses.origins({ secure: facts.secure, host: host ?? "" }),
    problemPage: pages.problem,
    pairing: {
      name: `Nekzus @ ${hostname()}`,
      async pin() {
        const { base_url: origin, trusted_proxies: proxies } = settings().server;
        if (proxies.length && origin.startsWith("https:")) return await pinShownAt(origin);
        return boot.insecureHttp ? undefined : certificates.pin();
      },
      baseUrl: ({ facts, host }) =>
        settings().server.base_url || facts.local
          ? addresses.api()
          : addresses.origins({ secure: facts.secure, host: host ?? "" }).api,
      bootstrapTokens: () => settings().bootstrap.tokens,
    },
    log,
    auditSettings: () => settings().audit,
    onCode(code) {
      process.stderr.write(
        `No administrator exists yet. Setup code for the first one: ${code}\nOr open ${addresses.api()}/#setup=${code}\n`,
      );
    },
  });
  const eventSocket = createEventSocket({
    events,
    audiences,
    bus,
    clock,
    log,
    identify: access.identify,
    isPaired: access.isPaired,
    onSeen: (subjectId, address) => access.onUse(subjectId, address, 0),
    health: () => serviceHealth.current(),
    info: { instanceId, version: BUILD.version },
  });
  const originOf = ({ caller: { facts }, header }: { caller: Caller; header(name: string): string | undefined }) =>
    addresses.origins({ secure: facts.secure, host: header("host") ?? "" }).api;
  const notifications = createNotifications({
    storage,
    bus,
    audiences,
    clock,
    log,
    outbound,
    sockets: eventSocket.devices,
    activity,
    subjects: () => access.subjects(),
    async down() {
      const found = serviceHealth.unhealthyApps().map(async (appId) => {
        const target = await catalog.target(LOCAL, appId);
        const message = serviceHealth.status(appId)?.reason ?? "";
        return target && appDown({ appId, appName: target.app.name, proxyPath: target.route.pathBase, message });
      });
      return (await Promise.all(found)).filter((one) => one !== undefined);
    },
    origin: originOf,
    browserName: (userAgent) => browserName(storedUserAgent(userAgent)),
    revokedIds: () => access.revokedIds(),
    settings: () => settings().notifications,
    networks: () =>
      settings()
        .notifications.networks.map(parseNetwork)
        .filter((one): one is Network => one !== undefined),
    webhookKeepDays: () => settings().webhooks.keep_days,
    meter: notificationMetrics.meter,
  });
  const retention = createRetention({
    storage,
    jobs,
    leases,
    events,
    records: [
      { what: "entries of the audit log", prune: () => access.audit.prune() },
      { what: "activities", prune: () => activity.prune() },
      { what: "messages", prune: notifications.prune.messages },
      { what: "webhook calls", prune: notifications.prune.webhooks },
    ],
    clock,
    log,
  });
  const certificates = createCertificates({
    storage,
    clock,
    bus,
    log,
    names: () => [...machineNames(), ...configuredNames(namesInSettings())],
    ...(settings().server.tls_cert
      ? { files: { cert: settings().server.tls_cert, key: settings().server.tls_key } }
      : {}),
  });
  const discovery = createDiscovery({
    storage,
    catalog,
    build: () => configuredSources({ config: settings().discovery, env: process.env, clock, log }),
    bus,
    clock,
    log,
  });

  const publisher = createPublisher({
    compile: () =>
      compileSnapshot({
        instance: {
          instanceId,
          version: BUILD.version,
          tokenKey: token.key,
          issuer: token.issuer,
          audience: token.audience,
        },
        settings: () => ({
          hosts: addresses.hosts(),
          apiOrigin: settings().server.base_url ? new URL(settings().server.base_url).origin : `:${ports.api}`,
          appsOrigin: settings().server.apps_base_url
            ? new URL(settings().server.apps_base_url).origin
            : `:${ports.apps ?? ports.api}`,
          baseDomain: settings().server.base_domain,
          sharedOrigin: settings().server.share_origin,
          trustedProxies: settings().server.trusted_proxies,
          localAccess: localAccess(),
          edges: boot.edgeWorkers,
          accessLog: settings().access_log,
          upstreamLimits: {
            connections: settings().upstreams.max_connections,
            webSockets: settings().upstreams.max_websockets,
          },
          cacheMemory: settings().cache.memory,
          rewritingMemory: settings().rewriting.memory,
        }),
        routes: () => catalog.routeEntries(),
        certificates: () => (boot.insecureHttp ? [] : certificates.served()),
        subjects: async () => [...(await access.subjects()), VISITOR],
        revoked: () => access.revokedIds(),
        apiKeys: () => access.apiKeys(),
        unhealthy: () => serviceHealth.unhealthyApps(),
      }),
    edgeWorkers: boot.edgeWorkers,
    replaceEdge: (pid) => parts.tellSupervisor({ type: "replace-edge", pid }),
    onCounters(pid, message) {
      metrics.onEdgeCounters(pid, message);
      for (const [id, address, requests] of message.devices) access.onUse(id, address, requests);
    },
    onJar: (message, answer, others) => access.sessionCookies.onEdge(message, answer, others),
    onGone: (pid) => metrics.onEdgeGone(pid),
    clock,
    log,
  });

  const systemHealth = createSystemHealth(
    {
      async storage() {
        await storage.ping();
        return { status: "healthy", details: { engine: storage.dialect } };
      },
      discovery() {
        // Names of containers and the engine's words are not for strangers; they are in the log.
        const { enabled, sources } = discovery.state();
        const troubled = sources.filter(({ status }) => status === "error").map(({ name }) => name);
        const details = { enabled, activeWorkers: sources.length - troubled.length };
        if (!troubled.length) return { status: "healthy", details };
        return { status: "degraded", message: `In trouble, see the log: ${troubled.join(", ")}.`, details };
      },
      edges: () =>
        publisher.edges()
          ? { status: "healthy" }
          : { status: "degraded", message: "No edge is connected at the moment." },
      certificates: () => certificateHealth(certificates.expiries(), clock.now()),
    },
    { version: BUILD.version, startedAt, clock },
  );
  const metrics = createMetrics(BUILD.version, startedAt, () => clock.now(), {
    apps: () => catalog.countApps(),
    routeIds: () => catalog.routeIds(),
    pendingProposals: async () => (await discovery.list()).length,
    edges: () => publisher.edges(),
    serviceHealth: async () => serviceHealth.all(),
    certificates: () => certificates.expiries(),
    notifications: notificationMetrics,
    waitingMessages: () => notifications.depth(),
    config() {
      const { reloads, lastAt, lastResult } = config.status();
      return { reloads, lastReload: lastAt, lastOk: lastResult && lastResult === "success" };
    },
    eventSocket: () => eventSocket.traffic(),
    components: async () =>
      Object.entries((await systemHealth.report()).components).map(([name, { status }]) => ({ name, status })),
  });

  const api = createApiServer({
    bindings: [
      ...systemRoutes({
        systemHealth,
        metrics,
        metricsEnabled: () => settings().metrics.enabled,
        addresses: createAddresses({
          apiPort: ports.api,
          plainHttp: boot.insecureHttp,
          certificates,
          clock,
          settings: () => settings().server,
          origins: (request) => addresses.origins(request),
        }),
        info: {
          version: BUILD.version,
          buildDate: BUILD.date,
          instanceId,
          startedAt: toInstant(startedAt),
          database: storage.dialect === "postgres" ? "postgresql" : "sqlite",
          capabilities: () => [
            "catalog",
            "events",
            "proxy",
            "websocket",
            ...(discovery.state().enabled ? ["discovery"] : []),
          ],
          appsUrl: ({ caller, header }) =>
            addresses.origins({ secure: caller.facts.secure, host: header("host") ?? "" }).apps,
        },
      }),
      ...access.routes,
      ...catalogRoutes(catalog, serviceHealth, icons, ({ facts, host }) =>
        addresses.origins({ secure: facts.secure, host: host ?? "" }),
      ),
      ...connectionTestRoutes(
        connectionTest,
        ({ facts, host }) => addresses.origins({ secure: facts.secure, host: host ?? "" }).apps,
      ),
      ...compatibilityRoutes(
        prefixCheck,
        ({ facts, host }) => addresses.origins({ secure: facts.secure, host: host ?? "" }).apps,
      ),
      ...iconRoutes(iconUploads),
      ...certificateRoutes(certificates),
      ...discoveryRoutes(discovery),
      ...jobRoutes(jobs),
      ...eventRoutes(events, activity, notices),
      ...socketRoutes(eventSocket),
      ...notifications.routes,
      ...pageRoutes(pages, createDashboard(dashboardFolder()), BUILD.version),
    ],
    identify: access.identify,
    checkOrigin: access.checkOrigin,
    sessionOfCookie: access.sessionOfCookie,
    audit: access.audit,
    limiter: createLimiter(() => rates(settings().rate_limits), clock),
    version: BUILD.version,
    log,
    settled: () => publisher.settled(),
    onChange: (id, by) => bus.emit("list-changed", { area: id.split(".", 1)[0] as string, by }),
    onAnswer: (answer) => metrics.onApiAnswer(answer),
  });
  const privateSocket = createPrivateSocket({
    path: boot.socketPath,
    secret: boot.secret,
    onHttp: (socket) => api.accept(socket),
    onControl: (socket) => publisher.accept(socket),
    log,
  });
  const control = createControl({
    dataFolder,
    socketPath: join(dirname(boot.socketPath), "control"),
    commands: {
      ...userCommands(access),
      ...pairingCommands(access.pairing),
      ...apiKeyCommands(access.keys),
      ...routeCommands(connectionTest, () => addresses.apps()),
      ...cacheCommands(catalog),
      ...prefixCommands(prefixCheck, () => addresses.apps()),
      ...certificateCommands(() => certificates.authorityPem()),
      ...notifications.commands,
    },
    onCommand: (name, input, error) => access.audit.command(name, input, error),
    settled: () => publisher.settled(),
    log,
  });

  /** One after the other, each with the settings of its moment: the older must not write last. */
  let reconciling: Promise<void> = Promise.resolve();
  function reconcileConfig(): Promise<void> {
    const run = reconciling.then(async () => {
      for (const warning of await catalog.reconcileConfig(settings().apps, settings().routes)) {
        log.warn({ warning }, "an entry of the configuration is not in effect");
        bus.emit("config_warning", { warning });
      }
      const lacking = await catalog.withoutHostName();
      if (lacking) {
        log.warn({ warning: lacking }, "host names of routes are not in effect");
        bus.emit("config_warning", { warning: lacking });
      }
    });
    reconciling = run.catch(() => {});
    return run;
  }
  let endPublishing = () => {};
  let endReconciling = () => {};

  /** Started in this order, stopped in reverse: what answers last starts last. */
  const order: Part[] = [
    { stop: () => lock.release() },
    { stop: () => storage.close() },
    { start: () => catalog.start() },
    events,
    activity,
    iconUploads,
    certificates,
    { start: () => access.start(process.env) },
    access.use,
    access.sessionCookies,
    createClockWatch({
      clock,
      log,
      lastWritten: access.audit.lastAt,
      onChange: (change) => void access.audit.system("clock.set", "", change, true),
    }),
    serviceHealth,
    notifications,
    // Within the life of who is told: of jobs that a kill cut off, at the start, and of those that the end cuts off.
    jobs,
    discovery,
    {
      start() {
        endPublishing = publishChanges(bus, publisher, () => access.subjects(), log);
        endReconciling = bus.on("config-changed", ({ keys }) => {
          void access.audit.system("config.reloaded", "", { keys }, true);
          if (!keys.some((key) => ["apps", "routes", "server.base_domain", "server.routing_mode"].includes(key)))
            return;
          reconcileConfig().catch((error) => log.error({ err: error }, "apps of the configuration could not be saved"));
        });
        publisher.changed();
      },
      stop() {
        endPublishing();
        endReconciling();
      },
    },
    { start: () => api.ready(), stop: () => api.close() },
    privateSocket,
    eventSocket,
    access.presence,
    control,
    {
      // After everything that serves what is known already: names in the file may take long to resolve.
      async start() {
        await reconcileConfig();
        await Promise.race([discovery.looked(), new Promise<void>((resolve) => clock.after(FIRST_LOOK_MS, resolve))]);
        await publisher.settled();
      },
    },
    retention,
    config,
  ];
  /** Lock and storage are open already. */
  const started: Part[] = order.slice(0, 2);

  return {
    async start() {
      for (const part of order) {
        if (!started.includes(part)) started.push(part);
        await part.start?.();
      }
    },
    async stop() {
      for (const part of started.reverse()) {
        try {
          await part.stop?.();
        } catch (error) {
          log.error({ err: error }, "a part did not stop cleanly");
        }
      }
    },
    async reload() {
      config.reload();
    },
    leave: () => eventSocket.leave(),
  };
}

/** The socket files of the container engines that are configured, or would be used. */
function engineSockets({ discovery, runtimes }: Config): string[] {
  return [discovery.docker, runtimes.docker]
    .map((engine) => parseSocket(dockerSocket(engine, process.env)))
    .flatMap((address) => (address?.kind === "unix" ? [address.path] : []));
}

/** The configured rate limits in the limiter's terms. */
function rates(configured: Readonly<Record<string, { per_second: number; burst: number }>>) {
  return Object.fromEntries(
    Object.entries(configured).map(([name, { per_second, burst }]) => [name, { perSecond: per_second, burst }]),
  );
}
