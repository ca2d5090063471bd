import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { EventData } from "@nekzus/contract";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { createBus } from "../../../kit/bus.ts";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { ANONYMOUS, type Principal } from "../../../wire/principal.ts";
import { createAudiences } from "../audience.ts";
import type { EventLog, PublishedEvent } from "../event-log.ts";
import type { Topics } from "../topics.ts";
import { createEventSocket } from "./event-socket.ts";

const FACTS = { id: "r", address: "192.0.2.1", local: false, secure: true, listener: "api" } as const;

const OF_HOUSE = { scope: "read:*", sensitive: false };

let ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending) end();
  ending = [];
});

/** An event log of what a test says. */
function createRecord() {
  let listener: (events: readonly PublishedEvent[]) => void = () => {};
  let latest = 0;
  return {
    log: {
      latest: async () => latest,
      since: async () => ({ events: [], latest, gap: false }),
      onRecorded(to: typeof listener) {
        listener = to;
        return () => {};
      },
    } as unknown as EventLog,
    say(text: string, audience = OF_HOUSE) {
      const json = JSON.stringify({ warning: text });
      listener([{ number: ++latest, type: "config_warning", json, audience, timestamp: "2026-01-01T00:00:00Z" }]);
    },
  };
}

/**
 * The event socket behind a server, on virtual time. Whoever shows a token is who `people` says, or else a user of that
 * name who reads everything.
 */
async function open(people: Record<string, Principal> = {}, health: EventData<"health_change">[] = []) {
  const clock = createVirtualClock();
  const record = createRecord();
  const log = createLogger("test", "silent");
  const socket = createEventSocket({
    events: record.log,
    audiences: createAudiences(() => new Set()),
    bus: createBus<Topics>(() => {}),
    clock,
    log,
    async identify({ facts, headers }) {
      const name = headers.authorization?.slice("Bearer ".length);
      if (!name) return { caller: { principal: ANONYMOUS, facts } };
      const user: Principal = { kind: "user", id: `user:${name}`, name, scopes: ["read:*"] };
      return { caller: { principal: people[name] ?? user, facts } };
    },
    isPaired: async () => true,
    onSeen() {},
    health: () => health,
    info: { instanceId: "nkz_test", version: "1" },
  });
  await socket.start();
  const raws: Socket[] = [];
  const server: Server = createServer().on("upgrade", (request, raw: Socket, head: Buffer) => {
    raws.push(raw);
    socket.accept({ request, caller: { principal: ANONYMOUS, facts: FACTS }, take: () => ({ socket: raw, head }) });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  ending.push(() => server.close());

  /** A client, signed in when it has a name. */
  async function connect(name?: string, options: object = {}) {
    const at = raws.length;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    const types: string[] = [];
    let code = 0;
    client.on("message", (data) => types.push(JSON.parse(String(data)).type));
    client.on("close", (with_) => {
      code = with_;
    });
    ending.push(() => client.terminate());
    await new Promise((done) => client.once("open", done));
    if (name !== undefined) {
      client.send(JSON.stringify({ type: "auth", data: { token: name } }));
      await vi.waitFor(() => expect(types).toContain("hello"));
    }
    const warnings = () => types.filter((type) => type === "config_warning").length;
    /** Bytes that the gateway has read from it. */
    const heard = () => raws[at]?.bytesRead ?? 0;
    return { client, types, warnings, heard, code: () => code };
  }
  return { clock, socket, connect, say: record.say };
}

test("who does not sign in within 15 seconds is told and closed", async () => {
  const { clock, connect } = await open();
  const late = await connect();
  await clock.advance(14_999);
  expect(late.types).toEqual([]);
  await clock.advance(1);
  await vi.waitFor(() => expect([late.types, late.code()]).toEqual([["auth_failed"], 4401]));
});

test("a silent client is asked after 30 seconds and closed after 60; one that answers stays", async () => {
  const { clock, connect } = await open();
  const alive = await connect("anna");
  const dead = await connect("bert", { autoPong: false });
  const before = alive.heard();
  await clock.advance(30_000);
  await vi.waitFor(() => expect(alive.heard()).toBeGreaterThan(before));
  await clock.advance(30_000);
  await vi.waitFor(() => expect(dead.code()).toBe(1001));
  expect(alive.code()).toBe(0);
});

test("a client that does not read is cut off; the others get every event, and what waits for it stays bounded", async () => {
  const { clock, connect, say, socket } = await open();
  const slow = await connect("anna");
  const others = [await connect("bert"), await connect("carl")];
  slow.client.pause();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 4_000; i++) {
    say("x".repeat(8 * 1024));
    if (i % 50 === 49) await vi.waitFor(() => expect(others.map(({ warnings }) => warnings())).toEqual([i + 1, i + 1]));
  }
  expect(socket.clients().total).toBe(3);
  await clock.advance(2_000);
  await vi.waitFor(() => expect(socket.clients().total).toBe(2));
  expect(others.map(({ code }) => code())).toEqual([0, 0]);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
});

test("devices whose scopes and given scopes come to the same words hear each what they may", async () => {
  const device = (name: string, scopes: string[], named: string[]): Principal => ({
    kind: "device",
    id: `device:${name}`,
    name,
    scopes,
    named,
  });
  const { connect, say } = await open({
    wide: device("wide", ["read:events", "access:a", "access:b"], ["access:*", "read:events"]),
    narrow: device("narrow", ["read:events", "access:a"], ["access:b", "access:*", "read:events"]),
  });
  const wide = await connect("wide");
  const narrow = await connect("narrow");
  say("b", { scope: "access:b", sensitive: false });
  say("a", { scope: "access:a", sensitive: false });
  await vi.waitFor(() => expect([wide.warnings(), narrow.warnings()]).toEqual([2, 1]));
});

test("a client that reads in time after a burst gets it whole", async () => {
  const { connect, say } = await open();
  const client = await connect("anna");
  for (let i = 0; i < 400; i++) say("x".repeat(8 * 1024));
  await vi.waitFor(() => expect(client.warnings()).toBe(400));
});

test("a client that subscribes to the health of many apps hears of each, and is not taken for one that does not read", async () => {
  // More than sockets of this machine hold for a client that is about to read.
  const apps = Array.from({ length: 30_000 }, (_, at) => ({
    appId: `app-${at}`,
    appName: "x".repeat(200),
    proxyPath: `/apps/app-${at}/`,
    status: "healthy" as const,
    message: "",
  }));
  const client = await (await open({}, apps)).connect("anna");
  client.client.send(JSON.stringify({ type: "subscribe", data: { topics: ["health_change"] } }));
  const told = () => client.types.filter((type) => type === "health_change").length;
  await vi.waitFor(() => expect(told()).toBe(30_000), 20_000);
  expect(client.code()).toBe(0);
});
