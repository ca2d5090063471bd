import {
  appEntries,
  type ConfigApp,
  type ConfigRoute,
  routeEntries,
  type ServiceHealthSettings,
  servicesHealth,
} from "./config/entries.ts";
import {
  bool,
  choice,
  databaseUrl,
  domain,
  duration,
  engineSocket,
  formatDuration,
  hostName,
  int,
  type Kind,
  listenAddress,
  listOf,
  network,
  orEmpty,
  origin,
  orUnset,
  parseListenAddress,
  path,
  peerAddress,
  positive,
  schemaText,
  strongSecret,
  text,
  webPath,
} from "./config/kinds.ts";
import { editDistance, nearest } from "./config/nearest.ts";
import { LIMITS } from "./endpoint.ts";
import { Scope } from "./shapes.ts";

export type { ConfigApp, ConfigRoute, ServiceHealthSettings };
export { editDistance, formatDuration, nearest, parseListenAddress };

/** One setting: everything that is known about it. */
export type ConfigKey<P extends string = string, T = unknown> = {
  /** The sections and the name, with dots: `server.addr`. */
  path: P;
  type: Kind<T>;
  default: T;
  /** What the default means when its value does not say it. */
  defaultText?: string;
  /** Environment variable that goes before the file. With `_FILE` after it, it names a file that holds the value. */
  env?: string;
  /** The environment variable adds to the list of the file. */
  envAdds?: true;
  /** When a change takes effect: at the next reload, or at the next start. */
  reload: "live" | "restart";
  describe: string;
  /** What a plain number counts, in words. */
  unit?: string;
  /** The value is never shown. `<key>_file` names a file that holds it. */
  secret?: true;
  /** `later`: read and checked, but without effect in this version. */
  since?: "later";
};

type Facts<T> = Omit<ConfigKey<string, T>, "path" | "type" | "default">;

function key<const P extends string, T>(
  path: P,
  facts: Facts<T> & { type: Kind<T>; default: NoInfer<T> },
): ConfigKey<P, T> {
  return { path, ...facts };
}

/** A key of a feature that this version does not have yet. */
function later<const P extends string, T>(
  path: P,
  type: Kind<T>,
  value: NoInfer<T>,
  describe: string,
  more: Partial<Facts<T>> = {},
): ConfigKey<P, T> {
  return { path, type, default: value, describe, reload: "restart", since: "later", ...more };
}

type CountedClass = keyof typeof LIMITS;
type LimitKey = {
  [C in CountedClass]: ConfigKey<`rate_limits.${C}.per_second`, number> | ConfigKey<`rate_limits.${C}.burst`, number>;
}[CountedClass];

const limitKeys = Object.entries(LIMITS).flatMap(([name, limit]) => [
  key(`rate_limits.${name}.per_second`, {
    type: positive(100_000),
    default: limit.perSecond,
    unit: "requests per second",
    reload: "live",
    describe: `Requests of class ${name} that one client address may send, on average.`,
  }),
  key(`rate_limits.${name}.burst`, {
    type: int(1, 1_000_000),
    default: limit.burst,
    unit: "requests",
    reload: "live",
    describe: `Requests of class ${name} that one client address may send at once.`,
  }),
]) as unknown as readonly LimitKey[];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Every setting of the gateway (20 §7.1 and ours). Types, defaults, validation, environment, `config explain` and
 * the reference page are all made from this table. Durations are milliseconds in the typed value.
 */
export const CONFIG_KEYS = [
  key("server.addr", {
    type: listenAddress,
    default: ":8443",
    env: "NEKZUS_ADDR",
    reload: "restart",
    describe: "Where the API and the dashboard listen. Without a host: on every address of the machine.",
  }),
  key("server.apps_addr", {
    type: orEmpty(listenAddress),
    default: "",
    defaultText: "the host of server.addr and its port plus one",
    env: "NEKZUS_APPS_ADDR",
    reload: "restart",
    describe: "Where apps are served to browsers, on an origin of their own.",
  }),
  key("server.base_url", {
    type: orEmpty(origin),
    default: "",
    defaultText: "the address a request came in by",
    env: "NEKZUS_BASE_URL",
    reload: "live",
    describe: "The public address of the API and the dashboard. Its host name is allowed as Host.",
  }),
  key("server.apps_base_url", {
    type: orEmpty(origin),
    default: "",
    defaultText: "the host of the request with the port of server.apps_addr",
    env: "NEKZUS_APPS_BASE_URL",
    reload: "live",
    describe: "The public address of the apps.",
  }),
  key("server.share_origin", {
    type: bool,
    default: false,
    env: "NEKZUS_SHARE_ORIGIN",
    reload: "restart",
    describe: "Serve apps to browsers on the API's own origin. Scripts of an app can then act on the API's pages.",
  }),
  key("server.base_domain", {
    type: orEmpty(domain),
    default: "",
    env: "NEKZUS_BASE_DOMAIN",
    reload: "live",
    describe:
      "The domain of the gateway: apps can have host names below it. It is allowed as Host, and switches local access off.",
  }),
  key("server.allowed_hosts", {
    type: listOf(hostName),
    default: [],
    env: "NEKZUS_ALLOWED_HOSTS",
    reload: "live",
    describe: "Further host names to answer to. Addresses, localhost and the machine's own name always work.",
  }),
  key("server.trusted_proxies", {
    type: listOf(network),
    default: [],
    env: "NEKZUS_TRUSTED_PROXIES",
    reload: "live",
    describe: "Proxies in front of the gateway whose forwarding headers are believed. Switches local access off.",
  }),
  key("server.tls_cert", {
    type: orEmpty(path),
    default: "",
    defaultText: "a certificate the gateway makes itself",
    env: "NEKZUS_TLS_CERT",
    reload: "restart",
    describe: "Certificate chain in PEM. Needs server.tls_key.",
  }),
  key("server.tls_key", {
    type: orEmpty(path),
    default: "",
    env: "NEKZUS_TLS_KEY",
    reload: "restart",
    describe: "Private key in PEM. Needs server.tls_cert.",
  }),
  later("server.http_redirect_addr", orEmpty(listenAddress), "", "Where plain HTTP is sent on to HTTPS."),
  key("server.routing_mode", {
    type: choice("path", "subdomain", "both"),
    default: "path",
    reload: "live",
    describe:
      "How routes without a mode of their own are reached: below /apps/, by a host name below server.base_domain, or by both.",
  }),

  key("auth.issuer", {
    type: text("text of 1 to 255 characters", (value) => value.length >= 1 && value.length <= 255),
    default: "nekzus",
    reload: "restart",
    describe: "The issuer named in tokens.",
  }),
  key("auth.audience", {
    type: text("text of 1 to 255 characters", (value) => value.length >= 1 && value.length <= 255),
    default: "nekzus-mobile",
    reload: "restart",
    describe: "The audience named in tokens.",
  }),
  key("auth.hs256_secret", {
    type: orEmpty(strongSecret),
    default: "",
    defaultText: "made at the first start and stored encrypted",
    env: "NEKZUS_JWT_SECRET",
    secret: true,
    reload: "restart",
    describe: "The key that signs tokens.",
  }),
  key("auth.default_scopes", {
    type: listOf(schemaText(Scope, "a scope such as read:catalog or access:grafana", "scope"), 100),
    default: [],
    reload: "live",
    describe: "Scopes that a route without scopes of its own asks for, besides access to its app.",
  }),
  key("auth.local_access", {
    type: bool,
    default: true,
    env: "NEKZUS_LOCAL_ACCESS",
    reload: "live",
    describe: "Let the user who runs the gateway call the API from the same machine without signing in.",
  }),

  key("storage.data_folder", {
    type: orEmpty(path),
    default: "",
    defaultText: "the usual place of the system for the user who runs the gateway",
    env: "NEKZUS_DATA",
    reload: "restart",
    describe: "The folder for everything the gateway keeps. The option --data goes before it.",
  }),
  key("storage.database_path", {
    type: path,
    default: "nekzus.db",
    env: "NEKZUS_DATABASE_PATH",
    reload: "restart",
    describe: "File of the embedded database.",
  }),
  key("storage.database_url", {
    type: orEmpty(databaseUrl),
    default: "",
    env: "NEKZUS_DATABASE_URL",
    secret: true,
    reload: "restart",
    describe: "PostgreSQL to use in place of the embedded database.",
  }),

  key("edge.workers", {
    type: int(1, 64),
    default: 1,
    env: "NEKZUS_EDGE_WORKERS",
    unit: "processes",
    reload: "restart",
    describe: "Processes that accept connections and forward them.",
  }),

  key("log.level", {
    type: choice("debug", "info", "warn", "error"),
    default: "info",
    env: "NEKZUS_LOG_LEVEL",
    reload: "restart",
    describe: "The least important lines that are logged.",
  }),

  key("access_log.output", {
    type: choice("off", "stdout", "file"),
    default: "file",
    env: "NEKZUS_ACCESS_LOG_OUTPUT",
    reload: "live",
    describe: "Where a line for each request goes.",
  }),
  key("access_log.file", {
    type: path,
    default: "logs/access.log",
    reload: "live",
    describe: "The file for it. A folder that is missing is made, for the gateway's user alone.",
  }),
  key("access_log.max_size", {
    type: int(0, 1024 ** 4),
    default: 20 * 1024 ** 2,
    unit: "bytes",
    reload: "live",
    describe: "Size from which the file is set aside and a new one begun. 0 leaves that to others, such as logrotate.",
  }),
  key("access_log.keep", {
    type: int(1, 1000),
    default: 5,
    unit: "files",
    reload: "live",
    describe: "Files set aside that are kept: access.log.1 is the newest.",
  }),

  key("audit.keep_days", {
    type: int(1, 36_500),
    default: 365,
    unit: "days",
    reload: "live",
    describe: "How long the record of changes and failed sign-ins is kept.",
  }),
  key("audit.max_entries", {
    type: int(100, 10_000_000),
    default: 100_000,
    unit: "entries",
    reload: "live",
    describe: "Most entries of that record that are kept; the oldest go first.",
  }),

  key("metrics.enabled", {
    type: bool,
    default: true,
    env: "NEKZUS_METRICS_ENABLED",
    reload: "live",
    describe: "Offer metrics for Prometheus.",
  }),
  key("metrics.path", {
    type: webPath,
    default: "/metrics",
    reload: "restart",
    since: "later",
    describe: "Where the metrics are. In this version always /metrics.",
  }),

  ...limitKeys,

  key("upstreams.unix_folder", {
    type: orEmpty(path),
    default: "",
    defaultText: "no unix sockets as upstreams",
    reload: "live",
    describe: "The only folder whose sockets routes may forward to.",
  }),
  key("upstreams.max_connections", {
    type: int(1, 65_535),
    default: 2048,
    unit: "connections",
    reload: "live",
    describe: "Requests that one edge process sends to one app at the same time. Further ones wait for up to 10 s.",
  }),
  key("upstreams.max_websockets", {
    type: int(0, 65_535),
    default: 10_000,
    unit: "connections",
    reload: "live",
    describe: "WebSockets that one edge process holds open to one app at the same time. Further ones are refused.",
  }),

  key("cache.memory", {
    type: int(0, 64 * 1024 ** 3),
    default: 64 * 1024 ** 2,
    unit: "bytes",
    reload: "live",
    describe:
      "Answers that one edge process keeps for routes with a cache, all together; half as much again may be on its way. " +
      "0 switches it off.",
  }),

  key("rewriting.memory", {
    type: int(32 * 1024 ** 2, 1024 ** 4),
    default: 128 * 1024 ** 2,
    unit: "bytes",
    reload: "live",
    describe:
      "What one edge process may use to put prefixes into answers; an eighth of it is for what it remembers of pages that " +
      "come again. Further answers wait, and after 10 s pass as the app wrote them.",
  }),

  key("discovery.enabled", {
    type: orUnset(bool),
    default: undefined,
    defaultText: "on when a source is usable",
    env: "NEKZUS_DISCOVERY_ENABLED",
    reload: "live",
    describe: "Look for services and propose them.",
  }),
  key("discovery.docker.enabled", {
    type: orUnset(bool),
    default: undefined,
    defaultText: "on when the engine's socket can be used",
    env: "NEKZUS_DISCOVERY_DOCKER_ENABLED",
    reload: "live",
    describe: "Look for services among the containers of Docker.",
  }),
  key("discovery.docker.socket_path", {
    type: orEmpty(engineSocket),
    default: "",
    defaultText: "DOCKER_HOST, else unix:///var/run/docker.sock",
    reload: "live",
    describe: "Where the engine listens.",
  }),
  key("discovery.docker.poll_interval", {
    type: duration(SECOND, DAY),
    default: 30 * SECOND,
    reload: "live",
    describe: "Time between two full looks; changes are also heard of at once.",
  }),
  key("discovery.docker.network_mode", {
    type: choice("all", "first", "preferred"),
    default: "all",
    reload: "live",
    describe:
      "Which networks of a container are considered: all, the first one, or those of discovery.docker.networks.",
  }),
  key("discovery.docker.networks", {
    type: listOf(
      text("the name of a network", (value) => value !== "", "network name"),
      100,
    ),
    default: [],
    reload: "live",
    describe: "Networks in order of preference.",
  }),
  key("discovery.docker.exclude_networks", {
    type: listOf(
      text("the name of a network", (value) => value !== "", "network name"),
      100,
    ),
    default: [],
    reload: "live",
    describe: "Networks that are never used.",
  }),
  later("discovery.mdns.enabled", bool, false, "Look for services announced on the local network."),
  later("discovery.mdns.services", listOf(text()), ["_http._tcp", "_https._tcp"], "Service types to look for."),
  later("discovery.mdns.scan_interval", duration(SECOND, DAY), MINUTE, "Longest time between two questions."),
  later("discovery.kubernetes.enabled", bool, false, "Look for services of a Kubernetes cluster."),
  later("discovery.kubernetes.kubeconfig", orEmpty(path), "", "File with the access to the cluster."),
  later("discovery.kubernetes.namespaces", listOf(text()), [], "Namespaces to look in; empty means all."),
  later("discovery.kubernetes.poll_interval", duration(SECOND, DAY), 30 * SECOND, "Time between two full looks."),

  key("health_checks.enabled", {
    type: bool,
    default: true,
    reload: "live",
    describe: "Ask every app regularly whether it is well.",
  }),
  key("health_checks.interval", {
    type: duration(SECOND, DAY),
    default: 10 * SECOND,
    reload: "live",
    describe: "Time between two checks of an app.",
  }),
  key("health_checks.timeout", {
    type: duration(10, 5 * MINUTE),
    default: 5 * SECOND,
    reload: "live",
    describe: "Longest wait for an answer.",
  }),
  key("health_checks.unhealthy_threshold", {
    type: int(1, 1000),
    default: 2,
    unit: "checks",
    reload: "live",
    describe: "Failed checks in a row that make an app unhealthy.",
  }),
  key("health_checks.path", {
    type: webPath,
    default: "/",
    reload: "live",
    describe: "The path that is asked for.",
  }),
  key("health_checks.expected_status", {
    type: listOf(int(100, 599), 100),
    default: [],
    defaultText: "any below 500",
    reload: "live",
    describe: "Status codes that count as healthy.",
  }),
  key("health_checks.per_service", {
    type: servicesHealth,
    default: {},
    reload: "live",
    describe: "What differs for single apps, by app id. A field of the route goes before it.",
  }),

  key("routes", {
    type: routeEntries,
    default: [],
    reload: "live",
    describe: "Routes kept in the file. A reload touches only these, never what was approved or made by hand.",
  }),
  key("apps", {
    type: appEntries,
    default: [],
    reload: "live",
    describe: "Apps kept in the file. A reload touches only these, never what was approved or made by hand.",
  }),

  key("bootstrap.tokens", {
    type: listOf(text("text of at least 16 characters", (value) => value.length >= 16)),
    default: [],
    env: "NEKZUS_BOOTSTRAP_TOKEN",
    envAdds: true,
    secret: true,
    reload: "live",
    describe: "Tokens that pair any number of devices, which then belong to the first administrator.",
  }),

  later("backup.enabled", bool, false, "Make backups on a schedule."),
  later("backup.directory", orEmpty(path), "", "Folder for backups."),
  later("backup.schedule", duration(MINUTE, 365 * DAY), DAY, "Time between two backups."),
  later("backup.retention", int(1, 10_000), 7, "Backups to keep.", { unit: "backups" }),

  later("toolbox.enabled", bool, false, "Offer apps to install.", { env: "NEKZUS_TOOLBOX_ENABLED" }),
  later("toolbox.catalog_dir", path, "toolbox", "Folder of the catalogue."),
  later("toolbox.catalog_path", orEmpty(path), "", "Old name of toolbox.catalog_dir."),
  later("toolbox.data_dir", path, "toolbox-data", "Folder for the data of installed apps."),
  later("toolbox.host_data_dir", orEmpty(path), "", "The same folder as the container engine sees it.", {
    env: "NEKZUS_TOOLBOX_HOST_DATA_DIR",
  }),
  later("toolbox.auto_route", bool, false, "Make a route for every installed app."),
  later("toolbox.auto_start", bool, false, "Start installed apps at once."),

  later("scripts.enabled", bool, false, "Run scripts.", { env: "NEKZUS_SCRIPTS_ENABLED" }),
  later("scripts.directory", orEmpty(path), "", "Folder of the scripts."),
  later("scripts.host_directory", orEmpty(path), "", "The same folder as the container engine sees it.", {
    env: "NEKZUS_SCRIPTS_HOST_DIRECTORY",
  }),
  later("scripts.default_timeout", int(1, 604_800), 300, "Longest run of a script.", { unit: "seconds" }),
  later("scripts.max_output_bytes", int(1024, 1024 ** 3), 10 * 1024 ** 2, "Output that is kept.", { unit: "bytes" }),

  key("notifications.enabled", {
    type: bool,
    default: true,
    env: "NEKZUS_NOTIFICATIONS_ENABLED",
    reload: "live",
    describe: "Send messages to devices and on other channels. While this is off they wait.",
  }),
  key("notifications.ack_timeout", {
    type: duration(SECOND, DAY),
    default: 30 * SECOND,
    reload: "live",
    describe: "How long a device has to confirm a message before it is sent again. Doubles with each time.",
  }),
  key("notifications.queue.worker_count", {
    type: int(1, 100),
    default: 4,
    unit: "messages",
    reload: "live",
    describe: "Messages that are sent at the same time on channels other than devices.",
  }),
  key("notifications.queue.buffer_size", {
    type: int(1, 1_000_000),
    default: 1000,
    unit: "messages",
    reload: "live",
    describe: "Messages that may wait for one device. Beyond them the oldest are given up.",
  }),
  key("notifications.queue.retry_interval", {
    type: duration(SECOND, DAY),
    default: 30 * SECOND,
    reload: "live",
    describe: "Time until the second attempt on channels other than devices. Doubles with each time, up to an hour.",
  }),
  key("notifications.queue.max_retries", {
    type: int(0, 1000),
    default: 10,
    unit: "attempts",
    reload: "live",
    describe: "Attempts after the first, for kinds of messages that have no number of their own.",
  }),
  key("notifications.keep_days", {
    type: int(1, 3650),
    default: 30,
    unit: "days",
    reload: "live",
    describe: "How long messages stay in the list after they arrived or were given up.",
  }),
  key("notifications.networks", {
    type: listOf(network, 100),
    default: [],
    reload: "live",
    describe:
      "Networks of one's own to which outgoing webhooks and push messages may go. Without them they go to public " +
      "addresses only.",
  }),
  key("notifications.offline_detection.enabled", {
    type: bool,
    default: false,
    reload: "live",
    describe: "Tell when a paired device went away and when it is back, as events that rules can be about.",
  }),
  key("notifications.offline_detection.check_interval", {
    type: duration(SECOND, DAY),
    default: MINUTE,
    reload: "live",
    describe: "Time between two looks at which devices are there.",
  }),
  key("notifications.offline_detection.offline_threshold", {
    type: duration(SECOND, DAY),
    default: 5 * MINUTE,
    reload: "live",
    describe: "A device that was not seen for so long, and has no connection to the event socket, counts as offline.",
  }),

  key("activity.keep_entries", {
    type: int(1000, 1_000_000),
    default: 1000,
    unit: "entries",
    reload: "live",
    describe: "Entries of the activity feed that are kept.",
  }),
  key("webhooks.keep_days", {
    type: int(1, 3650),
    default: 30,
    unit: "days",
    reload: "live",
    describe: "How long calls of webhooks stay in their log, at most the newest 10 000.",
  }),

  later("federation.enabled", bool, false, "Join other gateways.", { env: "NEKZUS_FEDERATION_ENABLED" }),
  later("federation.cluster_secret", orEmpty(strongSecret), "", "Secret that all peers share.", {
    env: "NEKZUS_CLUSTER_SECRET",
    secret: true,
  }),
  later("federation.local_peer_id", text(), "", "Id of this gateway; empty means the instance's own."),
  later("federation.local_peer_name", text(), "", "Name of this gateway for people."),
  later("federation.api_address", orEmpty(origin), "", "Where peers reach this gateway's API."),
  later("federation.gossip_port", int(1024, 65535), 7946, "Port for talk between peers.", {
    env: "NEKZUS_GOSSIP_PORT",
  }),
  later("federation.gossip_bind_addr", hostName, "0.0.0.0", "Address to listen on for peers."),
  later("federation.gossip_bind_port", int(1024, 65535), 7946, "Port to listen on for peers."),
  later("federation.gossip_advertise_addr", orEmpty(hostName), "", "Address that peers are told."),
  later("federation.gossip_advertise_port", int(1024, 65535), 7946, "Port that peers are told."),
  later("federation.mdns_enabled", bool, false, "Find peers on the local network."),
  later("federation.mdns_service_name", text(), "_nekzus-peer._tcp", "Service type for that."),
  later("federation.bootstrap_peers", listOf(peerAddress, 100), [], "Peers to join at the start."),
  later("federation.allow_remote_routes", bool, false, "Forward requests to apps of peers."),
  later(
    "federation.peer_timeout",
    duration(10 * SECOND, HOUR),
    30 * SECOND,
    "Silence after which a peer counts as gone.",
  ),
  later("federation.sync.full_sync_interval", duration(MINUTE, DAY), 5 * MINUTE, "Time between two full exchanges."),
  later("federation.sync.anti_entropy_period", duration(30 * SECOND, DAY), MINUTE, "Time between two comparisons."),

  later("runtimes.primary", orUnset(choice("docker", "kubernetes")), undefined, "The runtime to use first."),
  later("runtimes.docker.enabled", bool, false, "Manage containers of Docker."),
  later("runtimes.docker.socket_path", orEmpty(engineSocket), "", "Where the engine listens."),
  later("runtimes.kubernetes.enabled", bool, false, "Manage workloads of Kubernetes."),
  later("runtimes.kubernetes.kubeconfig", orEmpty(path), "", "File with the access to the cluster."),
  later("runtimes.kubernetes.context", text(), "", "Context of that file."),
  later("runtimes.kubernetes.namespaces", listOf(text()), [], "Namespaces to manage; empty means all."),
  later("runtimes.kubernetes.metrics_server", bool, false, "Read usage from the metrics server."),
  later("runtimes.kubernetes.metrics_cache_ttl", duration(SECOND, DAY), 30 * SECOND, "How long usage is kept."),

  later("system.host_root_path", orEmpty(path), "", "Where the root of the host is mounted.", {
    env: "NEKZUS_HOST_ROOT_PATH",
  }),
] as const;

type AnyKey = (typeof CONFIG_KEYS)[number];
type Head<P> = P extends `${infer H}.${string}` ? H : P;
type Below<K, H extends string> = K extends { path: `${H}.${infer Rest}`; default: infer T }
  ? { path: Rest; default: T }
  : never;
type Nested<K extends { path: string; default: unknown }> = {
  readonly [H in Head<K["path"]> & string]: H extends K["path"]
    ? Extract<K, { path: H }>["default"]
    : Nested<Below<K, H>>;
};

/**
 * The whole configuration, nested and spelled as in the file: `config.server.addr`. Durations are numbers of
 * milliseconds, paths absolute; empty text means not set.
 */
export type Config = Nested<AnyKey>;
