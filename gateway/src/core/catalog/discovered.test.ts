import { catalog as contract } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage } from "../storage/test-storages.ts";
import type { Registration } from "./discovered.ts";
import { ADMIN, openTestCatalog, viewer, WRITER } from "./test-catalog.ts";

eachStorage((_name, open) => {
  test("discovery registers what was approved and follows it within its class", async () => {
    const { catalog, announced, names } = openTestCatalog(await open());
    const registration = (): Registration => ({
      app: {
        id: "grafana",
        name: "Grafana",
        icon: "📦",
        tags: ["docker"],
        endpoints: { lan: "http://grafana.test:3000" },
        discoveryMeta: { source: "docker", containerId: "abc" },
      },
      route: {
        routeId: "route:grafana",
        pathBase: "/apps/grafana/",
        to: "http://grafana.test:3000",
        containerId: "abc",
        scopes: ["access:vip"],
        websocket: false,
        stripPrefix: true,
        rewriteHTML: true,
        skipHealthCheck: false,
      },
      origin: "discovery",
      proposalId: "p1",
      exposure: { riskLevel: "warning", summary: "Port 80 is open", bindings: [], recommendations: [] },
    });
    const warnings = () => announced.filter(([topic]) => topic === "port_exposure_warning");
    expect(await catalog.appExists("grafana")).toBe(false);
    const outside = { ...registration(), route: { ...registration().route, pathBase: "/apps/nextcloud/" } };
    await expect(catalog.register(outside)).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    const { app, route } = await catalog.register(registration());
    expect(app).toMatchObject({ tags: ["docker"], discoveryMeta: { source: "docker" }, proxyPath: "/apps/grafana/" });
    expect(route).toMatchObject({ origin: "discovery", scopes: ["access:grafana", "access:vip"], stripPrefix: true });
    expect(announced).toContainEqual(["app_registered", expect.objectContaining({ proposalId: "p1" })]);
    await expect(catalog.register(registration())).rejects.toMatchObject({ code: "ROUTE_CONFLICT" });
    const said = { appId: "grafana", appName: "Grafana", summary: "Port 80 is open", timestamp: expect.any(Number) };
    // Once: neither for what was refused, nor for what is not new.
    expect(warnings()).toEqual([["port_exposure_warning", expect.objectContaining(said)]]);

    await catalog.patchRoute(WRITER, "route:grafana", { to: "http://grafana.test:4000/base" });
    await catalog.moveUpstream("route:grafana", "http://other.test:4321/moved", "def");
    expect(await catalog.discoveredRoute("grafana")).toEqual({
      routeId: "route:grafana",
      to: "http://other.test:4321/base",
      discoveryMeta: { source: "docker", containerId: "def" },
    });
    expect((await catalog.getApp(viewer(ADMIN), "grafana")).endpoints).toEqual({
      lan: "http://other.test:4321/moved",
    });
    expect(warnings()).toHaveLength(1);
    names["moved.test"] = ["127.0.0.1"];
    const move = catalog.moveUpstream("route:grafana", "http://moved.test:3000", "def");
    await expect(move).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await catalog.putRoute(WRITER, "own", contract.routePut.body.parse({ appId: "own", to: "http://grafana.test" }));
    expect(await catalog.discoveredRoute("own")).toBeUndefined();
    await expect(catalog.moveUpstream("own", "http://other.test", "x")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
