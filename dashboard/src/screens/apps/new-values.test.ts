import { expect, test } from "vitest";
import type { App, RouteListed } from "../../catalog/app.ts";
import { startingValues } from "./new-values.ts";
import { NEW_VALUES } from "./route-values.ts";

const ROUTE = {
  ...NEW_VALUES,
  routeId: "films",
  appId: "films",
  appName: "Films",
  to: "http://nas:8096",
  pathBase: "/apps/films/",
  subdomain: "films",
  routingMode: "both",
  containerId: "c0ffee",
  scopes: ["access:films", "read:events"],
  publicAccess: true,
  stripPrefix: true,
  rewriteHTML: true,
  timeout: "45s",
  expectedStatusCodes: [204],
  maxBodyBytes: 1000,
  setRequestHeaders: { Authorization: "[hidden]" },
  setResponseHeaders: { "X-Note": "1", "Access-Control-Allow-Origin": "*" },
  allowNetworks: ["10.0.0.0/8"],
  rateLimit: { perMinute: 0, burst: 0 },
  cache: { enabled: false, ttl: "", maxBytes: 1_048_576 },
  maintenance: true,
  enabled: false,
} as unknown as RouteListed;
const APP = { id: "films", name: "Films", group: "Media", tags: [] } as unknown as App;

test("a copy has everything but what belongs to one route only", () => {
  expect(startingValues({ route: ROUTE, app: APP }, "", true)).toEqual({
    ...NEW_VALUES,
    name: "Films",
    group: "Media",
    to: "http://nas:8096",
    scopes: ["read:events"],
    publicAccess: true,
    stripPrefix: true,
    timeout: "45s",
    expectedStatusCodes: ["204"],
    maxBodyBytes: "1 kB",
    setResponseHeaders: ["X-Note: 1", "Access-Control-Allow-Origin: *"],
    allowNetworks: ["10.0.0.0/8"],
  });
});

test("who may not open apps to others gets a copy that does not, and a given address goes before the copied one", () => {
  const copy = startingValues({ route: ROUTE, app: APP }, "http://nas:9000", false);
  expect(copy).toMatchObject({ publicAccess: false, scopes: [], to: "http://nas:9000", timeout: "45s" });
  expect(copy).toMatchObject({ allowNetworks: [], setResponseHeaders: ["X-Note: 1"] });
});
