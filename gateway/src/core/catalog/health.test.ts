import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { catalog as contract } from "@nekzus/contract";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { createOutbound } from "../../kit/outbound.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createServiceHealth, type ServiceHealth } from "./health.ts";
import type { HealthSettings } from "./probe-plan.ts";
import { ADMIN, openTestCatalog, somebody, viewer } from "./test-catalog.ts";

const log = pino({ level: "silent" });
const SETTINGS: HealthSettings = {
  enabled: true,
  interval: 10_000,
  timeout: 5000,
  unhealthy_threshold: 2,
  path: "/",
  expected_status: [],
  per_service: {},
};

/** A service whose status the test sets, checked by a gateway on virtual time. */
async function setUp(storage: Storage) {
  const service = { status: 200, paths: [] as string[] };
  const server = createServer((request, response) => {
    service.paths.push(request.url ?? "");
    response.writeHead(service.status, { location: "http://169.254.169.254/" }).end("x");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { ...SETTINGS };
  let health: ServiceHealth | undefined;
  const { catalog, bus, clock, announced } = openTestCatalog(storage, () => health as ServiceHealth);
  const probes: [string, boolean][] = [];
  health = createServiceHealth({
    storage,
    catalog,
    outbound: createOutbound({ isOwnListener: () => false, log }),
    clock,
    bus,
    log,
    config: () => settings,
    random: () => 0.5,
    onProbe: (appId, ok) => probes.push([appId, ok]),
  });
  onTestFinished(() => health.stop());
  const save = async (id: string, fields: object = {}) =>
    catalog.putRoute(ADMIN, id, contract.routePut.body.parse({ appId: id, appName: id, to, ...fields }));
  /** Moves time on until `count` more checks have ended. */
  async function checks(count: number) {
    const wanted = probes.length + count;
    await vi.waitFor(
      async () => {
        if (probes.length >= wanted) return;
        await clock.advance(1000);
        throw new Error("a check is still to come");
      },
      { interval: 5, timeout: 5000 },
    );
  }
  const status = async (appId: string) => (await health.report(ADMIN, appId)).body.status;
  return { service, settings, health, catalog, clock, announced, save, checks, status, probes };
}

eachStorage((_name, open) => {
  test("goes from unknown to healthy, degraded, unhealthy and back", async () => {
    const { service, health, announced, save, checks } = await setUp(await open());
    await save("app");
    await health.start();
    expect(await health.report(ADMIN, "app")).toEqual({
      status: 200,
      body: {
        appId: "app",
        status: "unknown",
        consecutiveFailures: 0,
        nextCheck: "2026-01-01T00:00:01.000Z",
        message: "The app was not checked yet.",
      },
      headers: { "X-Health-Status": "unknown", "X-Consecutive-Failures": "0", "Cache-Control": "no-cache" },
    });
    announced.length = 0;
    await checks(1);
    expect(announced).toEqual([]);
    const well = await health.report(ADMIN, "app");
    expect(well).toMatchObject({ status: 200, body: { status: "healthy", statusCode: 200, consecutiveFailures: 0 } });
    expect(contract.serviceHealth.answers[200].parse(well.body)).toEqual(well.body);

    service.status = 500;
    await checks(1);
    expect(announced.splice(0)).toEqual([
      [
        "health_change",
        { appId: "app", appName: "app", proxyPath: "/apps/app/", status: "degraded", message: "HTTP 500" },
      ],
    ]);
    expect(health.unhealthyApps()).toEqual([]);
    await checks(1);
    expect(announced.splice(0)).toMatchObject([
      ["health-gate-changed", { appId: "app", unhealthy: true }],
      ["health_change", { status: "unhealthy" }],
    ]);
    expect(health.unhealthyApps()).toEqual(["app"]);
    const ill = await health.report(ADMIN, "app");
    expect(ill).toMatchObject({
      status: 503,
      body: { status: "unhealthy", statusCode: 500, consecutiveFailures: 2, message: "HTTP 500" },
      headers: { "X-Health-Status": "unhealthy", "X-Consecutive-Failures": "2" },
    });
    expect(ill.body.lastSuccessTime).toBe(well.body.lastCheck);

    service.status = 302;
    await checks(1);
    expect(announced.splice(0)).toMatchObject([
      ["health-gate-changed", { unhealthy: false }],
      ["health_change", { status: "healthy", message: "Service recovered" }],
    ]);
    await expect(health.report(ADMIN, "none")).rejects.toMatchObject({ code: "SERVICE_NOT_FOUND" });
    await expect(health.report(somebody("read:*"), "app")).rejects.toMatchObject({ code: "SERVICE_NOT_FOUND" });
  });

  test("a route says in words why it is not well, since when, and when it is asked again", async () => {
    const { service, health, catalog, save, checks, clock } = await setUp(await open());
    await save("app");
    await health.start();
    await checks(1);
    const info = async () => (await catalog.getRoute(ADMIN, "app")).healthInfo;
    const well = await info();
    expect(well).toMatchObject({ statusCode: 200, consecutiveFailures: 0, since: well?.lastCheck });
    expect(await catalog.getApp(viewer(ADMIN), "app")).not.toHaveProperty("healthMessage");
    await checks(1);
    expect((await info())?.since).toBe(well?.since);

    service.status = 503;
    await checks(1);
    const degraded = await info();
    await checks(2);
    const ill = await info();
    expect(ill).toMatchObject({ status: "unhealthy", statusCode: 503, lastError: "HTTP 503", consecutiveFailures: 3 });
    const at = (text: string | undefined) => Date.parse(text ?? "");
    expect(at(degraded?.since)).toBeGreaterThan(at(well?.since));
    expect(at(ill?.since)).toBeGreaterThan(at(degraded?.since));
    expect(at(ill?.since)).toBeLessThan(at(ill?.lastCheck));
    expect(at(ill?.nextCheck)).toBe(clock.now() + SETTINGS.interval);
    expect(await catalog.getApp(viewer(ADMIN), "app")).toMatchObject({
      healthMessage: "It answered with the HTTP status 503.",
    });
    await catalog.patchRoute(ADMIN, "app", { to: "http://127.0.0.1:1" });
    await clock.advance(0);
    await checks(1);
    expect(await catalog.getApp(viewer(ADMIN), "app")).toMatchObject({
      healthMessage: "It did not answer: the connection was refused.",
    });
    expect(await info()).not.toHaveProperty("statusCode");
  });

  test("what is known survives a restart, and a removed app is forgotten", async () => {
    const storage = await open();
    const first = await setUp(storage);
    first.service.status = 503;
    await first.save("app", { healthGate: true });
    await first.save("gone");
    await first.health.start();
    await first.checks(4);
    await first.health.stop();

    const since = (await first.health.report(ADMIN, "app")).body.since;
    expect(since).toBeDefined();

    const second = await setUp(storage);
    await second.clock.advance(60_000);
    await second.catalog.deleteApp(ADMIN, "gone");
    await second.health.start();
    expect(second.health.unhealthyApps()).toEqual(["app"]);
    expect(await second.health.report(ADMIN, "app")).toMatchObject({ status: 503, body: { consecutiveFailures: 2 } });
    expect((await second.health.report(ADMIN, "app")).body.since).toBe(since);
    expect((await second.catalog.getApp(viewer(ADMIN), "app")).healthStatus).toBe("unhealthy");
    second.announced.length = 0;
    await second.catalog.deleteApp(ADMIN, "app");
    await vi.waitFor(() => expect(second.health.unhealthyApps()).toEqual([]));
    expect(second.announced).toContainEqual(["health-gate-changed", { appId: "app", unhealthy: false }]);
  });

  test("route, app and general settings: the most exact counts", async () => {
    const { service, settings, health, catalog, save, checks, status } = await setUp(await open());
    settings.expected_status = [204];
    settings.per_service = { own: { path: "/own", interval: 20_000 } };
    service.status = 404;
    await save("plain");
    await save("own");
    await save("route", { healthCheckPath: "/route", healthCheckTimeout: "2s", expectedStatusCodes: [404] });
    await save("skipped", { skipHealthCheck: true });
    await save("off", { enabled: false });
    await health.start();
    await checks(3);
    expect(service.paths.sort()).toEqual(["/", "/own", "/route"]);
    expect([await status("plain"), await status("route"), await status("skipped"), await status("off")]).toEqual([
      "degraded",
      "healthy",
      "healthy",
      "unknown",
    ]);
    const info = async (id: string) => (await catalog.getRoute(ADMIN, id)).healthInfo;
    expect(await info("plain")).toMatchObject({ effectiveCodes: [204], configSource: "global", lastError: "HTTP 404" });
    expect(await info("own")).toMatchObject({
      effectivePath: "/own",
      effectiveInterval: "20s",
      configSource: "per-service",
    });
    expect(await info("route")).toMatchObject({
      effectiveTimeout: "2s",
      effectiveInterval: "10s",
      configSource: "route",
    });
    expect(await info("off")).toBeUndefined();
    for (const route of await catalog.listRoutes(ADMIN)) contract.routeGet.answers[200].parse(route);
  });

  test("a changed upstream is checked at once", async () => {
    const { health, catalog, save, checks, status, clock } = await setUp(await open());
    await save("app", { healthCheckInterval: "24h" });
    await health.start();
    await checks(1);
    expect(await status("app")).toBe("healthy");
    const dead = "http://127.0.0.1:1";
    await catalog.patchRoute(ADMIN, "app", { to: dead });
    await clock.advance(0);
    await checks(1);
    const report = await health.report(ADMIN, "app");
    expect(report.body).toMatchObject({ status: "degraded", message: "request failed: the connection was refused" });
    expect(report.body).not.toHaveProperty("statusCode");
  });

  test("switched off, nothing is checked and nothing gates", async () => {
    const { service, settings, health, save, checks, clock, probes, catalog } = await setUp(await open());
    service.status = 500;
    await save("app");
    await health.start();
    await checks(2);
    expect(health.unhealthyApps()).toEqual(["app"]);
    settings.enabled = false;
    await save("other");
    await vi.waitFor(() => expect(health.unhealthyApps()).toEqual([]));
    const before = probes.length;
    await clock.advance(60_000);
    expect(probes).toHaveLength(before);
    expect((await health.report(ADMIN, "app")).body.message).toMatch(/switched off/);
    expect(await catalog.getApp(viewer(ADMIN), "app")).not.toHaveProperty("healthStatus");
  });
});
