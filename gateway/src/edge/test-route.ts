import type { RouteEntry } from "../wire/snapshot.ts";

/** A route for tests: to an app on this machine, with its prefix stripped, for those with `access:a`. */
export function testRoute(changes: Partial<RouteEntry> = {}): RouteEntry {
  return {
    routeId: "a",
    appId: "a",
    appName: "A",
    pathBase: "/apps/a/",
    hosts: [],
    byPath: true,
    upstream: {
      secure: false,
      host: "127.0.0.1",
      port: 3000,
      path: "",
      addressClass: "host",
      insecureSkipVerify: false,
    },
    absent: false,
    publicAccess: false,
    sensitive: false,
    scopes: ["access:a"],
    stripPrefix: true,
    websocket: true,
    preserveHost: true,
    healthGate: false,
    stripResponseCookies: false,
    rewriteCookiePaths: false,
    rewriteHTML: false,
    excludePaths: [],
    identityHeaders: false,
    setResponseHeaders: [],
    removeResponseHeaders: [],
    persistCookies: false,
    maxBodyBytes: 0,
    connectTimeoutMs: 10_000,
    headerTimeoutMs: 5_000,
    idleTimeoutMs: 0,
    ...changes,
  };
}
