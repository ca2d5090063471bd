// Floods of HTTP/2 frames end the session that sends them, and keep nobody else waiting (CVE-2023-44487 rapid reset;
// CVE-2025-8671 resets that the server is made to send; CVE-2024-27316 and CVE-2024-28182 CONTINUATION; CVE-2016-6581
// HPACK bomb; CVE-2019-9512, -9515 and -9518 PING, SETTINGS and empty frames; CVE-2026-21714 sessions left behind).
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { clientHello, frame, framesIn, headerBlock } from "../../gateway/src/edge/listen/test-http2-frames.ts";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

let gateway: Gateway;
let app: EchoApp;
let get: Buffer;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { publicAccess: true, stripPrefix: true });
  get = block("GET", "/apps/echo/");
});

const HEADERS = 1;
const DATA = 0;
const END_STREAM = 1;
const END_HEADERS = 4;

function block(method: string, path: string): Buffer {
  const authority = `localhost:${gateway.appsPort}`;
  return headerBlock({ ":method": method, ":scheme": "https", ":path": path, ":authority": authority });
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

type Peer = { socket: TLSSocket; frames: ReturnType<typeof framesIn>; closed(): boolean };

/** A client of HTTP/2 that is about to misbehave. */
async function dial(): Promise<Peer> {
  const socket = connect({
    port: gateway.appsPort,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
  });
  let closed = false;
  socket
    .on("error", () => {})
    .on("close", () => {
      closed = true;
    });
  whenDone(() => socket.destroy());
  await once(socket, "secureConnect");
  expect(socket.alpnProtocol).toBe("h2");
  const frames = framesIn(socket);
  socket.write(clientHello());
  return { socket, frames, closed: () => closed };
}

const stream = (index: number) => 2 * index + 1;
const request = (index: number) => frame(HEADERS, END_STREAM | END_HEADERS, stream(index), get);

/** An entry of 4 000 bytes goes into the table with the first request; each request then names it a thousand times. */
function bomb(index: number): Buffer {
  const value = Buffer.concat([Buffer.from([0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, "b")]);
  const entry = Buffer.concat([Buffer.from([0x40, 1]), Buffer.from("z"), value]);
  const text = Buffer.concat([get, index ? Buffer.alloc(0) : entry, Buffer.alloc(1000, 0xbe)]);
  return frame(HEADERS, END_STREAM | END_HEADERS, stream(index), text);
}

/** What is sent by attack, one after the other. */
const ATTACKS: Record<string, (index: number) => Buffer> = {
  "requests that are reset at once": (index) => Buffer.concat([request(index), frame(3, 0, stream(index), number(8))]),
  "requests that the server is made to reset, by a window of nothing": (index) =>
    Buffer.concat([request(index), frame(8, 0, stream(index), number(0))]),
  "requests that the server is made to reset, by too large a window": (index) =>
    Buffer.concat([request(index), frame(8, 0, stream(index), number(0x7fffffff))]),
  "requests that the server is made to reset, by a body behind their end": (index) =>
    Buffer.concat([request(index), frame(DATA, 0, stream(index), Buffer.from("x"))]),
  "more requests at once than are allowed": request,
  "malformed requests": (index) =>
    frame(HEADERS, END_STREAM | END_HEADERS, stream(index), headerBlock({ ":method": "GET" })),
  "a header without end": (index) =>
    index ? frame(9, 0, 1, headerBlock({ [`x-${index}`]: "y".repeat(1000) })) : frame(HEADERS, 0, 1, get),
  "a header without end, in empty frames": (index) => (index ? frame(9, 0, 1) : frame(HEADERS, 0, 1, get)),
  "headers that unfold": bomb,
  pings: () => frame(6, 0, 0, Buffer.alloc(8)),
  settings: () => frame(4, 0, 0),
  "empty frames of a body": (index) =>
    index ? frame(DATA, 0, 1) : frame(HEADERS, END_HEADERS, 1, block("POST", "/apps/echo/")),
  priorities: () => frame(2, 0, 9, Buffer.from([0, 0, 0, 0, 1])),
  "frames of an unknown kind": () => frame(99, 0, 0),
};

/** Most that is sent in one attack, in frames or pairs of them, and how much of it at once. */
const MOST = 20_000;
const AT_ONCE = 100;

/** Sends until the other side closes, which it must do. */
async function attack(make: (index: number) => Buffer): Promise<void> {
  const { socket, closed } = await dial();
  for (let sent = 0; !closed() && sent < MOST; sent += AT_ONCE) {
    const parts = Array.from({ length: AT_ONCE }, (_, index) => make(sent + index));
    await new Promise<void>((done) => socket.write(Buffer.concat(parts), () => setTimeout(done, 1)));
  }
  await eventually("the session is ended", closed, 5000);
}

/** Memory of the edge, in MB. */
function memory(): number {
  const status = readFileSync(`/proc/${gateway.children().edge[0]}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test.each(Object.keys(ATTACKS))("the session is ended, and others are served meanwhile: %s", async (name) => {
  const before = gateway.children();
  const seen = app.seen.length;
  const waited: number[] = [];
  let over = false;
  const ended = attack(ATTACKS[name] as (index: number) => Buffer).finally(() => {
    over = true;
  });
  do {
    const began = performance.now();
    expect((await gateway.apps("GET", "/apps/echo/")).status).toBe(200);
    waited.push(performance.now() - began);
  } while (!over);
  await ended;
  expect(waited.sort((a, b) => a - b)[waited.length >> 1]).toBeLessThan(1000);
  // What the app gets of it stays far below what was sent.
  expect(app.seen.length - seen - waited.length).toBeLessThan(600);
  expect(memory()).toBeLessThan(300);
  expect(gateway.children()).toEqual(before);
});

test("sessions that break the flow control are gone, one like the other", async () => {
  const wave = () =>
    Promise.all(
      Array.from({ length: 50 }, async () => {
        const { socket, closed } = await dial();
        socket.write(Buffer.concat([request(0), frame(8, 0, 0, number(0x7fffffff))]));
        await eventually("the session is ended", closed, 5000);
      }),
    );
  await wave();
  const before = memory();
  for (let round = 0; round < 3; round++) await wave();
  expect(memory() - before).toBeLessThan(50);
  expect((await gateway.apps("GET", "/apps/echo/")).status).toBe(200);
});

test("clients that take nothing of their answers cost little memory", async () => {
  let asked = 0;
  const large = Buffer.alloc(3_000_000);
  const server = createServer((_req, res) => {
    asked++;
    res.end(large);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  await gateway.addRoute("large", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    publicAccess: true,
    skipHealthCheck: true,
  });
  const before = memory();
  const get = block("GET", "/apps/large/");
  for (let index = 0; index < 4; index++) {
    const { socket } = await dial();
    const requests = Array.from({ length: 50 }, (_, at) => frame(HEADERS, END_STREAM | END_HEADERS, stream(at), get));
    socket.write(Buffer.concat(requests));
  }
  await eventually("all have begun", () => asked === 200, 10_000);
  expect((await gateway.apps("GET", "/apps/echo/")).status).toBe(200);
  // 600 MB were asked for.
  expect(memory() - before).toBeLessThan(200);
});
