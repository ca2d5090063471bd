import { z } from "zod";
import { empty, endpoint, localOr, raw } from "../endpoint.ts";
import { AppId, Duration, EntityId, Instant, Scope, Version } from "../shapes.ts";
import { Cache, HeaderName, Networks, NO_CACHE, NO_RATE_LIMIT, RateLimit, SetHeaders } from "./route-options.ts";

const Text = (max: number) => z.string().min(1).max(max);
const HealthStatus = z.enum(["healthy", "degraded", "unhealthy", "unknown"]);

/** How a deletion is undone. */
const UNDO = "The header X-Nekzus-Deletion holds the id with which `deletions.restore` undoes it.";

export const App = z.object({
  id: AppId,
  name: z.string(),
  icon: z
    .string()
    .optional()
    .describe("What was chosen, for example `lucide:film` or an emoji; an uploaded image goes before it."),
  group: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()),
  endpoints: z.record(z.string(), z.string()).optional(),
  proxyPath: z.string().optional(),
  url: z.string().optional().describe("Where a browser opens the app: by its host name, if it has one, else its path."),
  host: z.string().optional().describe("The app's own host name, without port; absent when it is served by path only."),
  faviconUrl: z.string(),
  faviconURL: z.string(),
  iconVersion: z
    .string()
    .optional()
    .describe("Names the image that a person uploaded and changes with it; absent when there is none."),
  healthStatus: HealthStatus.optional(),
  lastHealthCheck: Instant.optional(),
  healthMessage: z.string().optional().describe("Why it is not healthy, in one sentence."),
  maintenance: z.boolean().optional().describe("True while it is being worked on: only administrators can open it."),
  discoveryMeta: z.record(z.string(), z.string()).optional(),
  version: Version,
});

/** What a person can say about an app. */
export const AppFields = z.object({
  name: Text(100),
  icon: z.string().max(2000).default(""),
  group: z.string().max(100).default(""),
  description: z.string().max(1000).default(""),
  tags: z.array(Text(50)).max(50).default([]),
});

/**
 * Everything a route can hold (20 §1.1). PUT fills what is left out with these defaults.
 */
export const RouteFields = z.object({
  appId: AppId.describe("The app that the route belongs to."),
  pathBase: z.string().max(300).default("").describe("Path prefix below /apps/; default /apps/{appId}/."),
  to: z
    .string()
    .min(1)
    .max(2000)
    .describe(
      "The upstream's address: http or https, with host and optional path, or unix:/path/to.sock in " +
        "upstreams.unix_folder, where :/base may follow.",
    ),
  containerId: z
    .string()
    .max(100)
    .default("")
    .describe("The container behind the route, so that it is followed when it moves."),
  scopes: z.array(Scope).max(20).default([]).describe("Scopes a caller needs; empty means access:{appId}."),
  publicAccess: z.boolean().default(false).describe("Opens the app to everybody, without sign-in."),
  sensitive: z
    .boolean()
    .default(false)
    .describe("Leave it out of what access:* gives to a paired device: the device needs the app's own scope."),
  websocket: z.boolean().default(false).describe("Let WebSockets through."),
  stripPrefix: z.boolean().default(false).describe("Take pathBase away before the request goes to the upstream."),
  stripResponseCookies: z.boolean().default(false).describe("Remove every cookie that the upstream sets."),
  rewriteCookiePaths: z
    .boolean()
    .default(false)
    .describe(
      "Put pathBase before the paths of the upstream's cookies; with stripPrefix, and always with rewriteHTML.",
    ),
  rewriteHTML: z
    .boolean()
    .optional()
    .describe(
      "Put pathBase before the addresses in pages, styles and cookies; with stripPrefix, and by default its value.",
    ),
  persistCookies: z
    .boolean()
    .default(false)
    .describe("Keep the upstream's cookies for each paired device, and send them again when its web view lost them."),
  routingMode: z
    .enum(["", "path", "subdomain", "both"])
    .default("")
    .describe("Reached below /apps/, by a host name of its own, or by both; empty: server.routing_mode."),
  subdomain: z
    .string()
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/, "a DNS label of lower-case letters, digits and hyphens")
    .default("")
    .describe("The label before server.base_domain; default where a name is needed: the app's id."),
  excludePaths: z
    .array(z.string().startsWith("/").max(300))
    .max(50)
    .default([])
    .describe("Beginnings of paths that pathBase is not put before."),
  healthCheckPath: z
    .string()
    .max(300)
    .regex(/^(\/.*)?$/, "must start with /")
    .default("")
    .describe("The path that the health check asks; empty: health_checks of the configuration."),
  healthCheckTimeout: Duration.or(z.literal(""))
    .default("")
    .describe("Longest wait of one check, 1ms to 5m; empty: health_checks of the configuration."),
  healthCheckInterval: Duration.or(z.literal(""))
    .default("")
    .describe("Time between checks, 1s to 24h; empty: health_checks of the configuration."),
  expectedStatusCodes: z
    .array(z.int().min(100).max(599))
    .max(100)
    .default([])
    .describe("Statuses that count as well; empty: health_checks of the configuration, else any below 500."),
  skipHealthCheck: z.boolean().default(false).describe("Never ask; the app counts as healthy."),
  healthGate: z.boolean().default(false).describe("Answer 503 while the health check says unhealthy."),
  connectTimeout: Duration.or(z.literal(""))
    .default("")
    .describe("Longest wait for a connection to the upstream, TLS included, 100ms to 2m; default 10s."),
  timeout: Duration.or(z.literal(""))
    .default("")
    .describe("Longest wait for the upstream's answer to begin, 1ms to 24h; default 30s. An upload does not count."),
  idleTimeout: Duration.or(z.literal(""))
    .default("")
    .describe("Longest silence within an answer or a WebSocket, up to 24h; default none."),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe("Largest body of a request, in bytes; larger ones are refused with 413. 0: no limit."),
  insecureSkipVerify: z.boolean().default(false).describe("Accept any certificate of an https upstream."),
  caFile: z
    .string()
    .max(1000)
    .regex(/^(\/[^\0]*)?$/, "an absolute path")
    .default("")
    .describe(
      "A file on the gateway's machine with the certificates, in PEM, that alone are trusted for this https upstream; " +
        "empty: the well-known authorities. It is read again at each reload.",
    ),
  serverName: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9_.:-]*$/, "a host name")
    .default("")
    .describe("The name that the certificate of an https upstream must carry; empty: the host of its address."),
  preserveHost: z.boolean().default(true).describe("Pass the client's Host to the upstream."),
  identityHeaders: z
    .boolean()
    .default(false)
    .describe("Tell the upstream who is signed in, in X-Nekzus-User and X-Nekzus-Scopes."),
  setRequestHeaders: SetHeaders.default({}).describe(
    "Headers that the upstream gets in place of the client's. Answers show `[hidden]` for each value; sent back, that " +
      "keeps the value.",
  ),
  removeRequestHeaders: z
    .array(HeaderName)
    .max(50)
    .default([])
    .describe("Headers of the client's request that the upstream does not get."),
  setResponseHeaders: SetHeaders.default({}).describe("Headers that the client gets in place of the upstream's."),
  removeResponseHeaders: z
    .array(HeaderName)
    .max(50)
    .default([])
    .describe("Headers of the upstream's answer that the client does not get."),
  allowNetworks: Networks.default([]).describe(
    "Networks such as 192.168.1.0/24, or addresses, from which alone the route may be used; empty: from everywhere.",
  ),
  denyNetworks: Networks.default([]).describe(
    "Networks or addresses from which it may not be used; they go before allowNetworks.",
  ),
  rateLimit: RateLimit.default(NO_RATE_LIMIT).describe("How many requests one client address may send."),
  cache: Cache.default(NO_CACHE).describe("Which answers of the upstream are kept and given to others."),
  maintenance: z
    .boolean()
    .default(false)
    .describe("Answer 503 to everybody but administrators, while something is done to the app."),
  maintenanceMessage: z
    .string()
    .max(500)
    .regex(/^\P{Cc}*$/u, "text of one line")
    .default("")
    .describe("What people read meanwhile; empty: that the app is being worked on."),
  enabled: z.boolean().default(true).describe("Switched off, the route is kept but not served."),
});

export const Route = RouteFields.extend({
  routeId: EntityId,
  upstreamClass: z
    .enum(["host", "lan", "public"])
    .describe("Where the upstream's address lies; fixed when the route was saved."),
  origin: z
    .enum(["api", "discovery", "config"])
    .describe("Who made it: a person, discovery, or the configuration file."),
  effectiveRoutingMode: z.enum(["path", "subdomain", "both"]).describe("How the route is reached now."),
  host: z.string().optional().describe("The host name at which it is served, without port."),
  routingRemark: z
    .string()
    .optional()
    .describe("Why the wanted host name is without effect, in one sentence; the route is served by its path then."),
  version: Version,
});

export const RouteHealth = z.object({
  status: HealthStatus,
  probeUrl: z.string(),
  lastCheck: Instant.optional(),
  responseTime: z.number().optional().describe("Milliseconds."),
  effectivePath: z.string(),
  effectiveTimeout: Duration,
  effectiveInterval: Duration,
  effectiveCodes: z.array(z.int()),
  configSource: z.enum(["route", "per-service", "global"]),
  lastError: z.string().optional(),
  statusCode: z.int().optional().describe("What the app answered to the last check; absent when it did not answer."),
  since: Instant.optional().describe("Since when the status is what it is."),
  nextCheck: Instant.optional().describe("When it is checked next; absent when it is not checked."),
  consecutiveFailures: z.int().describe("Failed checks since the last good one."),
});

export const RouteListed = Route.extend({
  appName: z.string(),
  status: z.enum(["ACTIVE", "UNHEALTHY", "UNKNOWN", "DISABLED"]),
  healthInfo: RouteHealth.optional(),
});

const appParams = z.object({ appId: AppId });
const routeParams = z.object({ routeId: EntityId });

export const appsList = endpoint({
  id: "apps.list",
  method: "GET",
  path: "/api/v1/apps",
  summary: "All apps the caller may open, by name",
  access: localOr("read:catalog"),
  limit: "general",
  answers: { 200: z.array(App) },
});

export const appGet = endpoint({
  id: "apps.get",
  method: "GET",
  path: "/api/v1/apps/{appId}",
  summary: "One app",
  access: localOr("read:catalog"),
  limit: "general",
  params: appParams,
  answers: { 200: App },
  errors: ["APP_NOT_FOUND"],
});

export const appPut = endpoint({
  id: "apps.put",
  method: "PUT",
  path: "/api/v1/apps/{appId}",
  summary: "Replace what is said about an app; fields left out take their defaults",
  access: localOr("write:*"),
  limit: "general",
  params: appParams,
  body: AppFields,
  answers: { 200: App },
  errors: ["APP_NOT_FOUND", "VERSION_CONFLICT"],
});

export const appPatch = endpoint({
  id: "apps.patch",
  method: "PATCH",
  path: "/api/v1/apps/{appId}",
  summary: "Change some of what is said about an app",
  access: localOr("write:*"),
  limit: "general",
  params: appParams,
  body: patchOf(AppFields),
  answers: { 200: App },
  errors: ["APP_NOT_FOUND", "VERSION_CONFLICT"],
});

export const appDelete = endpoint({
  id: "apps.delete",
  method: "DELETE",
  path: "/api/v1/apps/{appId}",
  summary: "Remove an app with its routes",
  description: UNDO,
  access: localOr("write:*"),
  limit: "general",
  params: appParams,
  answers: { 204: empty },
  errors: ["VERSION_CONFLICT"],
  decides: true,
});

export const appFavicon = endpoint({
  id: "apps.favicon",
  method: "GET",
  path: "/api/v1/apps/{appId}/favicon",
  summary: "The app's icon",
  description:
    "The image that a person uploaded, else the one that the app itself offers. May be kept for five minutes, and asked " +
    "anew with If-None-Match; after a change add the app's `iconVersion` as a query.",
  access: localOr(),
  limit: "general",
  params: appParams,
  query: z.object({ v: z.string().max(100).optional().describe("The app's iconVersion, against outdated caches.") }),
  answers: { 200: raw("image/*", "The image."), 304: empty },
  errors: ["APP_NOT_FOUND", "FAVICON_NOT_FOUND"],
});

export const routesList = endpoint({
  id: "routes.list",
  method: "GET",
  path: "/api/v1/routes",
  summary: "All routes",
  access: localOr("read:catalog"),
  limit: "general",
  answers: { 200: z.array(RouteListed) },
});

export const routeGet = endpoint({
  id: "routes.get",
  method: "GET",
  path: "/api/v1/routes/{routeId}",
  summary: "One route",
  access: localOr("read:catalog"),
  limit: "general",
  params: routeParams,
  answers: { 200: RouteListed },
  errors: ["NOT_FOUND"],
});

const withApp = { appName: Text(100).optional(), icon: z.string().max(2000).optional() };

export const routePut = endpoint({
  id: "routes.put",
  method: "PUT",
  path: "/api/v1/routes/{routeId}",
  summary: "Create or replace a route; fields left out take their defaults",
  description: "Creates the app when it is missing, with `appName` or the id as its name.",
  access: localOr("write:*"),
  limit: "general",
  params: routeParams,
  body: RouteFields.extend(withApp),
  answers: { 200: Route },
  errors: ["ROUTE_CONFLICT", "VERSION_CONFLICT"],
  decides: true,
});

export const routePatch = endpoint({
  id: "routes.patch",
  method: "PATCH",
  path: "/api/v1/routes/{routeId}",
  summary: "Change some options of a route",
  access: localOr("write:*"),
  limit: "general",
  params: routeParams,
  body: patchOf(RouteFields.extend(withApp)),
  answers: { 200: Route },
  errors: ["NOT_FOUND", "ROUTE_CONFLICT", "VERSION_CONFLICT"],
  decides: true,
});

export const routeDelete = endpoint({
  id: "routes.delete",
  method: "DELETE",
  path: "/api/v1/routes/{routeId}",
  summary: "Remove a route, and its app with the last one",
  description: UNDO,
  access: localOr("write:*"),
  limit: "general",
  params: routeParams,
  answers: { 204: empty },
  errors: ["VERSION_CONFLICT"],
  decides: true,
});

export const routeCachePurge = endpoint({
  id: "routes.cache-purge",
  method: "POST",
  path: "/api/v1/routes/{routeId}/cache/purge",
  summary: "Forget the answers that are kept for a route",
  description: "Answers when no edge gives an old answer any more.",
  access: localOr("write:*"),
  limit: "general",
  params: routeParams,
  answers: { 204: empty },
  errors: ["NOT_FOUND"],
  decides: true,
});

export const serviceHealth = endpoint({
  id: "services.health",
  method: "GET",
  path: "/api/v1/services/{appId}/health",
  summary: "How an app is doing",
  description: "Answers 503 with the same body while the app is unhealthy. HEAD answers status and headers only.",
  access: localOr("read:catalog"),
  limit: "health",
  params: appParams,
  answers: {
    200: serviceHealthBody(),
    503: serviceHealthBody(),
  },
  errors: ["SERVICE_NOT_FOUND"],
});

function serviceHealthBody() {
  return z.object({
    appId: AppId,
    status: HealthStatus,
    lastCheck: Instant.optional(),
    lastCheckTime: Instant.optional(),
    lastSuccessTime: Instant.optional(),
    responseTime: z.number().optional().describe("Milliseconds."),
    statusCode: z.int().optional(),
    consecutiveFailures: z.int(),
    since: Instant.optional().describe("Since when the status is what it is."),
    nextCheck: Instant.optional().describe("When it is checked next."),
    message: z.string().optional(),
  });
}

/** The same fields, all optional and without defaults: what is left out stays as it is. */
export function patchOf<S extends z.ZodRawShape>(object: z.ZodObject<S>) {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, field] of Object.entries(object.shape)) {
    const inner = field instanceof z.ZodDefault ? (field.def.innerType as z.ZodType) : (field as z.ZodType);
    const text = field instanceof z.ZodType ? field.description : undefined;
    shape[name] = text ? inner.optional().describe(text) : inner.optional();
  }
  return z.object(shape) as unknown as z.ZodType<Partial<z.output<z.ZodObject<S>>>>;
}
