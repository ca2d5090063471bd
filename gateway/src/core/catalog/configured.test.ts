import { catalog as contract } from "@nekzus/contract";
import type { ConfigApp, ConfigRoute } from "@nekzus/contract/config";
import { expect, test } from "vitest";
import { eachStorage } from "../storage/test-storages.ts";
import { ADMIN, openTestCatalog, viewer, WRITER } from "./test-catalog.ts";

type RouteInput = Parameters<typeof contract.routePut.body.parse>[0] & object;
const body = (fields: RouteInput) => contract.routePut.body.parse({ to: "http://grafana.test:3000", ...fields });
const topics = (announced: [string, unknown][]) => announced.splice(0).map(([topic]) => topic);

eachStorage((_name, open) => {
  test("the configuration file owns only what it made", async () => {
    const { catalog, announced } = openTestCatalog(await open());
    const app = (id: string, name = id): ConfigApp => ({ ...contract.AppFields.parse({ name }), id, endpoints: {} });
    const route = (routeId: string, fields: RouteInput): ConfigRoute => {
      const { appName: _name, icon: _icon, ...rest } = body(fields);
      return { routeId, ...rest };
    };
    await catalog.putRoute(WRITER, "mine", body({ appId: "mine" }));
    topics(announced);
    const apps = [app("a", "From file"), app("mine", "Taken over"), app("bare")];
    const routes = [
      route("a", { appId: "a", publicAccess: true }),
      route("b", { appId: "b" }),
      route("mine", { appId: "mine", publicAccess: true }),
      route("clash", { appId: "clash", pathBase: "/apps/mine/" }),
      route("bad", { appId: "bad", to: "http://metadata.test" }),
    ];
    const warnings = await catalog.reconcileConfig(apps, routes);
    expect(warnings.map((text) => /^the (?:app|route) "(\w+)"/.exec(text)?.[1])).toEqual([
      "mine",
      "mine",
      "clash",
      "bad",
    ]);
    expect(topics(announced).filter((topic) => topic === "catalog-changed")).toHaveLength(1);
    const list = async () => (await catalog.listApps(viewer(ADMIN))).map(({ id, name }) => [id, name]);
    expect(await list()).toEqual([
      ["b", "b"],
      ["bare", "bare"],
      ["a", "From file"],
      ["mine", "mine"],
    ]);
    expect(await catalog.getRoute(ADMIN, "a")).toMatchObject({ origin: "config", publicAccess: true });
    await catalog.reconcileConfig(apps, routes);
    expect(announced).toEqual([]);

    // A person changes one of the file's routes: it is theirs from now on.
    expect(await catalog.patchRoute(ADMIN, "b", { websocket: true })).toMatchObject({ origin: "api" });
    topics(announced);
    expect(await catalog.reconcileConfig([], [])).toEqual([]);
    expect(topics(announced)).toEqual(["route_removed", "app_removed", "app_removed", "catalog-changed"]);
    expect((await catalog.listRoutes(ADMIN)).map((one) => one.routeId)).toEqual(["b", "mine"]);
    expect(await list()).toEqual([
      ["b", "b"],
      ["mine", "mine"],
    ]);
  });
});
