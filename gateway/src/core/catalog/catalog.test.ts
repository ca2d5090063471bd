import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog as contract } from "@nekzus/contract";
import { expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "../../kit/test-authority.ts";
import { ANONYMOUS } from "../../wire/principal.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { ADMIN, openTestCatalog, somebody, viewer, WRITER } from "./test-catalog.ts";

type RouteInput = Parameters<typeof contract.routePut.body.parse>[0] & object;
const body = (fields: RouteInput) => contract.routePut.body.parse({ to: "http://grafana.test:3000", ...fields });
const grafana = body({ appId: "grafana", appName: "Grafana", icon: "chart-line" });
const topics = (announced: [string, unknown][]) => announced.splice(0).map(([topic]) => topic);

/** Routes that are refused, and the field that is named. */
const REFUSED: [string, RouteInput][] = [
  ["pathBase", { appId: "x", pathBase: "/x/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/../api/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/x/./y" }],
  ["pathBase", { appId: "x", pathBase: "/apps//x/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/%2e%2e/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/a b/" }],
  ["pathBase", { appId: "x", pathBase: "/apps/.nekzus/enter" }],
  ["pathBase", { appId: "x", pathBase: "/apps/.NEKZUS" }],
  ["appId", { appId: "admin" }],
  ["subdomain", { appId: "X_1", routingMode: "both" }],
  ["timeout", { appId: "x", timeout: "0s" }],
  ["timeout", { appId: "x", timeout: "999999h" }],
  ["healthCheckInterval", { appId: "x", healthCheckInterval: "1ms" }],
  ["healthCheckPath", { appId: "x", healthCheckPath: "/a b" }],
  ["to", { appId: "x", to: "http://metadata.test" }],
  ["to", { appId: "x", to: "https://self.test:8443" }],
  ["to", { appId: "x", to: "unix:/run/docker.sock" }],
  ["to", { appId: "x", to: "unix:/run/app.sock" }],
  ["caFile", { appId: "x", to: "https://grafana.test", caFile: "/nowhere/ca.pem" }],
  ["caFile", { appId: "x", to: "https://grafana.test", caFile: "/dev/zero" }],
  ["caFile", { appId: "x", to: "https://grafana.test", caFile: import.meta.filename }],
];

eachStorage((_name, open) => {
  test("a route makes its app, changes with versions, and takes the app with it", async () => {
    const { catalog, announced } = openTestCatalog(await open());
    const made = await catalog.putRoute(WRITER, "route:grafana", grafana);
    expect(made).toMatchObject({
      pathBase: "/apps/grafana/",
      to: "http://grafana.test:3000",
      upstreamClass: "lan",
      rewriteHTML: false,
      origin: "api",
      version: 1,
    });
    expect(announced.splice(0)).toEqual([
      ["route_added", { routeId: "route:grafana", appId: "grafana" }],
      ["app_registered", { appId: "grafana", appName: "Grafana", proxyPath: "/apps/grafana/" }],
      ["catalog-changed", { appIds: ["grafana"] }],
    ]);
    expect(contract.Route.parse(made)).toEqual(made);
    expect(await catalog.getApp(viewer(WRITER), "grafana")).toEqual({
      id: "grafana",
      name: "Grafana",
      icon: "chart-line",
      tags: [],
      proxyPath: "/apps/grafana/",
      url: "https://home.test:8444/apps/grafana/",
      faviconUrl: "/api/v1/apps/grafana/favicon",
      faviconURL: "/api/v1/apps/grafana/favicon",
      version: 1,
    });

    expect((await catalog.putRoute(WRITER, "route:grafana", grafana)).version).toBe(1);
    expect(announced).toEqual([]);
    const changed = await catalog.patchRoute(WRITER, "route:grafana", { stripPrefix: true }, 1);
    expect(changed).toMatchObject({ version: 2, stripPrefix: true, rewriteHTML: true });
    expect(topics(announced)).toEqual(["route_changed", "catalog-changed"]);
    await expect(catalog.patchRoute(WRITER, "route:grafana", { websocket: true }, 1)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    await expect(catalog.putRoute(WRITER, "route:new", grafana, 3)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await expect(catalog.patchRoute(WRITER, "route:none", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    const replaced = await catalog.putRoute(WRITER, "route:grafana", body({ appId: "grafana", websocket: true }), 2);
    expect(replaced).toMatchObject({ version: 3, stripPrefix: false, websocket: true });
    topics(announced);

    await expect(catalog.deleteRoute(ADMIN, "route:grafana", 1)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await catalog.deleteRoute(ADMIN, "route:grafana", 3);
    expect(topics(announced)).toEqual(["route_removed", "app_removed", "catalog-changed"]);
    await catalog.deleteRoute(ADMIN, "route:grafana");
    await catalog.deleteApp(ADMIN, "grafana");
    expect(announced).toEqual([]);
    expect([await catalog.listApps(viewer(ADMIN)), await catalog.listRoutes(ADMIN)]).toEqual([[], []]);
  });

  test("what is said about an app is replaced by PUT and merged by PATCH", async () => {
    const { catalog, announced } = openTestCatalog(await open());
    await catalog.putRoute(WRITER, "r", grafana);
    await catalog.putRoute(WRITER, "r2", body({ appId: "grafana", pathBase: "/apps/grafana/api" }));
    topics(announced);
    expect(await catalog.patchApp(viewer(WRITER), "grafana", { group: "home" }, 1)).toMatchObject({
      icon: "chart-line",
      group: "home",
      version: 2,
    });
    expect(announced.splice(0)).toEqual([["catalog-changed", { appIds: ["grafana"] }]]);
    const put = await catalog.putApp(viewer(WRITER), "grafana", contract.AppFields.parse({ name: "Graphs" }));
    expect(put).toMatchObject({ name: "Graphs", version: 3 });
    expect(put).not.toHaveProperty("icon");
    await expect(catalog.patchApp(viewer(WRITER), "grafana", {}, 1)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    await expect(catalog.patchApp(viewer(WRITER), "none", {})).rejects.toMatchObject({ code: "APP_NOT_FOUND" });
    topics(announced);
    await expect(catalog.deleteApp(ADMIN, "grafana", 1)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await catalog.deleteApp(ADMIN, "grafana", 3);
    expect(topics(announced)).toEqual(["route_removed", "route_removed", "app_removed", "catalog-changed"]);
  });

  test("paths and subdomains belong to one route, nested paths to one app", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(WRITER, "a", body({ appId: "a", pathBase: "/apps/a/deep", subdomain: "media" }));
    const put = (id: string, fields: RouteInput) => catalog.putRoute(WRITER, id, body(fields));
    await expect(put("b", { appId: "b", pathBase: "/apps/a/deep/" })).rejects.toMatchObject({
      code: "ROUTE_CONFLICT",
      message: /"a"/,
    });
    await expect(put("b", { appId: "a", pathBase: "/apps/a/deep/" })).rejects.toMatchObject({ code: "ROUTE_CONFLICT" });
    for (const pathBase of ["/apps/a/", "/apps/a/deep/er/"]) {
      await expect(put("b", { appId: "b", pathBase })).rejects.toMatchObject({
        code: "ROUTE_CONFLICT",
        message: /overlaps/,
        details: [{ path: "pathBase" }],
      });
      await put("c", { appId: "a", pathBase });
    }
    await put("b", { appId: "b", pathBase: "/apps/b/deep/" });
    await expect(put("b", { appId: "b", subdomain: "media" })).rejects.toMatchObject({
      code: "ROUTE_CONFLICT",
      details: [{ path: "subdomain", reason: expect.stringContaining('"a"') }],
    });
    await expect(put("b", { appId: "a" })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      details: [{ path: "appId" }],
    });
  });

  test("a bad field is refused by name and nothing is stored", async () => {
    const { catalog, announced } = openTestCatalog(await open());
    for (const [path, fields] of REFUSED) {
      const refusal = await catalog.putRoute(ADMIN, "r", body(fields)).catch((error) => error);
      expect([fields, refusal.code, refusal.details?.[0]?.path]).toEqual([fields, "VALIDATION_FAILED", path]);
    }
    expect([announced, await catalog.listApps(viewer(ADMIN))]).toEqual([[], []]);
  });

  test("only an administrator changes scopes, public access and identity headers, also by leaving them out", async () => {
    const { catalog } = openTestCatalog(await open());
    for (const fields of [{ scopes: ["read:catalog"] }, { publicAccess: true }, { identityHeaders: true }]) {
      const put = catalog.putRoute(WRITER, "r", body({ appId: "x", ...fields }));
      await expect(put).rejects.toMatchObject({ code: "FORBIDDEN", message: /access:admin/ });
    }
    // The default, written out, changes nothing.
    await catalog.putRoute(WRITER, "r", body({ appId: "x", scopes: ["access:x"] }));
    await catalog.putRoute(WRITER, "r", body({ appId: "x" }));
    await catalog.putRoute(ADMIN, "r", body({ appId: "x", scopes: ["access:x", "access:vip"], publicAccess: true }));
    await expect(catalog.putRoute(WRITER, "r", body({ appId: "x" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(catalog.patchRoute(WRITER, "r", { publicAccess: false })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(catalog.patchRoute(WRITER, "r", { scopes: [] })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await catalog.patchRoute(WRITER, "r", { websocket: true, scopes: ["access:vip", "access:x"] });
    // Removing the route and making it again would leave the restriction out as well.
    await expect(catalog.deleteRoute(WRITER, "r")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(catalog.deleteApp(WRITER, "x")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await catalog.deleteApp(ADMIN, "x");
  });

  test("only an administrator names a file of authorities or a unix socket, or takes them away", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nekzus-ca-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const caFile = join(folder, "ca.pem");
    const { caPem } = await makeAuthority("Home");
    writeFileSync(caFile, `-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n${caPem}`);
    const { catalog } = openTestCatalog(await open());
    const sockets = { folder, never: [] };
    const secure = { appId: "x", to: "https://grafana.test" };
    const forbidden = { code: "FORBIDDEN", message: /access:admin/ };
    await expect(catalog.putRoute(WRITER, "r", body({ ...secure, caFile }))).rejects.toMatchObject(forbidden);
    await catalog.putRoute(ADMIN, "r", body({ ...secure, caFile }));
    await expect(catalog.putRoute(WRITER, "r", body(secure))).rejects.toMatchObject(forbidden);
    await catalog.patchRoute(WRITER, "r", { serverName: "nas.local" });
    const upstream = async () => (await catalog.routeEntries())[0]?.upstream;
    // Certificates only: what else is in the file stays there.
    expect(await upstream()).toMatchObject({
      caPem: expect.stringMatching(/^-----BEGIN CERT/),
      serverName: "nas.local",
    });
    // One that vanished trusts nobody.
    rmSync(caFile);
    expect(await upstream()).toMatchObject({ caPem: "" });

    const other = openTestCatalog(await open(), undefined, undefined, sockets).catalog;
    const to = `unix:${folder}/app.sock`;
    await expect(other.putRoute(WRITER, "s", body({ appId: "s", to }))).rejects.toMatchObject(forbidden);
    await other.putRoute(ADMIN, "s", body({ appId: "s", to, caFile: "" }));
    await expect(other.patchRoute(WRITER, "s", { to: "http://grafana.test" })).rejects.toMatchObject(forbidden);
    await other.patchRoute(WRITER, "s", { to: `${to}:/base` });
    const socket = { path: join(folder, "app.sock"), ...sockets };
    expect((await other.routeEntries())[0]?.upstream).toMatchObject({
      host: "localhost",
      port: 80,
      path: "/base",
      socket,
    });
  });

  test("everybody sees what they may open, managers see all", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(ADMIN, "1", body({ appId: "zoo", appName: "alpha", publicAccess: true }));
    await catalog.putRoute(ADMIN, "2", body({ appId: "bee", appName: "Beta" }));
    await catalog.putRoute(ADMIN, "3", body({ appId: "vip", appName: "app 10", scopes: ["access:vip", "access:bee"] }));
    await catalog.putRoute(ADMIN, "4", body({ appId: "off", appName: "app 9", enabled: false }));
    const seen = async (...scopes: string[]) =>
      (await catalog.listApps(viewer(somebody(...scopes)))).map((app) => app.id);
    expect(await seen("write:*")).toEqual(["zoo", "off", "vip", "bee"]);
    expect(await seen("access:admin")).toHaveLength(4);
    expect(await seen("access:*")).toHaveLength(4);
    expect(await seen("read:*", "access:bee")).toEqual(["zoo", "bee"]);
    expect(await seen("read:*", "access:vip", "access:bee")).toEqual(["zoo", "vip", "bee"]);
    expect((await catalog.listApps(viewer(ANONYMOUS))).map((app) => app.id)).toEqual(["zoo"]);
    expect((await catalog.listRoutes(somebody("access:bee"))).map((route) => [route.routeId, route.status])).toEqual([
      ["1", "ACTIVE"],
      ["2", "ACTIVE"],
    ]);
    expect((await catalog.getRoute(ADMIN, "4")).status).toBe("DISABLED");
    expect(await catalog.getApp(viewer(ADMIN), "off")).not.toHaveProperty("url");
    await expect(catalog.getApp(viewer(somebody("access:bee")), "vip")).rejects.toMatchObject({
      code: "APP_NOT_FOUND",
    });
    await expect(catalog.getRoute(somebody("access:bee"), "3")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("edges get the enabled routes with everything decided", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(
      ADMIN,
      "1",
      body({ appId: "a", to: "https://[fd00::1]/base/", timeout: "5s", idleTimeout: "1m" }),
    );
    await catalog.putRoute(
      ADMIN,
      "2",
      body({ appId: "b", publicAccess: true, removeResponseHeaders: ["X-Frame-Options"] }),
    );
    await catalog.putRoute(ADMIN, "3", body({ appId: "c", scopes: ["access:vip"] }));
    await catalog.putRoute(ADMIN, "4", body({ appId: "d", enabled: false }));
    const [a, b, c, d] = await catalog.routeEntries();
    expect(a).toMatchObject({
      upstream: {
        secure: true,
        host: "fd00::1",
        port: 443,
        path: "/base",
        addressClass: "lan",
        insecureSkipVerify: false,
      },
      scopes: ["access:a"],
      headerTimeoutMs: 5000,
      idleTimeoutMs: 60_000,
    });
    expect(b).toMatchObject({
      scopes: [],
      publicAccess: true,
      removeResponseHeaders: ["x-frame-options"],
      headerTimeoutMs: 30_000,
    });
    expect([c?.scopes, d]).toEqual([["access:vip"], undefined]);
  });

  test("the class of an upstream is fixed when it is saved", async () => {
    const { catalog, names } = openTestCatalog(await open());
    const save = async (to: string) =>
      (await catalog.putRoute(WRITER, "r", body({ appId: "x", to, containerId: String(Math.random()) }))).upstreamClass;
    expect(await save("http://grafana.test")).toBe("lan");
    names["grafana.test"] = ["127.0.0.1"];
    expect(await save("http://grafana.test")).toBe("lan");
    expect(await save("http://stopped.test")).toBe("lan");
    names["stopped.test"] = ["127.0.0.1"];
    // A class that was only assumed is settled by the next save.
    expect(await save("http://stopped.test")).toBe("host");
    expect(await save("http://world.test")).toBe("public");
  });

  test("two changes at the same moment: both are made, or one is told", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(WRITER, "r", grafana);
    await Promise.all([
      catalog.patchRoute(WRITER, "r", { websocket: true }),
      catalog.patchRoute(WRITER, "r", { stripPrefix: true }),
    ]);
    expect(await catalog.getRoute(ADMIN, "r")).toMatchObject({ websocket: true, stripPrefix: true, version: 3 });
    const guarded = await Promise.allSettled([
      catalog.patchRoute(WRITER, "r", { websocket: false }, 3),
      catalog.patchRoute(WRITER, "r", { stripPrefix: false }, 3),
    ]);
    expect(guarded.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("a thousand apps are listed with a few queries, and there is an end to them", { timeout: 60_000 }, async () => {
    const storage = await open();
    let queries = 0;
    const counted = storage.db.withPlugin({
      transformQuery({ node }) {
        queries++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { catalog } = openTestCatalog({ ...storage, db: counted });
    await catalog.putRoute(ADMIN, "r0", body({ appId: "app0" }));
    const copyOf = async (table: "apps" | "routes", from: number, to: number) =>
      storage.write(async (tx) => {
        const row = await tx.selectFrom(table).selectAll().executeTakeFirstOrThrow();
        const own = (i: number) =>
          table === "apps" ? { id: `app${i}` } : { route_id: `r${i}`, app_id: `app${i}`, path_base: `/apps/app${i}/` };
        const rows = Array.from({ length: to - from }, (_, i) => ({ ...row, ...own(from + i) }));
        await tx
          .insertInto(table)
          .values(rows as never)
          .execute();
      });
    await copyOf("apps", 1, 1000);
    await copyOf("routes", 1, 1000);
    queries = 0;
    expect(await catalog.listApps(viewer(ADMIN))).toHaveLength(1000);
    expect(queries).toBe(3);
    expect(await catalog.listRoutes(ADMIN)).toHaveLength(1000);
    expect(queries).toBe(5);
    await copyOf("apps", 1000, 2000);
    await expect(catalog.putRoute(ADMIN, "more", body({ appId: "more" }))).rejects.toThrow(/already 2000 apps/);
  });
});
