import { catalog as contract, deletions } from "@nekzus/contract";
import type { ConfigApp, ConfigRoute } from "@nekzus/contract/config";
import { expect, test } from "vitest";
import { removeExpired } from "../storage/expired.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { ADMIN, openTestCatalog, somebody, viewer, WRITER } from "./test-catalog.ts";

type RouteInput = Parameters<typeof contract.routePut.body.parse>[0] & object;
const body = (fields: RouteInput) => contract.routePut.body.parse({ to: "http://grafana.test:3000", ...fields });
const DAY = 24 * 3_600_000;

eachStorage((_name, open) => {
  async function setUp() {
    const storage = await open();
    const opened = openTestCatalog(storage);
    const { catalog, clock } = opened;
    /** Deletes an app a moment later than what was deleted before it. */
    async function deleteApp(appId: string): Promise<string> {
      await clock.advance(1000);
      return (await catalog.deleteApp(ADMIN, appId)) as string;
    }
    async function deleteRoute(routeId: string): Promise<string> {
      await clock.advance(1000);
      return (await catalog.deleteRoute(ADMIN, routeId)) as string;
    }
    const kept = async () => (await catalog.listDeletions(ADMIN)).map(({ id }) => id);
    return { storage, ...opened, deleteApp, deleteRoute, kept };
  }

  test("an app returns as it was, with all its routes, and one version later", async () => {
    const { storage, catalog, announced, deleteApp, deleteRoute } = await setUp();
    const options = { stripPrefix: true, websocket: true, subdomain: "media", timeout: "5s", excludePaths: ["/a"] };
    await catalog.putRoute(
      ADMIN,
      "one",
      body({ appId: "grafana", appName: "Grafana", publicAccess: true, ...options }),
    );
    await catalog.putRoute(ADMIN, "two", body({ appId: "grafana", pathBase: "/apps/grafana/api", enabled: false }));
    await catalog.patchApp(viewer(ADMIN), "grafana", { group: "home", tags: ["x"] });
    const app = await catalog.getApp(viewer(ADMIN), "grafana");
    const routes = await catalog.listRoutes(ADMIN);

    const id = await deleteApp("grafana");
    expect(await catalog.deleteApp(ADMIN, "grafana")).toBeUndefined();
    const list = await catalog.listDeletions(ADMIN);
    expect(list).toEqual([
      {
        id,
        kind: "app",
        appId: "grafana",
        name: "Grafana",
        routeIds: ["one", "two"],
        deletedAt: "2026-01-01T00:00:01.000Z",
        deletedBy: "anna",
        keptUntil: "2026-01-31T00:00:01.000Z",
      },
    ]);
    expect(deletions.deletionsList.answers[200].parse(list)).toEqual(list);
    announced.length = 0;

    // Another process, or the same one after a restart.
    const restarted = openTestCatalog(storage);
    expect(await restarted.catalog.restore(ADMIN, id)).toEqual({ appId: "grafana", routeIds: ["one", "two"] });
    expect(restarted.announced).toEqual([
      ["route_added", { routeId: "one", appId: "grafana" }],
      ["route_added", { routeId: "two", appId: "grafana" }],
      ["app_registered", { appId: "grafana", appName: "Grafana", proxyPath: "/apps/grafana/" }],
      ["catalog-changed", { appIds: ["grafana"] }],
    ]);
    expect(await catalog.getApp(viewer(ADMIN), "grafana")).toEqual({ ...app, version: app.version + 1 });
    expect(await catalog.listRoutes(ADMIN)).toEqual(routes.map((one) => ({ ...one, version: one.version + 1 })));
    await expect(catalog.patchRoute(ADMIN, "one", { websocket: false }, 1)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    await expect(catalog.restore(ADMIN, id)).rejects.toMatchObject({ code: "NOT_FOUND", message: /undone already/ });

    // A route that is made anew instead takes no version of the deleted one either.
    await deleteRoute("two");
    expect((await catalog.putRoute(ADMIN, "two", body({ appId: "grafana", pathBase: "/apps/new/" }))).version).toBe(3);
  });

  test("what was taken meanwhile stays with its owner, and nothing returns by half", async () => {
    const { catalog, deleteApp, deleteRoute, kept } = await setUp();
    await catalog.putRoute(ADMIN, "one", body({ appId: "a" }));
    await catalog.putRoute(ADMIN, "two", body({ appId: "a", pathBase: "/apps/a/api" }));
    const id = await deleteApp("a");
    await catalog.putRoute(ADMIN, "other", body({ appId: "other", pathBase: "/apps/a/api/" }));
    await expect(catalog.restore(ADMIN, id)).rejects.toMatchObject({ code: "ROUTE_CONFLICT", message: /"other"/ });
    expect((await catalog.listRoutes(ADMIN)).map(({ routeId }) => routeId)).toEqual(["other"]);
    expect(await kept()).toEqual([id]);

    const other = await deleteRoute("other");
    expect(await kept()).toEqual([other, id]);
    await catalog.putRoute(ADMIN, "mine", body({ appId: "a", appName: "Mine" }));
    await expect(catalog.restore(ADMIN, id)).rejects.toMatchObject({ code: "ROUTE_CONFLICT", message: /app "a"/ });
    await deleteRoute("mine");
    await catalog.restore(ADMIN, id);
    expect((await catalog.listRoutes(ADMIN)).map(({ routeId, appName }) => [routeId, appName])).toEqual([
      ["one", "a"],
      ["two", "a"],
    ]);
  });

  test("routes that were deleted one after the other return in any order", async () => {
    const { catalog, deleteRoute } = await setUp();
    await catalog.putRoute(ADMIN, "one", body({ appId: "a", appName: "A" }));
    await catalog.putRoute(ADMIN, "two", body({ appId: "a", pathBase: "/apps/a/api" }));
    const ids = [await deleteRoute("one"), await deleteRoute("two")];
    expect((await catalog.listDeletions(ADMIN)).map(({ kind, routeIds }) => [kind, routeIds])).toEqual([
      ["app", ["two"]],
      ["route", ["one"]],
    ]);
    for (const id of ids) await catalog.restore(ADMIN, id);
    expect((await catalog.listRoutes(ADMIN)).map(({ routeId }) => routeId)).toEqual(["one", "two"]);
    expect(await catalog.getApp(viewer(ADMIN), "a")).toMatchObject({ name: "A" });
  });

  test("only an administrator brings back what only an administrator may set; others see what they could open", async () => {
    const { catalog, deleteApp } = await setUp();
    await catalog.putRoute(ADMIN, "plain", body({ appId: "plain" }));
    await catalog.putRoute(ADMIN, "open", body({ appId: "open", publicAccess: true }));
    const [plain, opened] = [await deleteApp("plain"), await deleteApp("open")];
    const seen = async (...scopes: string[]) =>
      (await catalog.listDeletions(somebody(...scopes))).map(({ appId }) => appId);
    expect(await seen("read:*")).toEqual(["open"]);
    expect(await seen("read:*", "access:plain")).toEqual(["open", "plain"]);
    await expect(catalog.restore(WRITER, opened)).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: /publicAccess.*access:admin/,
    });
    await catalog.restore(WRITER, plain);
    await catalog.restore(ADMIN, opened);
    expect(await catalog.getRoute(ADMIN, "open")).toMatchObject({ publicAccess: true });
  });

  test("kept for 30 days, and of many only the newest", async () => {
    const { storage, catalog, clock, kept, deleteApp } = await setUp();
    await catalog.putRoute(ADMIN, "r", body({ appId: "old" }));
    const old = await deleteApp("old");
    await clock.advance(30 * DAY - 1000);
    expect(await kept()).toEqual([old]);
    await clock.advance(1000);
    expect(await kept()).toEqual([]);
    await expect(catalog.restore(ADMIN, old)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await removeExpired(storage, clock.now())).toBe(1);
    expect(await storage.db.selectFrom("deleted_routes").selectAll().execute()).toEqual([]);

    const ids: string[] = [];
    for (let i = 0; i < 202; i++) {
      await catalog.putRoute(ADMIN, "r", body({ appId: "again" }));
      ids.unshift(await deleteApp("again"));
    }
    expect(await kept()).toEqual(ids.slice(0, 200));
  });

  test("what the configuration file made is the file's again only while it names it", async () => {
    const { catalog, deleteApp } = await setUp();
    const app: ConfigApp = { ...contract.AppFields.parse({ name: "File" }), id: "file", endpoints: {} };
    const { appName: _name, icon: _icon, ...fields } = body({ appId: "file" });
    const route: ConfigRoute = { routeId: "file", ...fields };
    await catalog.reconcileConfig([app], [route]);
    await catalog.restore(ADMIN, await deleteApp("file"));
    expect((await catalog.getRoute(ADMIN, "file")).origin).toBe("config");
    expect(await catalog.reconcileConfig([app], [route])).toEqual([]);

    const id = await deleteApp("file");
    await catalog.reconcileConfig([], []);
    await catalog.restore(ADMIN, id);
    expect((await catalog.getRoute(ADMIN, "file")).origin).toBe("api");
    await catalog.reconcileConfig([], []);
    expect(await catalog.listApps(viewer(ADMIN))).toHaveLength(1);
  });
});
