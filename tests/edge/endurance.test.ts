// Long and many: what an edge of a house sees in weeks, in a minute. Afterwards memory, sockets and handles of edge and
// core are where they were.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as requestSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, test, vi } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { INSPECTABLE } from "../harness/holdings.ts";
import { bearer } from "../harness/people.ts";
import { abortConnections, abortStreams, PER_SESSION } from "./aborts.ts";
import { type EnduranceApp, startEnduranceApp } from "./endurance-app.ts";
import { openIdle } from "./idle-sockets.ts";
import { type Watched, watch } from "./nothing-left.ts";

vi.setConfig({ testTimeout: 120_000 });

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/** Most memory that a transfer of any length may take, in MB: what waits for node's garbage collection is a half of it. */
const STREAM_MEMORY = 150;

const PATH = { path: "/apps/endure/" };
const ROUTE = { stripPrefix: true, websocket: true, skipHealthCheck: true };

let gateway: Gateway;
let app: EnduranceApp;
let headers: { authorization: string };
let watched: Watched;
let quiet: { say(text: string): void; heard: (() => string)[]; since: number };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway({ env: INSPECTABLE }), startEnduranceApp()]);
  headers = await bearer(gateway);
  const streams = await startStreamApp();
  await gateway.addRoute("endure", app.url, ROUTE);
  await gateway.addRoute("long", streams.url, ROUTE);
  await gateway.addRoute("quiet", streams.url, { ...ROUTE, timeout: LIMIT });
  quiet = { ...(await openQuiet()), say: streams.say, since: performance.now() };
  watched = await watch(gateway, app);
  // What is made once, such as compiled code and tables of TLS, is there before anything is measured.
  await Promise.all([transfer("down", 50 * MB), transfer("up", 50 * MB)]);
  await breakOff(200, 4);
  for (const socket of await openIdle(gateway, { ...PATH, ...headers, secure: true }, 200)) socket.destroy();
  await watched.begin();
});

/** Bytes that repeat after a prime number of them, so that what is lost or doubled shows in all that follows. */
const PATTERN = Buffer.from(Array.from({ length: 1_000_003 }, (_, at) => (at * 2_654_435_761) >>> 24));
const TWICE = Buffer.concat([PATTERN, PATTERN]);
const patternAt = (at: number, length: number) => TWICE.subarray(at % PATTERN.length, (at % PATTERN.length) + length);

type Received = { bytes: number; intact: boolean };

async function receive(stream: AsyncIterable<Buffer>): Promise<Received> {
  const received = { bytes: 0, intact: true };
  for await (const chunk of stream) {
    received.intact &&= chunk.equals(patternAt(received.bytes, chunk.length));
    received.bytes += chunk.length;
  }
  return received;
}

async function send(to: NodeJS.WritableStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; ) {
    const part = patternAt(sent, Math.min(256 * 1024, bytes - sent));
    sent += part.length;
    if (!to.write(part)) await once(to, "drain");
  }
  to.end();
}

/** An app of long streams: `/down?<bytes>`, `/up`, and everything else, which says nothing until `say` is called. */
async function startStreamApp() {
  const listeners = new Set<(text: string) => void>();
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [path, argument] = (req.url ?? "").split("?");
    if (path === "/down") return send(res, Number(argument));
    if (path === "/up") return void res.end(JSON.stringify(await receive(req)));
    res.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    listeners.add((text) => res.write(text));
  }
  const server = createServer((req, res) => void answer(req, res).catch(() => {}));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say(text: string) {
      for (const listener of listeners) listener(text);
    },
  };
}

/** Sends or fetches so many bytes and answers what arrived. */
async function transfer(way: "up" | "down", bytes: number): Promise<Received> {
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    method: way === "up" ? "PUT" : "GET",
    path: way === "up" ? "/apps/long/up" : `/apps/long/down?${bytes}`,
    headers,
    agent: false,
    rejectUnauthorized: false,
  });
  const answered = once(outgoing, "response");
  if (way === "up") await send(outgoing, bytes);
  else outgoing.end();
  const [incoming] = (await answered) as [IncomingMessage];
  if (way === "down") return receive(incoming);
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return JSON.parse(text);
}

/** The shortest time limit that a route of these tests has. */
const LIMIT = "200ms";

/** Opens event streams by which nothing comes, over both versions of HTTP and on both listeners. */
async function openQuiet() {
  const heard: (() => string)[] = [];
  for (const port of [gateway.apiPort, gateway.appsPort]) {
    const path = "/apps/quiet/events";
    const options = { host: "127.0.0.1", port, path, headers, agent: false as const, rejectUnauthorized: false };
    const outgoing = requestSecure(options).end();
    whenDone(() => outgoing.destroy());
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    whenDone(() => session.destroy());
    const stream = session.request({ ":path": path, ...headers });
    await once(stream, "response");
    for (const one of [incoming, stream]) {
      let text = "";
      one.on("error", () => {});
      one.on("data", (chunk) => {
        text += chunk;
      });
      heard.push(() => text);
    }
  }
  return { heard };
}

test("a gigabyte goes up while one comes down, every byte in its place and little of it in memory", async () => {
  let most = 0;
  const sampler = setInterval(() => {
    most = Math.max(most, watched.edge.memoryNow());
  }, 50);
  const start = watched.edge.memoryNow();
  const both = await Promise.all([transfer("down", GB), transfer("up", GB)]).finally(() => clearInterval(sampler));
  expect(both).toEqual([
    { bytes: GB, intact: true },
    { bytes: GB, intact: true },
  ]);
  expect(most - start).toBeLessThan(STREAM_MEMORY);
  await watched.expectNothingLeft();
});

/** Breaks requests off: so many connections of HTTP/1.1 and so many sessions of HTTP/2. */
async function breakOff(connections: number, sessions: number): Promise<void> {
  const target = { ports: [gateway.apiPort, gateway.appsPort], ...PATH, ...headers };
  // None was ended for being too much.
  expect(await abortStreams(target, sessions, 2)).toBe(0);
  await abortConnections(target, connections, 1);
}

/** Of the requests, those that are whole connections of HTTP/1.1 over TLS; more would only measure handshakes. */
const CONNECTIONS = 1_500;

test("100 000 requests that are broken off at any moment leave nothing behind", async () => {
  const seen = app.asked.get("/silent") ?? 0;
  await breakOff(CONNECTIONS, Math.ceil((100_000 - CONNECTIONS) / PER_SESSION));
  // Many are broken off before they are passed on, but far from all.
  expect((app.asked.get("/silent") ?? 0) - seen).toBeGreaterThan(1_000);
  await watched.expectNothingLeft();
});

test("1 000 idle sockets over TLS are served and leave nothing behind", async () => {
  const before = (await watched.measure()).edge.descriptors.client ?? 0;
  const sockets = await openIdle(gateway, { ...PATH, ...headers, secure: true }, 1_000);
  expect((await watched.measure()).edge.descriptors.client).toBe(before + 1_000);
  for (const socket of sockets) socket.destroy();
  await watched.expectNothingLeft();
});

/** Most memory that 8 000 idle sockets may take, in MB (design, section 12). */
const IDLE_MEMORY = 250;

/** Descriptors that the clients and their app take in this process. */
const DESCRIPTORS = 13_000;
const mostDescriptors = () => Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);

// Skipped where the system allows fewer open files (ulimit -Hn). Without TLS, so that the machine does something other than handshakes for half a minute.
test.skipIf(mostDescriptors() < DESCRIPTORS)(
  "8 000 idle sockets are served, cost little, and leave nothing behind",
  async () => {
    const plain = await startGateway({ env: INSPECTABLE, insecureHttp: true });
    await plain.addRoute("endure", app.url, ROUTE);
    const access = { ...PATH, ...(await bearer(plain)), secure: false };
    const watchedPlain = await watch(plain, app);
    for (const socket of await openIdle(plain, access, 400)) socket.destroy();
    const before = await watchedPlain.begin();
    const sockets = await openIdle(plain, access, 8_000);
    const { edge } = await watchedPlain.measure();
    expect(edge.descriptors.client).toBe(8_000);
    expect(edge.memory - before.edge.memory).toBeLessThan(IDLE_MEMORY);
    // Half of them leave for good, half are cut.
    for (const [index, socket] of sockets.entries()) index % 4 < 2 ? socket.destroy() : socket.resetAndDestroy();
    await watchedPlain.expectNothingLeft();
  },
);

test("event streams by which nothing came all the time, many times their route's limit, are still open", async () => {
  const silent = performance.now() - quiet.since;
  expect(silent).toBeGreaterThan(2_000);
  quiet.say("data: at last\n\n");
  await eventually("all have heard it", () => quiet.heard.every((text) => text() === "data: at last\n\n"), 2_000);
});
