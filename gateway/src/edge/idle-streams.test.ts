import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createLogger } from "../kit/log.ts";
import { loadPages } from "../kit/pages.ts";
import { createVirtualClock, type VirtualClock } from "../kit/virtual-clock.ts";
import { createEdge, type Edge } from "./edge.ts";
import { createHttp2 } from "./listen/http2.ts";
import { createDoor } from "./listen/listen.ts";
import { testRoute } from "./test-route.ts";

/** Every time limit of the door, in ms; and how long nothing is said: there in real time, behind it by the edge's clock. */
const LIMIT_MS = 50;
const SILENCE_MS = 10 * LIMIT_MS;
const SILENCE = { hours: 2, ms: 2 * 3_600_000 };

const DOOR = { name: "apps", port: 8444, secure: false } as const;

let clock: VirtualClock;
let edge: Edge;
let ports: { http1: number; http2: number };
/** What the app says on all its streams. */
let say: (text: string) => void;
/** A request has reached the app. */
let onRequest = () => {};

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** An app that begins an event stream, or switches to WebSocket, and then says nothing by itself. */
async function startApp(): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    socket.once("data", (head) => {
      onRequest();
      if (String(head).startsWith("POST ")) return;
      const upgrade = String(head).startsWith("GET /ws ");
      socket.write(
        upgrade
          ? // The answer to the key of RFC 6455, section 1.3.
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
          : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
      );
    });
  });
  say = (text) => {
    for (const socket of open) socket.write(text);
  };
  return listen(server.unref());
}

beforeAll(async () => {
  clock = createVirtualClock();
  edge = createEdge({
    socketPath: "/nowhere",
    secret: "",
    ownPorts: [],
    pages: loadPages(),
    clock,
    log: createLogger("edge", "silent"),
  });
  const route = testRoute({ publicAccess: true, headerTimeoutMs: LIMIT_MS });
  const upstream = { ...route.upstream, port: await startApp() };
  edge.apply({
    type: "snapshot",
    snapshot: {
      number: 1,
      instanceId: "nkz_test",
      version: "1.2.3",
      tokenKey: Buffer.alloc(32).toString("base64url"),
      issuer: "i",
      audience: "a",
      hosts: ["localhost"],
      appsOrigin: ":8444",
      apiOrigin: ":8443",
      baseDomain: "",
      sharedOrigin: false,
      trustedProxies: [],
      localAccess: false,
      accessLog: { output: "off", file: "/dev/null", max_size: 0, keep: 1 },
      routes: [
        { ...route, upstream },
        { ...route, upstream, routeId: "limited", pathBase: "/apps/limited/", idleTimeoutMs: 1_000 },
      ],
      certificates: [],
      subjects: [],
      apiKeys: [],
      revoked: [],
      unhealthy: [],
    },
  });
  const limits = { headersTimeout: LIMIT_MS, checkEvery: 10, firstByte: LIMIT_MS, keepAlive: LIMIT_MS };
  const door = createDoor(edge, DOOR, limits);
  const http2 = createHttp2({
    door: DOOR,
    handle: edge.onRequest,
    refuse: (request) => request.abort(),
    clock,
  });
  ports = {
    http1: await listen(door.server),
    http2: await listen(createServer((socket) => http2.take(socket)).unref()),
  };
  return async () => {
    await door.drain(0);
    http2.stop();
    await edge.close();
  };
});

type Stream = { text(): string; open(): boolean };

/** Opens a stream of HTTP/1.1 or a WebSocket and waits until its answer begins. */
async function open(path: string, more = ""): Promise<Stream> {
  const socket = connect(ports.http1, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`);
  let text = "";
  let isOpen = true;
  socket.on("error", () => {});
  socket.on("close", () => {
    isOpen = false;
  });
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "data");
  return { text: () => text, open: () => isOpen };
}

async function openHttp2(path: string): Promise<Stream> {
  const session = connectHttp2(`http://localhost:${ports.http2}`);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":path": path });
  let text = "";
  let isOpen = true;
  stream.on("error", () => {});
  stream.on("close", () => {
    isOpen = false;
  });
  stream.on("data", (chunk) => {
    text += chunk;
  });
  const [fields] = await once(stream, "response");
  expect(fields[":status"]).toBe(200);
  return { text: () => text, open: () => isOpen };
}

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

test("a body that stops coming is waited for a minute, and not only as long as the app has for its answer", async () => {
  const socket = connect(ports.http1, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  const began = new Promise<void>((done) => {
    onRequest = done;
  });
  socket.write("POST /apps/a/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na");
  await began;
  await clock.advance(59_000);
  expect(text).toBe("");
  await clock.advance(2_000);
  await expect.poll(() => text).toMatch(/^HTTP\/1\.1 408 /);
});

test(`streams by which nothing comes for ${SILENCE.hours} hours go on; where the route has a limit they end`, async () => {
  const kept = [await open("/apps/a/events"), await open("/apps/a/ws", UPGRADE), await openHttp2("/apps/a/events")];
  const limited = [
    await open("/apps/limited/events"),
    await open("/apps/limited/ws", UPGRADE),
    await openHttp2("/apps/limited/events"),
  ];
  await new Promise((done) => setTimeout(done, SILENCE_MS));
  await clock.advance(SILENCE.ms);
  await expect.poll(() => limited.map((stream) => stream.open())).toEqual([false, false, false]);
  expect(kept.map((stream) => stream.open())).toEqual([true, true, true]);
  say("at last");
  await expect.poll(() => kept.map((stream) => stream.text().includes("at last"))).toEqual([true, true, true]);
});

test("a WebSocket with a limit lasts as long as anything goes through it, whichever way", async () => {
  const socket = await open("/apps/limited/ws", UPGRADE);
  for (let i = 0; i < 5; i++) {
    await clock.advance(900);
    say(`word ${i}`);
    await expect.poll(() => socket.text()).toContain(`word ${i}`);
  }
  expect(socket.open()).toBe(true);
  await clock.advance(1_500);
  await expect.poll(() => socket.open()).toBe(false);
});
