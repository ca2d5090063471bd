import { expect, test } from "vitest";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import type { Container } from "../../runtimes/docker/engine.ts";
import { createDockerSource } from "./docker.ts";
import { createFakeEngine, makeContainer } from "./fake-engine.ts";
import type { Discovered } from "./source.ts";
import { describeSource } from "./source-conformance.ts";

const POLL_MS = 30_000;

function begin(given: { answering?: (url: string) => boolean; hostname?: string } = {}) {
  const engine = createFakeEngine();
  const clock = createVirtualClock();
  const probed: string[] = [];
  const source = createDockerSource({
    engine,
    config: { network_mode: "all", networks: [], exclude_networks: [], poll_interval: POLL_MS },
    ownTraces: async () => ({ hostname: given.hostname ?? "", mountinfo: "", cgroup: "" }),
    platform: "linux",
    probe: async (url) => {
      probed.push(url);
      return given.answering?.(url) ?? false;
    },
    clock,
    log: createLogger("test", "silent"),
  });
  const snapshots: Discovered[][] = [];
  const emit = (snapshot: Discovered[]) => {
    snapshots.push(snapshot);
  };
  const put = (container: Container, action = "start") => {
    engine.containers.set(container.name, container);
    engine.happened(action);
  };
  const only = () => {
    const [service, ...more] = snapshots.at(-1) ?? [];
    if (!service || more.length) throw new Error(`expected one service, saw ${snapshots.at(-1)?.length}`);
    return service;
  };
  const start = async () => {
    source.start(emit);
    await clock.advance(200);
  };
  /** Lets an event arrive, and then a third of a second pass. */
  const aMoment = async () => {
    await clock.advance(0);
    await clock.advance(300);
  };
  return { engine, clock, source, put, only, start, aMoment, snapshots, probed };
}

describeSource("docker", () => {
  const { engine, source, clock, put } = begin();
  return {
    source,
    add: (name) => put(makeContainer(name)),
    remove(name) {
      engine.containers.delete(name);
      engine.happened("die");
    },
    breakDown() {
      engine.down = true;
    },
    repair() {
      engine.down = false;
    },
    pass: () => clock.advance(2 * POLL_MS + 1_000),
  };
});

test("a labelled container that starts is seen at once, long before the next poll", async () => {
  const { put, aMoment, only, start } = begin();
  await start();
  put(makeContainer("web"));
  await aMoment();
  expect(only()).toMatchObject({
    instance: makeContainer("web").id.slice(0, 12),
    app: { id: "web", name: "web", icon: "📦", tags: ["docker", "http"] },
    ports: [{ port: 8080, scheme: "http", to: "http://172.17.0.2:8080" }],
    confidence: 0.95,
    remarks: [
      { message: "Discovered via Docker API", severity: "info" },
      { message: "JWT required", severity: "info" },
      { message: "Upstream uses HTTP (unencrypted)", severity: "info" },
      { message: "Private network address", severity: "info" },
    ],
  });
});

test("it says when it looks again by itself: at the next poll, and sooner while the engine is away", async () => {
  const { engine, clock, source, start } = begin();
  await start();
  await clock.advance(POLL_MS);
  expect(source.state().nextScan).toBe(clock.now() - 200 + POLL_MS);
  engine.down = true;
  await clock.advance(POLL_MS);
  const state = source.state();
  expect(state).toMatchObject({ status: "error", message: expect.stringContaining("cannot be reached") });
  expect(state.nextScan).toBeGreaterThan(clock.now());
  expect(state.nextScan).toBeLessThanOrEqual(clock.now() + POLL_MS);
  await source.stop();
  expect(source.state().nextScan).toBeUndefined();
});

test("a storm of events is answered by few looks", async () => {
  const { put, clock, snapshots, engine, start } = begin();
  await start();
  const before = snapshots.length;
  put(makeContainer("web"));
  for (let at = 0; at < 100; at++) engine.happened("start");
  for (let at = 0; at < 100; at++) engine.happened("exec_start: healthcheck");
  await clock.advance(1_000);
  expect(snapshots.length - before).toBeLessThanOrEqual(2);
});

test("the gateway leaves itself out by its id and its label, never by its name", async () => {
  const self = makeContainer("gateway");
  const { put, clock, snapshots, start } = begin({ hostname: self.id.slice(0, 12) });
  put(self);
  put(
    makeContainer("marked", {
      labels: new Map([
        ["nekzus.enable", "true"],
        ["nekzus.self", "true"],
      ]),
    }),
  );
  put(makeContainer("my-nekzus-notes", { image: "someone/nekzus-notes" }));
  await start();
  await clock.advance(1_000);
  expect(snapshots.at(-1)?.map((service) => service.name)).toEqual(["my-nekzus-notes"]);
});

test("a recreated container keeps its identity; another image, project or name does not", async () => {
  const { put, aMoment, only, start } = begin();
  const compose = (project: string) =>
    new Map([
      ["nekzus.enable", "true"],
      ["com.docker.compose.project", project],
      ["com.docker.compose.service", "web"],
    ]);
  await start();
  const identityOf = async (changes: Partial<Container>) => {
    put(makeContainer("web", changes));
    await aMoment();
    return only().identity;
  };
  const first = await identityOf({ labels: compose("home"), image: "nginx:1" });
  expect(await identityOf({ labels: compose("home"), image: "nginx:2", id: "b".repeat(64), name: "web" })).toBe(first);
  expect(await identityOf({ labels: compose("work"), image: "nginx:1" })).not.toBe(first);
  expect(await identityOf({ labels: compose("home"), image: "evil/nginx:1" })).not.toBe(first);
  // A label cannot pretend to be project and service in one.
  expect(await identityOf({ labels: compose("home/web"), image: "nginx:1" })).not.toBe(first);
});

test("of several ports the first that answers is the default, all are offered, and nobody is asked twice", async () => {
  const { put, clock, only, start, probed } = begin({ answering: (url) => url.endsWith(":9000") });
  put(makeContainer("web", { exposed: [5432, 7000, 9000] }));
  await start();
  expect(only().ports.map((port) => port.port)).toEqual([9000, 7000]);
  await clock.advance(POLL_MS);
  expect(probed.filter((url) => url.endsWith(":9000"))).toHaveLength(1);
  expect(probed.some((url) => url.endsWith(":5432"))).toBe(false);
});

test("an address that does not answer gives way to the published one", async () => {
  const { put, only, start } = begin({ answering: (url) => url === "http://127.0.0.1:32768" });
  put(makeContainer("web", { published: [{ port: 8080, hostAddress: "0.0.0.0", hostPort: 32768 }] }));
  await start();
  expect(only().ports).toEqual([
    { port: 8080, scheme: "http", to: "http://127.0.0.1:32768", others: ["http://172.17.0.2:8080"] },
  ]);
});

test("a container in another's network is reached at that one", async () => {
  const { engine, put, only, start } = begin();
  const vpn = makeContainer("vpn", {
    labels: new Map(),
    exposed: [],
    networks: [{ name: "bridge", address: "172.17.0.9" }],
  });
  engine.containers.set("vpn", vpn);
  put(makeContainer("torrent", { networkMode: `container:${vpn.id}`, networks: [], exposed: [9091] }));
  await start();
  expect(only().ports[0]?.to).toBe("http://172.17.0.9:9091");
});

test("a container between two starts of a crash loop is not gone", async () => {
  const { put, aMoment, only, start } = begin();
  put(makeContainer("web"));
  await start();
  put(makeContainer("web", { status: "restarting", networks: [] }), "die");
  await aMoment();
  expect(only().ports[0]?.to).toBe("http://172.17.0.2:8080");
});

test("a labelled container that cannot be proposed is named with the reason, and the others are unharmed", async () => {
  const { put, source, only, start } = begin();
  put(
    makeContainer("bad", {
      labels: new Map([
        ["nekzus.enable", "true"],
        ["nekzus.app.id", "../etc"],
      ]),
    }),
  );
  put(makeContainer("portless", { exposed: [] }));
  put(makeContainer("good"));
  await start();
  expect(only().name).toBe("good");
  expect(source.state().skipped).toEqual([
    { name: "bad", reason: expect.stringContaining("nekzus.app.id") },
    { name: "portless", reason: expect.stringContaining("nekzus.primary_port") },
  ]);
});

test("a lost engine is tried again for hours, and the event stream is taken up anew", async () => {
  const { engine, put, clock, source, only, start, aMoment } = begin();
  await start();
  engine.down = true;
  await clock.advance(6 * 3_600_000);
  expect(source.state()).toMatchObject({ status: "error", message: expect.stringContaining("cannot be reached") });

  engine.down = false;
  await clock.advance(61_000);
  expect(source.state().status).toBe("ok");
  put(makeContainer("web"));
  await aMoment();
  expect(only().name).toBe("web");
});

test("after a short break of the event stream it is taken up again, long before the next poll", async () => {
  const { engine, put, source, clock, only, start, aMoment } = begin();
  await start();
  engine.down = true;
  engine.down = false;
  await aMoment();
  await source.scan();
  await clock.advance(5_000);
  put(makeContainer("web"));
  await aMoment();
  expect(only().name).toBe("web");
});

test("a proxy that cuts the event stream off again and again is not hammered", async () => {
  const { engine, clock, start } = begin();
  engine.events = async () => {
    engine.streams++;
    return (async function* () {})();
  };
  await start();
  await clock.advance(10 * 60_000);
  expect(engine.streams).toBeLessThan(60);
});
