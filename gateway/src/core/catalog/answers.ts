import { type catalog as contract, durationMs, type EndpointOutput } from "@nekzus/contract";
import type { z } from "zod";
import { grantsAll } from "../../kit/scopes.ts";
import { spelledPlainly } from "../../wire/header-rules.ts";
import type { Principal } from "../../wire/principal.ts";
import { missingScopes } from "../../wire/route-access.ts";
import type { RouteEntry, Upstream } from "../../wire/snapshot.ts";
import { toInstant } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import type { CaFiles } from "./ca-files.ts";
import type { Routing } from "./routing.ts";
import { hideHeaders, openHeaders } from "./secret-headers.ts";
import type { StoredApp, StoredRoute } from "./store.ts";
import { type SocketPlaces, storedUpstream } from "./upstream.ts";

export type AppAnswer = z.input<typeof contract.App>;
export type RouteAnswer = z.input<typeof contract.Route>;
export type RouteListed = EndpointOutput<typeof contract.routeGet>;
export type HealthInfo = NonNullable<RouteListed["healthInfo"]>;
export type HealthStatus = NonNullable<AppAnswer["healthStatus"]>;

/** The origins under which a caller's browser reaches the gateway: the API's, and that of apps below their paths. */
export type Origins = { api: string; apps: string };

/** Who asks, and by which origins. */
export type Viewer = { principal: Principal; origins: Origins };

/** What the catalog asks the health checks. */
export type HealthView = {
  /** Undefined: never checked. `lastCheck` in ms since 1970; `reason` is why it is not healthy, in one sentence. */
  status(appId: string): { status: HealthStatus; lastCheck: number | undefined; reason?: string } | undefined;
  /** How an app is checked through this route, and the last result. Undefined when it is not checked. */
  info(route: StoredRoute): HealthInfo | undefined;
};

/** Default wait for a connection and for the answer's header, in ms. */
const CONNECT_TIMEOUT_MS = 10_000;
const HEADER_TIMEOUT_MS = 30_000;
/** What is read while an app is being worked on and nobody said more. */
const IN_MAINTENANCE = "The app is being worked on and will be back.";

/**
 * The scopes a caller needs for a route: none when it is public, else its own, else `access:<app>` together with
 * the configured default scopes (design §5).
 */
export function effectiveScopes(
  route: Pick<StoredRoute, "publicAccess" | "scopes" | "appId">,
  defaultScopes: readonly string[],
): string[] {
  if (route.publicAccess) return [];
  return route.scopes.length ? route.scopes : [...new Set([`access:${route.appId}`, ...defaultScopes])];
}

/** May this caller change the catalog, and so see all of it? */
function manages(principal: Principal): boolean {
  return principal.scopes.includes("write:*") || principal.scopes.includes("access:admin");
}

/** May this caller open the route, or change it? */
export function maySeeRoute(principal: Principal, route: StoredRoute, defaultScopes: readonly string[]): boolean {
  const scopes = effectiveScopes(route, defaultScopes);
  return manages(principal) || missingScopes(principal, { ...route, scopes }).length === 0;
}

/** May this caller change an app without routes, or open it once it has one? */
export function maySeeBareApp(principal: Principal, appId: string): boolean {
  return manages(principal) || grantsAll(principal.scopes, [`access:${appId}`]);
}

/** The route that stands for an app: the first enabled one by id, else the first. Routes come sorted by id. */
export function primaryRoute(routes: readonly StoredRoute[]): StoredRoute | undefined {
  return routes.find((route) => route.enabled) ?? routes[0];
}

/** The app as the contract shows it, with the route that stands for it and how that one is reached. */
export function appAnswer(
  app: StoredApp,
  found: { route: StoredRoute; routing: Routing } | undefined,
  options: { origins: Origins; health: HealthView; iconVersion?: string | undefined },
): AppAnswer {
  const route = found?.route;
  const host = route?.enabled ? found?.routing.host : undefined;
  const favicon = `/api/v1/apps/${app.id}/favicon`;
  const health = options.health.status(app.id);
  const url = route?.enabled ? urlOf(route, host, options.origins) : undefined;
  return {
    id: app.id,
    name: app.name,
    ...(app.icon && { icon: app.icon }),
    ...(app.group && { group: app.group }),
    ...(app.description && { description: app.description }),
    tags: app.tags,
    ...(Object.keys(app.endpoints).length && { endpoints: app.endpoints }),
    ...(route && { proxyPath: route.pathBase }),
    ...(url && { url }),
    ...(host && { host }),
    faviconUrl: favicon,
    faviconURL: favicon,
    ...(options.iconVersion && { iconVersion: options.iconVersion }),
    ...(health && { healthStatus: health.status }),
    ...(health?.lastCheck !== undefined && { lastHealthCheck: toInstant(health.lastCheck) }),
    ...(health?.reason && { healthMessage: health.reason }),
    ...(route?.enabled && route.maintenance && { maintenance: true }),
    ...(Object.keys(app.discoveryMeta).length && { discoveryMeta: app.discoveryMeta }),
    version: app.version,
  };
}

/** Where a browser opens it. A host name is served by every listener, and that of the API is the one it can reach. */
function urlOf(route: StoredRoute, host: string | undefined, { api, apps }: Origins): string {
  if (!host) return apps.replace(/\/$/, "") + route.pathBase;
  const { protocol, port } = new URL(api);
  return `${protocol}//${host}${port && `:${port}`}/`;
}

/** The route as the contract shows it. */
export function routeAnswer(route: StoredRoute, { mode, host, remark }: Routing): RouteAnswer {
  const { classAssumed: _assumed, sealedRequestHeaders, ...shown } = route;
  return {
    ...shown,
    setRequestHeaders: hideHeaders(sealedRequestHeaders),
    rewriteHTML: route.rewriteHTML ?? route.stripPrefix,
    effectiveRoutingMode: mode,
    ...(host && { host }),
    ...(remark && { routingRemark: remark }),
  };
}

/** The route with its app's name and its health; `primary` says that the app is checked through this route. */
export function routeListed(
  route: StoredRoute,
  options: { appName: string; primary: boolean; health: HealthView; routing: Routing },
): RouteListed {
  const { appName, primary, health, routing } = options;
  const healthInfo = primary ? health.info(route) : undefined;
  return {
    ...routeAnswer(route, routing),
    appName,
    status: listedStatus(route, health),
    ...(healthInfo && { healthInfo }),
  };
}

/** A failing app that is still below the threshold keeps serving, so its routes are active. */
function listedStatus(route: StoredRoute, health: HealthView): RouteListed["status"] {
  if (!route.enabled) return "DISABLED";
  const known = health.status(route.appId);
  if (known?.status === "unhealthy") return "UNHEALTHY";
  return known?.status === "unknown" ? "UNKNOWN" : "ACTIVE";
}

/** What an upstream needs beside its route: where sockets may lie, and what was read from the files that routes name. */
export type Surroundings = { sockets(): SocketPlaces; caFiles: Pick<CaFiles, "pem"> };

/** Where the route's requests go. */
export function upstreamOf(route: StoredRoute, { sockets, caFiles }: Surroundings): Upstream {
  const { secure, host, port, path, socketPath } = storedUpstream(route.to);
  const { upstreamClass: addressClass, insecureSkipVerify, serverName, caFile } = route;
  const upstream = { secure, host, port, path, addressClass, insecureSkipVerify };
  if (socketPath !== undefined) return { ...upstream, socket: { path: socketPath, ...sockets() } };
  if (!secure) return upstream;
  return { ...upstream, ...(serverName && { serverName }), ...(caFile && { caPem: caFiles.pem(caFile) }) };
}

/** Is the prefix put before the addresses in the app's answers? An app that keeps its prefix names it itself. */
function rewritesAnswers({ stripPrefix, rewriteHTML }: StoredRoute): boolean {
  return stripPrefix && (rewriteHTML ?? true);
}

/** The route as an edge needs it. */
export function routeEntry(
  route: StoredRoute,
  appName: string,
  defaultScopes: readonly string[],
  routing: Routing,
  surroundings: Surroundings & { storage: Pick<Storage, "unseal"> },
): Omit<RouteEntry, "absent"> {
  const { setResponseHeaders, rateLimit, cache, maintenance, maintenanceMessage } = route;
  const rewrites = rewritesAnswers(route) && routing.byPath;
  return {
    routeId: route.routeId,
    appId: route.appId,
    appName,
    pathBase: route.pathBase,
    hosts: routing.host === undefined ? [] : [routing.host],
    byPath: routing.byPath,
    upstream: upstreamOf(route, surroundings),
    publicAccess: route.publicAccess,
    scopes: effectiveScopes(route, defaultScopes),
    sensitive: route.sensitive,
    stripPrefix: route.stripPrefix,
    websocket: route.websocket,
    preserveHost: route.preserveHost,
    healthGate: route.healthGate,
    stripResponseCookies: route.stripResponseCookies,
    // A page whose links lead below the prefix never gets back a cookie with a path of the app's own.
    rewriteCookiePaths: route.rewriteCookiePaths || rewrites,
    rewriteHTML: rewrites,
    excludePaths: route.excludePaths,
    identityHeaders: route.identityHeaders,
    persistCookies: route.persistCookies,
    ...requestHeaders(route, surroundings.storage),
    setResponseHeaders: Object.entries(setResponseHeaders).flat(),
    removeResponseHeaders: [
      ...route.removeResponseHeaders,
      ...Object.keys(setResponseHeaders).map((name) => name.toLowerCase()),
    ],
    ...networks(route),
    ...(rateLimit.perMinute && {
      rateLimit: { perMinute: rateLimit.perMinute, burst: rateLimit.burst || rateLimit.perMinute },
    }),
    ...(cache.enabled && { cache: { ttlMs: durationMs(cache.ttl) ?? 0, maxBytes: cache.maxBytes } }),
    ...(maintenance && { maintenance: { message: maintenanceMessage || IN_MAINTENANCE } }),
    maxBodyBytes: route.maxBodyBytes,
    connectTimeoutMs: durationMs(route.connectTimeout) ?? CONNECT_TIMEOUT_MS,
    headerTimeoutMs: durationMs(route.timeout) ?? HEADER_TIMEOUT_MS,
    idleTimeoutMs: durationMs(route.idleTimeout) ?? 0,
  };
}

function requestHeaders(
  { sealedRequestHeaders, removeRequestHeaders }: StoredRoute,
  storage: Pick<Storage, "unseal">,
): Pick<RouteEntry, "requestHeaders"> {
  const names = [...removeRequestHeaders, ...Object.keys(sealedRequestHeaders)];
  if (!names.length) return {};
  return {
    requestHeaders: { set: openHeaders(sealedRequestHeaders, storage), withheld: names.map(spelledPlainly) },
  };
}

function networks({ allowNetworks, denyNetworks }: StoredRoute): Pick<RouteEntry, "networks"> {
  return allowNetworks.length || denyNetworks.length ? { networks: { allow: allowNetworks, deny: denyNetworks } } : {};
}
