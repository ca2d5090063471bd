import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { openChannel } from "../../wire/channel.ts";
import type { CoreToEdge, EdgeToCore, Snapshot } from "../../wire/snapshot.ts";
import { createPublisher } from "./publisher.ts";

const SNAPSHOT: Omit<Snapshot, "number"> = {
  instanceId: "nkz_test",
  version: "0",
  tokenKey: "",
  issuer: "",
  audience: "",
  hosts: [],
  appsOrigin: ":8444",
  apiOrigin: "",
  baseDomain: "",
  sharedOrigin: false,
  trustedProxies: [],
  localAccess: false,
  accessLog: { output: "off", file: "/dev/null", max_size: 0, keep: 1 },
  routes: [],
  subjects: [],
  revoked: [],
  apiKeys: [],
  certificates: [],
  unhealthy: [],
};

async function setUp(edgeWorkers: number) {
  const clock = createVirtualClock();
  const replaced: number[] = [];
  let faults = 0;
  const publisher = createPublisher({
    async compile() {
      if (faults-- > 0) throw new Error("the database is away");
      return SNAPSHOT;
    },
    edgeWorkers,
    replaceEdge: (pid) => replaced.push(pid),
    onCounters: () => {},
    onJar: () => {},
    onGone: () => {},
    clock,
    log: createLogger("test", "silent"),
  });
  const folder = mkdtempSync(join(tmpdir(), "nekzus-publisher-"));
  const sockets: Socket[] = [];
  const server = createServer((socket) => publisher.accept(socket));
  await new Promise<void>((done) => server.listen(join(folder, "core"), done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** An edge that acknowledges only when it is told to. */
  function connectEdge(pid: number) {
    const socket = connect(join(folder, "core"));
    sockets.push(socket);
    const seen: number[] = [];
    const waiting: (() => void)[] = [];
    const channel = openChannel<CoreToEdge, EdgeToCore>(socket, (message) => {
      if (message.type !== "jar")
        seen.push(message.type === "snapshot" ? message.snapshot.number : message.delta.number);
      for (const wake of waiting.splice(0)) wake();
    });
    channel.send({ type: "hello", pid });
    return {
      async sees(number: number) {
        while (!seen.includes(number)) await new Promise<void>((wake) => waiting.push(wake));
      },
      acknowledge: (number: number) => channel.send({ type: "ack", number }),
      close: () => socket.destroy(),
    };
  }
  return { publisher, clock, replaced, connectEdge, failOnce: () => (faults = 1) };
}

/** Lets messages between the two ends of a socket arrive. */
const arrive = () => new Promise((done) => setTimeout(done, 20));

test("an edge that acknowledges one message and falls silent on the next is replaced after a second", async () => {
  const { publisher, clock, replaced, connectEdge } = await setUp(1);
  publisher.changed();
  const edge = connectEdge(7);
  await edge.sees(1);
  publisher.publish({ kind: "revoked", id: "a" });
  await edge.sees(2);
  await clock.advance(900);
  edge.acknowledge(1);
  await arrive();
  await clock.advance(900);
  expect(replaced).toEqual([]);
  // A second look follows, for the case that the core itself was blocked.
  await clock.advance(201);
  expect(replaced).toEqual([7]);
});

test("a decision is not complete before every edge of a killed predecessor was found again", async () => {
  const { publisher, clock, connectEdge } = await setUp(2);
  publisher.changed();
  const first = connectEdge(1);
  await first.sees(1);
  first.acknowledge(1);
  await arrive();
  const early = publisher.settled();
  await clock.advance(1001);
  expect(await early).toBe(false);

  const second = connectEdge(2);
  await second.sees(1);
  const settled = publisher.settled();
  second.acknowledge(1);
  expect(await settled).toBe(true);
  second.close();
  await arrive();
  expect(await publisher.settled()).toBe(true);
});

test("a snapshot that could not be compiled is tried again", async () => {
  const { publisher, clock, connectEdge, failOnce } = await setUp(1);
  failOnce();
  publisher.changed();
  const edge = connectEdge(1);
  await arrive();
  await clock.advance(1000);
  await edge.sees(1);
});
