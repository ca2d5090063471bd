import { beforeEach, describe, expect, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { ADMIN, openTestCatalog, viewer, WRITER } from "../catalog/test-catalog.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import type { Choices } from "./proposal.ts";
import { createFakeSource, type FakeSource, makePort, makeService } from "./sources/fake-source.ts";

const log = createLogger("test", "silent");
const WEB = "proposal_docker_http_web_8080";

eachStorage((_name, open) => {
  let storage: Storage;
  let catalog: ReturnType<typeof openTestCatalog>["catalog"];
  let discovery: Discovery;
  let source: FakeSource;

  beforeEach(async () => {
    storage = await open();
    const world = openTestCatalog(storage);
    catalog = world.catalog;
    source = createFakeSource();
    const build = () => ({ sources: [source] });
    discovery = createDiscovery({ storage, catalog, build, bus: world.bus, clock: world.clock, log });
    discovery.start();
    await see(makeService("web", { ports: [makePort(8080), makePort(9090)] }));
  });

  /** Shows services to discovery and waits until it has dealt with them. */
  async function see(...services: ReturnType<typeof makeService>[]) {
    source.see(services);
    await discovery.dismiss("nothing");
  }

  const approve = (choices: Choices, port?: number) => discovery.approve(WEB, port, { principal: WRITER, ...choices });
  const refused = async (choices: Choices) => {
    await expect(approve(choices)).rejects.toThrow();
    expect((await discovery.list()).map(({ id, suggestedApp }) => [id, suggestedApp.id])).toEqual([[WEB, "web"]]);
    expect(await catalog.listRoutes(ADMIN)).toMatchObject(taken);
    return approve(choices).catch((error: unknown) => error);
  };
  let taken: { routeId: string }[] = [];

  describe("approving with choices", () => {
    beforeEach(() => {
      taken = [];
    });

    test("makes what was chosen, and the rest as proposed", async () => {
      const answer = await approve(
        {
          app: { id: "wiki", name: "Family wiki", icon: "📚", group: "Home", description: "Ours", tags: ["docs"] },
          route: { pathBase: "/apps/know/", websocket: true, healthCheckPath: "/ping", subdomain: "wiki" },
        },
        9090,
      );
      expect(answer).toMatchObject({
        status: "approved",
        app: { id: "wiki", name: "Family wiki", group: "Home", proxyPath: "/apps/know/" },
        route: { routeId: "route:wiki", appId: "wiki", origin: "discovery", to: "http://172.17.0.2:9090" },
      });
      expect(await catalog.getApp(viewer(ADMIN), "wiki")).toMatchObject({
        icon: "📚",
        description: "Ours",
        tags: ["docs"],
      });
      expect(await catalog.getRoute(ADMIN, "route:wiki")).toMatchObject({
        pathBase: "/apps/know/",
        websocket: true,
        healthCheckPath: "/ping",
        subdomain: "wiki",
        stripPrefix: true,
        scopes: [],
        publicAccess: false,
      });
    });

    test("under another id it is known again, and followed when its container moves", async () => {
      await approve({ app: { id: "wiki" } });
      await see(makeService("web", { instance: "new", ports: [makePort(8080, "172.17.0.9")] }));
      expect(await discovery.list()).toEqual([]);
      expect(await catalog.getRoute(ADMIN, "route:wiki")).toMatchObject({ to: "http://172.17.0.9:8080" });
    });

    test("an id, path or host name that is taken is refused at its field, and all stays as it was", async () => {
      const body = { appId: "old", to: "http://grafana.test", pathBase: "/apps/old/", subdomain: "old" };
      await catalog.register({
        app: { id: "old", name: "Old", icon: "", tags: [], endpoints: {}, discoveryMeta: {} },
        route: { ...body, routeId: "old", containerId: "", scopes: [], ...makeService("old").route },
        chosen: { subdomain: "old" },
        origin: "discovery",
      });
      taken = [{ routeId: "old" }];
      for (const [choices, path] of [
        [{ app: { id: "old" } }, "app.id"],
        [{ app: { id: "wiki" }, route: { pathBase: "/apps/old/" } }, "route.pathBase"],
        [{ route: { routingMode: "both", subdomain: "old" } }, "route.subdomain"],
      ] as const) {
        const problem = await refused(choices);
        expect(problem).toMatchObject({ code: "ROUTE_CONFLICT", details: [{ path }] });
        if (path !== "app.id") expect(problem).toMatchObject({ message: expect.stringContaining('the route "old"') });
      }
    });

    test("what makes no sense is refused at its field", async () => {
      for (const [choices, path] of [
        [{ app: { id: "Admin" } }, "app.id"],
        [{ route: { pathBase: "/api/v1/" } }, "route.pathBase"],
        [{ app: { id: "Wiki_2" }, route: { routingMode: "subdomain" } }, "route.subdomain"],
        [{ route: { timeout: "100h" } }, "route.timeout"],
      ] as const) {
        expect(await refused(choices)).toMatchObject({ code: "VALIDATION_FAILED", details: [{ path }] });
      }
    });

    test("what opens the app to others, or tells it who they are, is for administrators", async () => {
      for (const route of [{ publicAccess: true }, { identityHeaders: true }, { scopes: ["read:catalog"] }]) {
        expect(await refused({ route })).toMatchObject({
          code: "FORBIDDEN",
          message: expect.stringContaining("access:admin"),
        });
      }
      const route = { publicAccess: true, identityHeaders: true, scopes: ["access:family"] };
      expect(await approve({ route, principal: ADMIN })).toMatchObject({ route });
    });

    test("scopes that labels ask for are no privilege, leaving them out is", async () => {
      await see(makeService("web", { route: { ...makeService("web").route, extraScopes: ["access:family"] } }));
      expect(await refused({ route: { scopes: [] } })).toMatchObject({ code: "FORBIDDEN" });
      expect(await approve({ route: { scopes: ["access:family", "access:web"] } })).toMatchObject({
        status: "approved",
      });
    });

    test("cut off after the app was made, it is completed by the next look", async () => {
      const put = storage.write;
      const { register } = catalog;
      catalog.register = async (registration) => {
        const made = await register(registration);
        storage.write = () => Promise.reject(new Error("the power went"));
        return made;
      };
      await expect(approve({ app: { id: "wiki" } })).rejects.toThrow("the power went");
      storage.write = put;
      await see(makeService("web"));
      expect(await discovery.list()).toEqual([]);
      expect(await catalog.listApps(viewer(ADMIN))).toMatchObject([{ id: "wiki" }]);
    });
  });
});
