import type { JarAnswer, JarQuestion } from "./session-cookies.ts";

/**
 * What an edge needs to decide. The core compiles it; the edge swaps it between two requests. A snapshot is
 * immutable and numbered; deltas carry the numbers after it.
 */

/** Where an upstream's address lies. Fixed when a person approves the route, checked at every connect. */
export type AddressClass = "host" | "lan" | "public";

export type Upstream = {
  secure: boolean;
  /** Host name or address, without brackets; `localhost` for a socket in the file system. */
  host: string;
  /** 80 for a socket in the file system, so that its Host header has no port. */
  port: number;
  /** Path before the request's own: "" or "/base", never with a trailing slash. */
  path: string;
  addressClass: AddressClass;
  insecureSkipVerify: boolean;
  /**
   * The certificates, in PEM, that alone are trusted for this upstream, instead of the well-known ones; empty when the
   * route's file could not be read, and then none is. The core reads the file; an edge never opens one.
   */
  caPem?: string;
  /** The name asked for (SNI) and expected in the certificate, when it is not `host`. */
  serverName?: string;
  /** A socket in the file system instead of host and port. */
  socket?: UpstreamSocket;
};

/** A unix socket of an app. It counts only while its real path lies in the folder. */
export type UpstreamSocket = {
  /** Absolute path as the route names it. */
  path: string;
  /** `upstreams.unix_folder`; empty when none is configured, and then nothing is reached. */
  folder: string;
  /** Sockets that it must not be, and folders in which it must not lie: those of engines and our own. */
  never: readonly string[];
};

export type RouteEntry = {
  routeId: string;
  appId: string;
  appName: string;
  /** `/apps/grafana/`: always with a trailing slash. */
  pathBase: string;
  /** Host names at which the whole path belongs to the app, `grafana.home.example`; lower case, without port. */
  hosts: readonly string[];
  /** Is the app served below `pathBase` on the listeners' own names? */
  byPath: boolean;
  upstream: Upstream;
  /** The upstream's container is gone: its address may be another's by now, so nothing is sent there. */
  absent: boolean;
  /** True opens the app to everybody. */
  publicAccess: boolean;
  /** What a principal must hold. Never empty. */
  scopes: readonly string[];
  /** A device needs the very scope: its `access:*` does not count (ruling R7). */
  sensitive: boolean;
  stripPrefix: boolean;
  websocket: boolean;
  preserveHost: boolean;
  healthGate: boolean;
  stripResponseCookies: boolean;
  rewriteCookiePaths: boolean;
  /** Is the prefix put before the addresses in answers? Only of a route by path that strips its prefix. */
  rewriteHTML: boolean;
  /** Beginnings of paths, as the app names them, that the prefix is not put before. */
  excludePaths: readonly string[];
  identityHeaders: boolean;
  /** Changes of the request's headers; absent without any. */
  requestHeaders?: {
    /** Names and values by turns. */
    set: readonly string[];
    /** What the app does not get of the client's, those in `set` among them; as `spelledPlainly` writes them. */
    withheld: readonly string[];
  };
  /** Names and values by turns; what the app says under these names is in `removeResponseHeaders`. */
  setResponseHeaders: readonly string[];
  /** Lower case. */
  removeResponseHeaders: readonly string[];
  /** Keep the app's cookies for each device, and send them again when its web view lost them. */
  persistCookies: boolean;
  /** CIDRs from which the route may be used, `deny` before `allow`; an empty `allow` means everywhere. Absent without both. */
  networks?: { allow: readonly string[]; deny: readonly string[] };
  /** For each client, divided by the number of edges. Absent: no limit. */
  rateLimit?: { perMinute: number; burst: number };
  /** Absent: nothing is kept. */
  cache?: {
    /** How long an answer is fresh that does not say so, in ms; 0: it is not kept. */
    ttlMs: number;
    /** Largest body that is kept, in bytes. */
    maxBytes: number;
  };
  /** Only administrators get through; the rest reads this. */
  maintenance?: { message: string };
  /** Largest body of a request, in bytes; 0 for any. */
  maxBodyBytes: number;
  /** Longest wait for a connection, look-up and TLS included, in ms. */
  connectTimeoutMs: number;
  /** Longest wait for the answer's header, in ms. */
  headerTimeoutMs: number;
  /** Longest silence while the answer's body comes, in ms; 0 for none. */
  idleTimeoutMs: number;
};

/** A certificate that edges serve, in PEM. */
export type ServedCertificate = { names: readonly string[]; certificate: string; privateKey: string };

/** Where edges write a line for each request. */
export type AccessLogSettings = {
  output: "off" | "stdout" | "file";
  /** Absolute path. */
  file: string;
  /** Size in bytes from which the file is set aside and a new one begun; 0 for never. */
  max_size: number;
  /** How many files that were set aside are kept: `<file>.1` is the newest. */
  keep: number;
};

/** A person, device or key that tokens and cookies speak of. */
export type Subject = {
  id: string;
  kind: "user" | "device" | "apikey";
  name: string;
  /** Raised to make every older token void (ruling R8). */
  generation: number;
  scopes: readonly string[];
  /** Of a device: the scopes that it was given by name (ruling R7). */
  named?: readonly string[] | undefined;
  /** An API key may be bound to networks, by CIDR. */
  networks?: readonly string[];
  /** When it ends, in ms since 1970. */
  expiresAt?: number | undefined;
  /** Its own limit at the API, in requests per minute. */
  perMinute?: number;
};

export type Snapshot = {
  number: number;
  instanceId: string;
  version: string;
  /** Key for tokens, base64url. */
  tokenKey: string;
  issuer: string;
  audience: string;
  /** Host names and addresses we answer to, lower case, without port. IP literals are always allowed. */
  hosts: readonly string[];
  /** Public origin of the API, `https://nekzus.local:8443`; or `:8443`, to mean the host by which a request came in. */
  apiOrigin: string;
  /** Public origin of the apps, in the same two forms. */
  appsOrigin: string;
  /** The domain below which apps have host names; empty when there is none. */
  baseDomain: string;
  /** True when apps share the API's origin by explicit choice. */
  sharedOrigin: boolean;
  /** CIDRs of proxies whose forwarding headers count. */
  trustedProxies: readonly string[];
  /** May a caller on the same machine be `local`? */
  localAccess: boolean;
  /** How many edges there are; the limits of clients are divided by it. Absent: one. */
  edges?: number;
  accessLog: AccessLogSettings;
  routes: readonly RouteEntry[];
  /** How many connections one edge may hold open to one upstream: for requests, and for WebSockets. */
  upstreamLimits?: { connections: number; webSockets: number };
  /** How many bytes of answers one edge keeps at most, for all routes together; 0 for none. Absent: none. */
  cacheMemory?: number;
  /** How much memory one edge may use for answers that it rewrites, in bytes. */
  rewritingMemory?: number;
  certificates: readonly ServedCertificate[];
  subjects: readonly Subject[];
  /** API keys: SHA-256 of the key in hex → subject id. */
  apiKeys: readonly (readonly [hash: string, subjectId: string])[];
  /** Ids of tokens and sessions that were withdrawn before their end. */
  revoked: readonly string[];
  /** Apps whose health check says unhealthy. */
  unhealthy: readonly string[];
};

/** A numbered change to the snapshot's moving parts. */
export type Delta = { number: number } & (
  | { kind: "subject"; subject: Subject }
  | { kind: "subject-removed"; id: string }
  | { kind: "revoked"; id: string }
  | { kind: "health"; appId: string; unhealthy: boolean }
  /** Kept cookies were removed: of one device, of one app, or of one app at one device. */
  | { kind: "cookies-forgotten"; device?: string; app?: string }
  /** What edges keep of a route's answers is to be forgotten. */
  | { kind: "cache-emptied"; routeId: string }
);

/** What an edge counts between two reports, by route. */
export type RouteCounters = {
  routeId: string;
  appId: string;
  /** Answers by status class: index 1 is 1xx … 5 is 5xx. */
  byClass: [number, number, number, number, number, number];
  durationMsSum: number;
  /** Counts below each bound of PROXY_BUCKETS_MS, not cumulative, last one for the rest. */
  durationBuckets: number[];
  bytesIn: number;
  bytesOut: number;
  upstreamErrors: Record<string, number>;
  /** What the cache did, on routes that keep answers: `hit`, `miss`, `stale`, `bypass`. */
  cacheResults: Record<string, number>;
  /** WebSockets that opened. */
  webSockets: number;
  /** WebSockets that were let in but did not open. */
  webSocketsFailed: number;
  /** How long those that closed were open; they do not count in `durationMsSum`. */
  webSocketMsSum: number;
  /** Counts below each bound of WEBSOCKET_BUCKETS_MS, not cumulative, last one for the rest. */
  webSocketBuckets: number[];
  /** Requests and streams under way at the time of the report, WebSockets included. */
  activeRequests: number;
  activeWebSockets: number;
};

/** Upper bounds of the proxy duration histogram, in ms (10 §11.2). */
export const PROXY_BUCKETS_MS = [10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000] as const;

/** Upper bounds of the histogram of how long WebSockets were open, in ms (10 §11.2). */
export const WEBSOCKET_BUCKETS_MS = [1, 10, 30, 60, 300, 600, 1800, 3600, 7200].map((seconds) => seconds * 1000);

/** What an edge decides by, and acknowledges. */
export type Decision = { type: "snapshot"; snapshot: Snapshot } | { type: "delta"; delta: Delta };

export type CoreToEdge = Decision | JarAnswer;

export type EdgeToCore =
  | JarQuestion
  | { type: "hello"; pid: number }
  | { type: "ack"; number: number }
  /** What was published with this number cannot be used; the edge goes on with what it has. */
  | { type: "refused"; number: number }
  | {
      type: "counters";
      routes: RouteCounters[];
      refused: Record<string, number>;
      /** What devices asked of apps: subject, address of the last request, and how many. */
      devices: readonly (readonly [subjectId: string, address: string, requests: number])[];
      /** Lines of the access log that could not be kept. */
      linesLost: number;
      /** Bytes of answers that are kept now, and how many had to make room for others. */
      cache: { bytes: number; evictions: number };
      /** Answers whose bodies were rewritten, and those that passed as they were because memory for it ran out. */
      rewritten: number;
      passedForMemory: number;
      /** Bytes that rewriting uses at the time of the report. */
      rewritingMemory: number;
      activeRequests: number;
      activeWebSockets: number;
    };
