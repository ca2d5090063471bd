import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../kit/clock.ts";
import { createLogger } from "../../../kit/log.ts";
import { createCoreBus, type Topics } from "../../events/topics.ts";
import { openStorage } from "../../storage/open.ts";
import { makeTestFolder } from "../../storage/test-storages.ts";
import { createDiscovery, type Discovery } from "../discovery.ts";
import { configuredSources } from "./configured.ts";

const run = promisify(execFile);
const dockerHost = process.env.DOCKER_HOST;
const isRequired = (process.env.NEKZUS_TEST_REQUIRE ?? "").split(",").includes("docker");
const log = createLogger("test", "silent");

test.runIf(!dockerHost && isRequired)("a container engine is required", () => {
  throw new Error("NEKZUS_TEST_REQUIRE asks for docker, but DOCKER_HOST is not set");
});

/** A socket in front of the engine's, which a test can cut and open again. */
function createCable(engineSocket: string, socket: string) {
  const open = new Set<Socket>();
  let server: Server | undefined;
  return {
    plug: () =>
      new Promise<void>((resolve) => {
        server = createServer((client) => {
          const engine = connect(engineSocket);
          for (const end of [client, engine]) {
            open.add(end);
            end.on("error", () => {});
            end.on("close", () => {
              open.delete(end);
              client.destroy();
              engine.destroy();
            });
          }
          client.pipe(engine).pipe(client);
        }).listen(socket, resolve);
      }),
    async cut() {
      for (const end of [...open]) end.destroy();
      await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    },
  };
}

describe.skipIf(!dockerHost?.startsWith("unix://"))("with a real engine", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  async function docker(...args: string[]): Promise<string> {
    const { stdout } = await run("docker", args);
    return stdout.trim();
  }

  async function runLabelled(container: string, appId: string) {
    cleanups.push(() => docker("rm", "-f", container).catch(() => undefined));
    await docker("run", "-d", "--name", container, "--label", `nekzus.app.id=${appId}`, "lab/labelled:1");
  }

  async function begin() {
    const folder = mkdtempSync(join(tmpdir(), "nekzus-cable-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const socket = join(folder, "engine.sock");
    const cable = createCable((dockerHost ?? "").slice("unix://".length), socket);
    await cable.plug();
    cleanups.push(() => cable.cut());

    const bus = createCoreBus(log);
    const config = {
      docker: {
        socket_path: `unix://${socket}`,
        // Longer than any wait of this test: what is seen is seen because of events.
        poll_interval: 600_000,
        network_mode: "all" as const,
        networks: [],
        exclude_networks: [],
      },
    };
    const apps = new Map<string, string>();
    const data = makeTestFolder();
    cleanups.push(data.remove);
    const storage = await openStorage({ dataFolder: data.folder, clock: systemClock, log });
    cleanups.push(() => storage.close());
    const discovery = createDiscovery({
      storage,
      catalog: {
        async register({ app, route }) {
          apps.set(app.id, route.to);
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
        appExists: async (id) => apps.has(id),
        discoveredRoute: async () => undefined,
        moveUpstream: async () => {},
        holdDiscovered: () => {},
        setAbsent: () => {},
      },
      build: () => configuredSources({ config, env: {}, clock: systemClock, log }),
      bus,
      clock: systemClock,
      log,
    });
    cleanups.push(() => discovery.stop());
    return { discovery, bus, cable };
  }

  /** Resolves with the milliseconds until the event that `wanted` accepts; rejects after 10 s. */
  function until<T extends "discovery" | "proposal_withdrawn">(
    { bus }: { bus: ReturnType<typeof createCoreBus> },
    topic: T,
    wanted: (payload: Topics[T]) => boolean,
  ): Promise<Topics[T]> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${topic} within 10 s`)), 10_000);
      const off = bus.on(topic, (payload) => {
        if (!wanted(payload)) return;
        clearTimeout(late);
        off();
        resolve(payload);
      });
    });
  }

  async function untilListening(discovery: Discovery) {
    await expect.poll(() => discovery.state().sources[0]?.status, { timeout: 10_000 }).toBe("ok");
  }

  test("a labelled container is proposed within 2 s of its start, can be reached, and is withdrawn when it stops", async () => {
    const world = await begin();
    world.discovery.start();
    await untilListening(world.discovery);
    const container = `nekzus-test-${randomBytes(4).toString("hex")}`;

    const proposed = until(world, "discovery", (proposal) => proposal.suggestedApp.id === container);
    await runLabelled(container, container);
    const started = performance.now();
    const proposal = await proposed;
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(proposal).toMatchObject({
      detectedPort: 8080,
      suggestedApp: { name: "Lab labelled" },
      suggestedRoute: { scopes: [`access:${container}`] },
    });
    // The image asks for the path of another app.
    expect(proposal.securityNotes.join()).toContain("nekzus.route.path");
    await expect
      .poll(() =>
        fetch(proposal.suggestedRoute.to).then(
          (answer) => answer.text(),
          () => "",
        ),
      )
      .toContain("hello");

    const withdrawn = until(world, "proposal_withdrawn", ({ proposalId }) => proposalId === proposal.id);
    await docker("stop", "-t", "1", container);
    await withdrawn;
    expect(await world.discovery.approve(proposal.id)).toMatchObject({ status: "already_processed" });
  }, 30_000);

  test("after the engine was away, what happened meanwhile is found and events flow again", async () => {
    const world = await begin();
    world.discovery.start();
    await untilListening(world.discovery);
    await world.cable.cut();
    await expect.poll(() => world.discovery.state().sources[0]?.status, { timeout: 10_000 }).toBe("error");
    const names = ["before", "after"].map((when) => `nekzus-test-${when}-${randomBytes(4).toString("hex")}`);
    const [during = "", after = ""] = names;

    const found = until(world, "discovery", (proposal) => proposal.suggestedApp.id === during);
    await runLabelled(during, during);
    await world.cable.plug();
    await found;
    const next = until(world, "discovery", (proposal) => proposal.suggestedApp.id === after);
    await runLabelled(after, after);
    await next;
  }, 40_000);
});
