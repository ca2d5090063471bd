import { discovery as contract, type EventType } from "@nekzus/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Registration } from "../catalog/catalog.ts";
import { createCoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { type ApprovedApps, createDiscovery, type Discovery } from "./discovery.ts";
import { createFakeSource, type FakeSource, makePort, makeService } from "./sources/fake-source.ts";

const log = createLogger("test", "silent");

/** A catalog that keeps apps in memory. `foreign` are apps that did not come from discovery. */
function createFakeCatalog() {
  const apps = new Map<string, Registration>();
  const foreign = new Set<string>();
  const catalog: ApprovedApps & {
    apps: typeof apps;
    foreign: typeof foreign;
    moves: string[];
    /** Apps whose service is missing; undefined while nothing is known or looked at. */
    absent: readonly string[] | undefined;
    refuse: boolean;
  } = {
    apps,
    foreign,
    moves: [],
    absent: undefined,
    holdDiscovered: () => {},
    setAbsent(_source, appIds) {
      catalog.absent = appIds;
    },
    refuse: false,
    async register(registration) {
      if (catalog.refuse) throw new Problem("ROUTE_CONFLICT");
      const { app, route } = registration;
      apps.set(app.id, registration);
      return {
        app: { ...app, faviconUrl: "", faviconURL: "", version: 1 },
        route: {
          ...route,
          appId: app.id,
          upstreamClass: "lan",
          origin: "discovery",
          effectiveRoutingMode: "path",
          version: 1,
        },
      };
    },
    appExists: async (id) => apps.has(id) || foreign.has(id),
    async discoveredRoute(id) {
      const found = apps.get(id);
      return found && { routeId: found.route.routeId, to: found.route.to, discoveryMeta: found.app.discoveryMeta };
    },
    async moveUpstream(routeId, to, containerId) {
      catalog.moves.push(`${routeId} ${to} ${containerId}`);
      for (const app of apps.values()) if (app.route.routeId === routeId) app.route.to = to;
    },
  };
  return catalog;
}

eachStorage((_name, open) => {
  let storage: Storage;
  let source: FakeSource;
  let catalog: ReturnType<typeof createFakeCatalog>;
  let discovery: Discovery;
  let events: [EventType, unknown][];
  const clock = createVirtualClock();

  function build(given: { patience?: number; offBecause?: string } = {}) {
    source = createFakeSource(given.patience);
    events = [];
    const bus = createCoreBus(log);
    bus.onAny((topic, payload) => {
      events.push([topic as EventType, payload]);
    });
    discovery = createDiscovery({
      storage,
      catalog,
      build: () => ({ sources: [source], offBecause: given.offBecause }),
      bus,
      clock,
      log,
    });
    discovery.start();
  }

  /** Shows services to discovery and waits until it has dealt with them. */
  async function see(...services: ReturnType<typeof makeService>[]) {
    source.see(services);
    await discovery.dismiss("nothing");
  }

  const ids = async () => (await discovery.list()).map((proposal) => proposal.id);
  const happened = () => events.map(([type]) => type);
  async function onlyProposal() {
    const [proposal, ...more] = await discovery.list();
    if (!proposal || more.length) throw new Error("expected one proposal");
    return proposal;
  }

  beforeEach(async () => {
    storage = await open();
    catalog = createFakeCatalog();
    build();
  });

  describe("proposals", () => {
    test("a service becomes a proposal as the contract shows it, and one event tells of it", async () => {
      await see(makeService("my.grafana", { app: { id: "grafana", name: "Grafana", icon: "📈", tags: ["web"] } }));
      const proposal = await onlyProposal();
      expect(contract.Proposal.parse(proposal)).toEqual(proposal);
      expect(proposal).toMatchObject({
        id: "proposal_docker_http_my_grafana_8080",
        source: "docker",
        detectedScheme: "http",
        detectedHost: "172.17.0.2",
        detectedPort: 8080,
        availablePorts: [{ port: 8080, scheme: "http" }],
        suggestedApp: { id: "grafana", name: "Grafana", icon: "📈", endpoints: { lan: "http://172.17.0.2:8080" } },
        suggestedRoute: {
          routeId: "route:grafana",
          appId: "grafana",
          pathBase: "/apps/grafana/",
          to: "http://172.17.0.2:8080",
          containerId: "0123456789ab",
          scopes: ["access:grafana"],
        },
        lastSeen: new Date(clock.now()).toISOString(),
      });
      expect(events).toEqual([["discovery", proposal]]);
    });

    test("seen again it is only newer; changed it is shown again", async () => {
      await see(makeService("web"));
      await clock.advance(30_000);
      await see(makeService("web"));
      expect(happened()).toEqual(["discovery"]);
      expect((await onlyProposal()).lastSeen).toBe(new Date(clock.now()).toISOString());

      await see(makeService("web", { ports: [makePort(3000), makePort(8080)] }));
      expect(happened()).toEqual(["discovery", "discovery"]);
      expect(await onlyProposal()).toMatchObject({ id: "proposal_docker_http_web_8080", detectedPort: 3000 });
    });

    test("gone, it is withdrawn: at once, or after as many misses as the source needs to be sure", async () => {
      await see(makeService("web"));
      await see();
      expect(await ids()).toEqual([]);
      expect(events.at(-1)).toEqual(["proposal_withdrawn", { proposalId: "proposal_docker_http_web_8080" }]);

      build({ patience: 3 });
      await see(makeService("web"));
      await see();
      await see();
      expect(await ids()).toHaveLength(1);
      await see(makeService("web"));
      await see();
      await see();
      expect(await ids()).toHaveLength(1);
      await see();
      expect(await ids()).toEqual([]);
    });

    test("names that look alike get ids of their own", async () => {
      await see(makeService("a-b"), makeService("a.b", { app: { id: "other", name: "", icon: "", tags: [] } }));
      expect((await ids()).sort()).toEqual(["proposal_docker_http_a_b_8080", "proposal_docker_http_a_b_8080_2"]);
    });

    test("replicas of one service are one proposal", async () => {
      const replica = { identity: "docker/test/compose/home/web/nginx" };
      await see(
        makeService("web-2", { ...replica, instance: "b" }),
        makeService("web-1", { ...replica, instance: "a" }),
      );
      expect((await onlyProposal()).suggestedApp.discoveryMeta).toMatchObject({ containerId: "a" });
    });

    test("scopes of labels come on top of the app's own", async () => {
      const route = { ...makeService("web").route, extraScopes: ["access:family"] };
      await see(makeService("web", { route }));
      expect((await onlyProposal()).suggestedRoute.scopes).toEqual(["access:web", "access:family"]);
    });
  });

  describe("decisions", () => {
    test("approving makes the app and its route, and holds after a restart", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      const answer = await discovery.approve(id);
      expect(answer).toMatchObject({ status: "approved", id, app: { id: "web" }, route: { routeId: "route:web" } });
      expect(catalog.apps.get("web")?.app.discoveryMeta).toMatchObject({
        source: "docker",
        containerId: "0123456789ab",
      });
      expect(events.at(-1)).toEqual(["proposal_approved", { proposalId: id }]);

      build();
      await see(makeService("web"));
      expect(await ids()).toEqual([]);
      expect(await discovery.approve(id)).toMatchObject({ status: "already_processed", id });
    });

    test("another of the offered ports may be chosen, no other", async () => {
      await see(
        makeService("web", {
          ports: [makePort(8080), { ...makePort(8443), scheme: "https", to: "https://172.17.0.2:8443" }],
        }),
      );
      const { id } = await onlyProposal();
      await expect(discovery.approve(id, 22)).rejects.toMatchObject({
        code: "INVALID_PORT",
        message: expect.stringContaining("8080, 8443"),
      });
      await discovery.approve(id, 8443);
      expect(catalog.apps.get("web")).toMatchObject({
        app: { endpoints: { lan: "https://172.17.0.2:8443" } },
        route: { to: "https://172.17.0.2:8443" },
      });
    });

    test("of two who approve at the same time one wins", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      const answers = await Promise.all([discovery.approve(id), discovery.approve(id), discovery.dismiss(id)]);
      expect(answers.map((answer) => answer.status)).toEqual(["approved", "already_processed", "already_processed"]);
      expect(happened().filter((type) => type === "proposal_approved")).toHaveLength(1);
    });

    test("an approval that the catalog refuses leaves the proposal as it was", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      catalog.refuse = true;
      await expect(discovery.approve(id)).rejects.toMatchObject({ code: "ROUTE_CONFLICT" });
      catalog.refuse = false;
      expect(await discovery.approve(id)).toMatchObject({ status: "approved" });
    });

    test("an approved app whose service is gone is told to the catalog, and when it is back", async () => {
      await see(makeService("web"), makeService("other"));
      for (const proposal of await discovery.list()) await discovery.approve(proposal.id);
      await see(makeService("other"));
      expect(catalog.absent).toEqual(["web"]);
      await see(makeService("web"), makeService("other"));
      expect(catalog.absent).toEqual([]);
    });

    test("an approval that was cut off after the app was made is completed by the next look", async () => {
      await see(makeService("web"));
      const { suggestedApp, suggestedRoute } = await onlyProposal();
      await catalog.register({ app: suggestedApp, route: suggestedRoute, origin: "discovery" });
      build();
      await see(makeService("web"));
      expect(await ids()).toEqual([]);
      expect(catalog.apps.size).toBe(1);
    });

    test("dismissed it stays away, also after a restart and on another port, until the next rediscovery", async () => {
      await see(makeService("web"), makeService("other"));
      const id = "proposal_docker_http_web_8080";
      expect(await discovery.dismiss(id)).toEqual({ status: "dismissed", id });
      expect(events.at(-1)).toEqual(["proposal_dismissed", { proposalId: id }]);
      build();
      await see(makeService("web", { ports: [makePort(3000)] }), makeService("other"));
      expect(await ids()).toEqual(["proposal_docker_http_other_8080"]);

      expect(await discovery.rediscover()).toMatchObject({ status: "success", dismissedCleared: 1, activeCleared: 1 });
      expect(events.at(-1)).toEqual(["rediscovery_triggered", { dismissedCleared: 1, activeCleared: 1 }]);
      await discovery.dismiss("nothing");
      expect(await ids()).toHaveLength(2);
    });

    test("a dismissal can be taken back: the service waits again, and can be approved", async () => {
      await see(makeService("web", { app: { id: "web", name: "My web", icon: "", tags: [] } }), makeService("other"));
      const id = "proposal_docker_http_web_8080";
      expect(await discovery.dismissed()).toEqual([]);
      await discovery.dismiss(id);
      const seen = { lastSeen: new Date(clock.now()).toISOString() };
      expect(await discovery.dismissed()).toEqual([
        { id, source: "docker", name: "My web", reason: "dismissed", ...seen },
      ]);
      expect(await discovery.restore(id)).toEqual({ status: "restored", id });
      expect(events.at(-1)).toEqual(["discovery", expect.objectContaining({ id })]);
      expect(await discovery.dismissed()).toEqual([]);
      expect(await ids()).toContain(id);
      expect(await discovery.approve(id)).toMatchObject({ status: "approved" });
    });

    test("an app that was removed can be restored like one that was dismissed, others cannot", async () => {
      await see(makeService("web"), makeService("other"));
      const [first, second] = await ids();
      await discovery.approve(first as string);
      for (const id of [first, second, "nothing"]) {
        expect(await discovery.restore(id as string)).toMatchObject({ status: "already_processed", id });
      }
      catalog.apps.clear();
      expect(await discovery.dismissed()).toMatchObject([{ id: first, reason: "removed" }]);
      await discovery.restore(first as string);
      expect(await ids()).toContain(first);
    });

    test("what was restored and has gone meanwhile is withdrawn by the next look", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      await discovery.dismiss(id);
      await see();
      expect(await discovery.dismissed()).toHaveLength(1);
      await discovery.restore(id);
      await discovery.dismiss("nothing");
      expect(await ids()).toEqual([]);
      expect(events.at(-1)).toEqual(["proposal_withdrawn", { proposalId: id }]);
    });

    test("how a source is doing tells what it found, or why it cannot look", async () => {
      await see(makeService("web"), makeService("other"));
      await discovery.dismiss((await ids())[0] as string);
      const answer = discovery.sources();
      expect(contract.sourcesList.answers[200].parse(answer)).toEqual(answer);
      expect(answer).toMatchObject({ enabled: true, sources: [{ name: "docker", status: "working", found: 2 }] });
      source.broken = true;
      expect(discovery.sources().sources).toMatchObject([{ status: "failing", message: "it was told to be broken" }]);
    });

    test("an app that was removed comes back only by rediscovery", async () => {
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      catalog.apps.clear();
      await see(makeService("web"));
      expect(await ids()).toEqual([]);
      await discovery.rediscover();
      await see(makeService("web"));
      expect(await ids()).toHaveLength(1);
    });

    test("switched off, reading is empty and deciding names the setting", async () => {
      await see(makeService("web"));
      build({ offBecause: "Set discovery.enabled to true." });
      expect(await discovery.list()).toEqual([]);
      expect(await discovery.dismissed()).toEqual([]);
      expect(discovery.sources()).toEqual({
        enabled: false,
        offBecause: "Set discovery.enabled to true.",
        sources: [],
      });
      expect(discovery.state()).toMatchObject({ enabled: false, sources: [{ name: "docker", status: "stopped" }] });
      const calls = [discovery.approve("x"), discovery.dismiss("x"), discovery.restore("x"), discovery.rediscover()];
      for (const call of calls) {
        await expect(call).rejects.toMatchObject({
          code: "FEATURE_DISABLED",
          message: "Set discovery.enabled to true.",
        });
      }
    });
  });

  describe("nothing that is discovered takes over what exists", () => {
    test("an id that belongs to another app, or was wished before, is proposed as the next free one", async () => {
      catalog.foreign.add("web");
      const wish = { app: { id: "web", name: "Web", icon: "", tags: [] } };
      await see(makeService("first", wish));
      await see(makeService("first", wish), makeService("a-later-one", wish));
      const proposals = await discovery.list();
      const byName = Object.fromEntries(proposals.map((proposal) => [proposal.id, proposal]));
      expect(byName.proposal_docker_http_first_8080).toMatchObject({
        suggestedApp: { id: "web-2" },
        suggestedRoute: { routeId: "route:web-2", pathBase: "/apps/web-2/", scopes: ["access:web-2"] },
        securityNotes: expect.arrayContaining([expect.stringContaining('"web" belongs to another app')]),
        securityRemarks: expect.arrayContaining([expect.objectContaining({ code: "id_taken", severity: "warning" })]),
      });
      expect(byName.proposal_docker_http_a_later_one_8080?.suggestedApp.id).toBe("web-3");
    });

    test("an app cannot be called so that its scope is the administrator's", async () => {
      await see(makeService("x", { app: { id: "admin", name: "Admin", icon: "", tags: [] } }));
      expect((await onlyProposal()).suggestedRoute.scopes).toEqual(["access:admin-2"]);
    });

    test("an id that was taken while the proposal waited is refused, not overwritten", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      catalog.foreign.add("web");
      await expect(discovery.approve(id)).rejects.toMatchObject({ code: "ROUTE_CONFLICT" });
      expect(catalog.apps.size).toBe(0);
    });

    test("copied labels, another image and a hostile address change nothing that was approved", async () => {
      const mine = makeService("web");
      await see(mine);
      await discovery.approve((await onlyProposal()).id);
      const copied = makeService("web", {
        identity: "docker/test/container/web/evil",
        ports: [makePort(8080, "172.17.0.66")],
      });
      await see(copied);
      expect(catalog.moves).toEqual([]);
      expect(await onlyProposal()).toMatchObject({
        suggestedApp: { id: "web-2" },
        id: "proposal_docker_http_web_8080_2",
      });
      expect(catalog.apps.get("web")?.route.to).toBe("http://172.17.0.2:8080");
    });

    test("a moved service is followed, and only to an address of the same kind", async () => {
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      await see(makeService("web", { instance: "new", ports: [makePort(8080, "172.17.0.9")] }));
      await see(makeService("web", { instance: "new", ports: [makePort(8080, "172.17.0.9")] }));
      expect(catalog.moves).toEqual(["route:web http://172.17.0.9:8080 new"]);

      const strayed = makeService("web", { instance: "new", ports: [makePort(8080, "127.0.0.1")] });
      await see(strayed);
      await see(strayed);
      expect(catalog.moves).toHaveLength(1);
      expect(happened().filter((type) => type === "config_warning")).toHaveLength(1);
    });

    test("a restored app follows its service from where it was, and is not served before that was seen", async () => {
      await see(makeService("web"));
      const { id } = await onlyProposal();
      await discovery.approve(id);
      const registration = catalog.apps.get("web") as Registration;
      const decision = (await discovery.decisions.of("web", makeService("web").identity)) as string;
      catalog.apps.clear();
      await discovery.rediscover();
      const moved = makeService("web", { instance: "new", ports: [makePort(8080, "172.17.0.9")] });
      await see(moved);
      expect(await ids()).toEqual([id]);

      source.broken = true;
      await discovery.decisions.resume(decision, async () => catalog.apps.set("web", registration));
      expect([await ids(), events.at(-1)]).toEqual([[], ["proposal_withdrawn", { proposalId: id }]]);
      expect([catalog.absent, catalog.moves]).toEqual([["web"], []]);
      source.broken = false;
      await see(moved);
      expect([catalog.absent, catalog.moves]).toEqual([[], ["route:web http://172.17.0.9:8080 new"]]);
    });

    test("an app whose service moved while it was deleted is served only after it was followed", async () => {
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      const registration = catalog.apps.get("web") as Registration;
      const decision = (await discovery.decisions.of("web", makeService("web").identity)) as string;
      const undo = () => discovery.decisions.resume(decision, async () => catalog.apps.set("web", registration));
      catalog.apps.clear();
      await see(makeService("web"));
      await undo();
      expect(catalog.absent).toEqual([]);

      catalog.apps.clear();
      const moved = makeService("web", { instance: "new", ports: [makePort(8080, "172.17.0.9")] });
      await see(moved);
      await undo();
      expect([catalog.absent, catalog.moves]).toEqual([["web"], []]);
      // The source was asked to look; that is waited for here.
      await discovery.dismiss("nothing");
      expect([catalog.absent, catalog.moves]).toEqual([[], ["route:web http://172.17.0.9:8080 new"]]);
    });

    test("an app whose service was approved under another id is not restored", async () => {
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      const decision = (await discovery.decisions.of("web", makeService("web").identity)) as string;
      catalog.apps.clear();
      await discovery.rediscover();
      catalog.foreign.add("web");
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      let restored = false;
      const resume = discovery.decisions.resume(decision, async () => {
        restored = true;
      });
      await expect(resume).rejects.toMatchObject({ code: "ROUTE_CONFLICT", message: /"web-2"/ });
      expect(restored).toBe(false);
    });

    test("a failing move is tried again and does not hold up the others", async () => {
      await see(makeService("web"));
      await discovery.approve((await onlyProposal()).id);
      const moved = makeService("web", { ports: [makePort(8080, "172.17.0.9")] });
      const move = catalog.moveUpstream;
      catalog.moveUpstream = async () => {
        throw new Problem("STORAGE_UNAVAILABLE");
      };
      await see(moved, makeService("other"));
      expect(await ids()).toEqual(["proposal_docker_http_other_8080"]);
      catalog.moveUpstream = move;
      await see(moved, makeService("other"));
      expect(catalog.moves).toHaveLength(1);
    });

    test("a flood of services is bounded", async () => {
      const wish = { app: { id: "web", name: "Web", icon: "", tags: [] } };
      await see(...Array.from({ length: 80 }, (_, at) => makeService(`same-${at}`, wish)));
      expect(await ids()).toHaveLength(50);
      await see(...Array.from({ length: 1_100 }, (_, at) => makeService(`flood-${at}`)));
      expect((await ids()).length).toBeLessThanOrEqual(1_000);
    });
  });
});
