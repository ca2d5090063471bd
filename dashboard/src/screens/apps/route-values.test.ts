import { expect, test } from "vitest";
import type { App, RouteListed } from "../../catalog/app.ts";
import { carriedOver, changedFields, changesOf, NEW_VALUES, type RouteValues, valuesOf } from "./route-values.ts";

/** A route with every option set to something else than its default. */
const ROUTE: RouteListed = {
  routeId: "films",
  appId: "films",
  appName: "Films",
  status: "ACTIVE",
  upstreamClass: "lan",
  origin: "api",
  version: 7,
  to: "https://10.0.0.5:8920/base",
  pathBase: "/apps/cinema/",
  containerId: "c0ffee",
  scopes: ["access:films", "read:events"],
  publicAccess: true,
  sensitive: true,
  websocket: true,
  stripPrefix: true,
  stripResponseCookies: true,
  rewriteCookiePaths: true,
  rewriteHTML: false,
  persistCookies: true,
  routingMode: "both",
  effectiveRoutingMode: "both",
  subdomain: "films",
  excludePaths: ["/api"],
  healthCheckPath: "/health",
  healthCheckTimeout: "2s",
  healthCheckInterval: "1m30s",
  expectedStatusCodes: [200, 204],
  skipHealthCheck: true,
  healthGate: true,
  connectTimeout: "2s",
  timeout: "45s",
  idleTimeout: "2m",
  serverName: "films.nas.local",
  caFile: "/etc/nekzus/nas.pem",
  insecureSkipVerify: true,
  preserveHost: false,
  identityHeaders: true,
  setRequestHeaders: { Authorization: "[hidden]", "X-Script-Name": "[hidden]" },
  removeRequestHeaders: ["x-debug"],
  setResponseHeaders: { "X-Frame-Options": "SAMEORIGIN", "X-Note": "a, b: c", "X-Empty": "" },
  removeResponseHeaders: ["server"],
  allowNetworks: ["192.168.1.0/24", "fd00::/8"],
  denyNetworks: ["192.168.1.66"],
  maxBodyBytes: 10_000_000,
  rateLimit: { perMinute: 600, burst: 50 },
  cache: { enabled: true, ttl: "5m", maxBytes: 2_097_152 },
  maintenance: true,
  maintenanceMessage: "New disks.",
  enabled: false,
};
const APP: App = {
  id: "films",
  name: "Films",
  icon: "lucide:film",
  group: "Media",
  description: "Evenings",
  tags: ["tv"],
  faviconUrl: "",
  faviconURL: "",
  version: 3,
};

test("a route with every option set differs from a new one in every entry", () => {
  expect(changedFields(NEW_VALUES, valuesOf(ROUTE, APP))).toEqual(Object.keys(NEW_VALUES));
});

test("only what was edited is sent: the name alone touches nothing of the route", () => {
  const before = valuesOf(ROUTE, APP);
  expect(changesOf(before, { ...before, name: "Movies" })).toEqual({ route: {}, app: { name: "Movies" } });
  expect(changesOf(before, structuredClone(before))).toEqual({ route: {}, app: {} });
  expect(changesOf(before, { ...before, expectedStatusCodes: ["200"], scopes: [] })).toEqual({
    route: { expectedStatusCodes: [200], scopes: [] },
    app: {},
  });
});

test("an option of several parts is sent whole when one of them was edited", () => {
  const before = valuesOf(ROUTE, APP);
  expect(changesOf(before, { ...before, rateBurst: "", cacheEnabled: false, maxBodyBytes: "1 GiB" }).route).toEqual({
    rateLimit: { perMinute: 600, burst: 0 },
    cache: { ...ROUTE.cache, enabled: false },
    maxBodyBytes: 1_073_741_824,
  });
});

test("what the form made of a stored route says the same when it is sent back as a new one", () => {
  const { route, app } = changesOf(NEW_VALUES, valuesOf(ROUTE, APP));
  const {
    routeId: _,
    appId: __,
    appName: ___,
    status: ____,
    upstreamClass: _5,
    origin: _6,
    version: _7,
    effectiveRoutingMode: _mode,
    ...options
  } = ROUTE;
  expect(route).toEqual(options);
  expect(app).toEqual({ name: "Films", icon: "lucide:film", group: "Media", description: "Evenings", tags: ["tv"] });
});

test("what I changed goes over what others changed meanwhile, entry by entry", () => {
  const before = valuesOf(ROUTE, APP);
  const mine: RouteValues = { ...before, name: "Movies", to: "http://mine:1" };
  const theirs: RouteValues = { ...before, to: "http://theirs:2", websocket: false };
  expect(changedFields(theirs, carriedOver(before, mine, theirs))).toEqual(["name", "to"]);
  expect(carriedOver(before, mine, theirs)).toMatchObject({ name: "Movies", to: "http://mine:1", websocket: false });
});
