import { catalog as contract } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage } from "../storage/test-storages.ts";
import type { Routing, RoutingSettings } from "./routing.ts";
import { createRouting } from "./routing.ts";
import { openTestCatalog, viewer, WRITER } from "./test-catalog.ts";

const HOME: RoutingSettings = { mode: "path", baseDomain: "home.example", ownNames: ["nekzus.home.example"] };

type Fields = { subdomain?: string; routingMode?: "path" | "subdomain" | "both"; enabled?: boolean };

/** Routes written as `route id: app id`, and what differs from a route about which nothing is said. */
function reachedBy(settings: RoutingSettings, routes: Record<string, [appId: string, fields?: Fields]>) {
  const all = Object.entries(routes).map(([routeId, [appId, fields]]) => {
    return { routeId, appId, subdomain: "", routingMode: "" as const, enabled: true, ...fields };
  });
  const routing = createRouting(all, settings);
  return Object.fromEntries(all.map((route): [string, Routing] => [route.routeId, routing(route)]));
}

test("a route's own mode goes before the gateway's, and both are by path where there is no domain", () => {
  const routes = {
    none: ["a"],
    path: ["b", { routingMode: "path", subdomain: "b" }],
    own: ["c", { routingMode: "subdomain", subdomain: "c" }],
    both: ["d", { routingMode: "both", subdomain: "dd" }],
  } satisfies Parameters<typeof reachedBy>[1];
  const places = (settings: RoutingSettings) =>
    Object.values(reachedBy(settings, routes)).map(({ host, byPath }) => [host, byPath]);
  expect(places(HOME)).toEqual([
    [undefined, true],
    [undefined, true],
    ["c.home.example", false],
    ["dd.home.example", true],
  ]);
  expect(places({ ...HOME, mode: "subdomain" })[0]).toEqual(["a.home.example", false]);
  const without = reachedBy({ ...HOME, mode: "subdomain", baseDomain: "" }, routes);
  expect(Object.values(without).map(({ host, byPath }) => [host, byPath])).toEqual(Array(4).fill([undefined, true]));
  expect(Object.values(without).map(({ remark }) => remark?.includes("server.base_domain") ?? false)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test("the app's id is a name only where it can be one and nobody has it; otherwise the app keeps its path", () => {
  const found = reachedBy(
    { ...HOME, mode: "subdomain" },
    {
      "films-1": ["films", { enabled: false }],
      "films-2": ["films"],
      "films-3": ["films"],
      wiki: ["wiki"],
      knows: ["other", { subdomain: "wiki", routingMode: "path" }],
      odd: ["My_App"],
      own: ["nekzus"],
    },
  );
  expect(found["films-2"]).toEqual({
    mode: "subdomain",
    host: "films.home.example",
    byPath: false,
    remark: undefined,
  });
  for (const [id, reason] of Object.entries({
    "films-1": '"films-2"',
    "films-3": '"films-2"',
    wiki: '"knows"',
    odd: '"My_App" cannot stand in a host name',
    own: "nekzus.home.example is a name of the gateway itself",
  })) {
    expect(found[id]).toMatchObject({ host: undefined, byPath: true, remark: expect.stringContaining(reason) });
  }
});

eachStorage((_name, open) => {
  const grafana = "http://grafana.test:3000";

  test("a saved route tells its host name, its app opens there, and edges get both", async () => {
    const { catalog } = openTestCatalog(await open(), undefined, HOME);
    const made = await catalog.putRoute(WRITER, "r", { ...defaults("films", grafana), routingMode: "both" });
    expect(made).toMatchObject({
      routingMode: "both",
      subdomain: "films",
      effectiveRoutingMode: "both",
      host: "films.home.example",
    });
    expect(made).not.toHaveProperty("routingRemark");
    expect(await catalog.getApp(viewer(WRITER), "films")).toMatchObject({
      proxyPath: "/apps/films/",
      host: "films.home.example",
      url: "https://films.home.example:8443/",
    });
    expect(await catalog.routeEntries()).toMatchObject([{ hosts: ["films.home.example"], byPath: true }]);
    expect(await catalog.entryAt("films.home.example")).toMatchObject({ routeId: "r" });
    for (const name of ["other.home.example", "home.example", "films.evil.example", "a.films.home.example"]) {
      expect([name, await catalog.entryAt(name)]).toEqual([name, undefined]);
    }
    const named = await catalog.patchRoute(WRITER, "r", { routingMode: "subdomain", subdomain: "kino" });
    expect(named).toMatchObject({ host: "kino.home.example" });
    expect(await catalog.routeEntries()).toMatchObject([{ hosts: ["kino.home.example"], byPath: false }]);
    await catalog.patchRoute(WRITER, "r", { enabled: false });
    expect(await catalog.entryAt("kino.home.example")).toBeUndefined();
  });

  test("a name that another route has is refused, also one that it has by its app's id", async () => {
    const { catalog } = openTestCatalog(await open(), undefined, { ...HOME, mode: "subdomain" });
    await catalog.putRoute(WRITER, "first", defaults("films", grafana));
    const taken = { ...defaults("kino", grafana), subdomain: "films" };
    await expect(catalog.putRoute(WRITER, "second", taken)).rejects.toMatchObject({
      code: "ROUTE_CONFLICT",
      details: [{ path: "subdomain", reason: expect.stringContaining('"first"') }],
    });
    await expect(catalog.putRoute(WRITER, "second", { ...taken, subdomain: "nekzus" })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      details: [{ path: "subdomain" }],
    });
    expect(await catalog.listRoutes(WRITER)).toHaveLength(1);
  });

  test("without a domain a mode is stored, and its route and the gateway say that it has no effect", async () => {
    const { catalog } = openTestCatalog(await open());
    expect(await catalog.withoutHostName()).toBeUndefined();
    const made = await catalog.putRoute(WRITER, "r", { ...defaults("films", grafana), routingMode: "subdomain" });
    expect(made).toMatchObject({ routingMode: "subdomain", routingRemark: expect.stringContaining("base_domain") });
    expect(await catalog.routeEntries()).toMatchObject([{ hosts: [], byPath: true }]);
    expect(await catalog.withoutHostName()).toMatch(/"r" is served by its path only: server\.base_domain/);
  });
});

function defaults(appId: string, to: string) {
  return contract.routePut.body.parse({ appId, to });
}
