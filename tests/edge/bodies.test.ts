import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type RequestOptions, request as requestSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { startRawApp } from "../harness/raw-app.ts";
import { openRaw } from "../harness/request.ts";

const MB = 1024 * 1024;
let gateway: Gateway;
let headers: { authorization: string };

beforeAll(async () => {
  gateway = await startGateway();
  headers = await bearer(gateway);
});

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown;

async function startApp(name: string, listener: Listener, options: Record<string, unknown> = {}): Promise<void> {
  // A request that breaks off is what some tests are about.
  const server = createServer((req, res) => void (async () => listener(req, res))().catch(() => {}));
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  await gateway.addRoute(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    skipHealthCheck: true,
    ...options,
  });
}

function ask(path: string, options: RequestOptions = {}) {
  const { headers: more, ...rest } = options;
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    path,
    agent: false,
    rejectUnauthorized: false,
    ...rest,
    headers: { ...headers, ...(more as Record<string, string>) },
  });
  outgoing.on("error", () => {});
  return outgoing;
}

async function countBytes(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}

/** Sends `size` bytes as fast as they are taken; `sent` says how many were. */
function pour(
  stream: { write(chunk: Buffer): boolean; end(): void; on(event: "drain", run: () => void): unknown },
  size: number,
) {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const progress = { sent: 0 };
  const more = () => {
    while (progress.sent < size) {
      progress.sent += chunk.length;
      if (!stream.write(chunk)) return;
    }
    stream.end();
  };
  stream.on("drain", more);
  more();
  return progress;
}

test("50 MB go up and down whole, with a length and in chunks", async () => {
  await startApp("big", async (req, res) => {
    const bytes = await countBytes(req);
    res.setHeader("X-Received", String(bytes));
    res.setHeader("X-Framing", req.headers["transfer-encoding"] ?? req.headers["content-length"] ?? "");
    if (req.headers["x-length"]) res.setHeader("Content-Length", bytes);
    pour(res, bytes);
  });
  for (const framing of [{ "content-length": String(50 * MB), "x-length": "1" }, { "transfer-encoding": "chunked" }]) {
    const outgoing = ask("/apps/big/", { method: "PUT", headers: framing });
    pour(outgoing, 50 * MB);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    expect(incoming.headers["x-received"]).toBe(String(50 * MB));
    expect(incoming.headers["x-framing"]).toBe(framing["transfer-encoding"] ?? framing["content-length"]);
    expect(await countBytes(incoming)).toBe(50 * MB);
  }
});

test("nothing is collected: who does not read holds back who sends, both ways", async () => {
  let down = { sent: 0 };
  const waiting: IncomingMessage[] = [];
  await startApp("held", (req, res) => {
    if (req.method === "GET") down = pour(res, 500 * MB);
    else waiting.push(req.pause());
  });
  const download = ask("/apps/held/");
  download.end();
  const [incoming] = (await once(download, "response")) as [IncomingMessage];
  incoming.pause();
  const upload = ask("/apps/held/", { method: "POST", headers: { "content-length": String(500 * MB) } });
  const up = pour(upload, 500 * MB);
  await eventually("the upload has begun", () => waiting.length > 0);
  const settled = async (progress: { sent: number }) => {
    let last = -1;
    await eventually("it stands still", async () => {
      const still = progress.sent === last;
      last = progress.sent;
      await new Promise((done) => setTimeout(done, 300));
      return still;
    });
    return progress.sent;
  };
  // What is on the way lies in the buffers of three processes and their sockets.
  expect(await settled(down)).toBeLessThan(40 * MB);
  expect(await settled(up)).toBeLessThan(40 * MB);
  const before = down.sent;
  incoming.resume();
  await eventually("it goes on", () => down.sent > before + 20 * MB);
  download.destroy();
  upload.destroy();
});

test("an answer in the midst of an upload arrives, also where the connection ends with it", async () => {
  await startApp("early", (_req, res) => res.writeHead(413).end("too large"));
  for (const path of ["/apps/early/", "/apps/nowhere/"]) {
    const outgoing = ask(path, { method: "POST", headers: { "content-length": String(20 * MB) } });
    const [incoming] = (await Promise.all([once(outgoing, "response"), pour(outgoing, 20 * MB)]))[0] as [
      IncomingMessage,
    ];
    expect(incoming.statusCode).toBe(path === "/apps/early/" ? 413 : 404);
    expect(await countBytes(incoming)).toBeGreaterThan(0);
  }
});

test("a client that leaves is noticed by the app, in its upload and in its download", async () => {
  const left: string[] = [];
  await startApp("leave", (req, res) => {
    const what = req.method as string;
    req.on("error", () => {});
    res.on("close", () => left.push(what));
    if (what === "GET") res.write("begun");
    else req.resume();
  });
  const download = ask("/apps/leave/");
  download.end();
  const [incoming] = (await once(download, "response")) as [IncomingMessage];
  incoming.on("error", () => {});
  await once(incoming, "data");
  download.destroy();
  await eventually("the app notices it", () => left.includes("GET"), 2000);
  const upload = ask("/apps/leave/", { method: "POST", headers: { "content-length": "1000000" } });
  upload.write("begun");
  await new Promise((done) => setTimeout(done, 200));
  upload.destroy();
  await eventually("the app notices it", () => left.includes("POST"), 2000);
});

test("an answer that breaks off never looks whole", async () => {
  const raw = await startRawApp((socket, request) => {
    const framing = request.includes("/chunked") ? "Transfer-Encoding: chunked" : "Content-Length: 100";
    socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n5\r\nhello\r\n`, () => socket.destroy());
  });
  await gateway.addRoute("broken", raw.url);
  for (const path of ["chunked", "length"]) {
    const outgoing = ask(`/apps/broken/${path}`);
    outgoing.end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    await expect(countBytes(incoming)).rejects.toThrow();
    expect(incoming.complete).toBe(false);
  }
});

test("a client that asks before it sends its body is told to go on only when the body is wanted", async () => {
  const bodies: number[] = [];
  await startApp("asked", async (req: IncomingMessage, res: ServerResponse) => {
    bodies.push(await countBytes(req));
    res.end(String(req.headers.expect));
  });
  const wanted = ask("/apps/asked/", { method: "PUT", headers: { expect: "100-continue", "content-length": "5" } });
  wanted.flushHeaders();
  await once(wanted, "continue");
  wanted.end("hello");
  const [incoming] = (await once(wanted, "response")) as [IncomingMessage];
  expect(incoming.statusCode).toBe(200);
  let text = "";
  for await (const chunk of incoming) text += chunk;
  expect(text).toBe("undefined");
  expect(bodies).toEqual([5]);

  const unwanted = ask("/apps/nowhere/", { method: "PUT", headers: { expect: "100-continue", "content-length": "5" } });
  let told = false;
  unwanted.on("continue", () => {
    told = true;
  });
  unwanted.flushHeaders();
  const [refusal] = (await once(unwanted, "response")) as [IncomingMessage];
  expect(refusal.statusCode).toBe(404);
  expect(told).toBe(false);
});

test("an upload is not mistaken for a silent app, also when it rests for longer than the app has for its answer", async () => {
  await startApp("slow", async (req, res) => void res.end(String(await countBytes(req))), { timeout: "300ms" });
  const outgoing = ask("/apps/slow/", { method: "POST", headers: { "content-length": "3" } });
  const answered = once(outgoing, "response");
  for (let i = 0; i < 3; i++) {
    outgoing.write("x");
    await new Promise((done) => setTimeout(done, 500));
  }
  outgoing.end();
  const [incoming] = (await answered) as [IncomingMessage];
  expect(incoming.statusCode).toBe(200);
});

test("hundreds of aborted requests leave no socket behind", async () => {
  const raw = await startRawApp((socket, request) => {
    if (request.includes("/begun")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun");
  });
  await gateway.addRoute("abort", raw.url, { websocket: true, skipHealthCheck: true });
  const [edge] = gateway.children().edge;
  const handles = () => readdirSync(`/proc/${edge}/fd`).length;
  // Connections that are kept for later are no leak: let them come first.
  expect((await gateway.api("GET", "/apps/nowhere/", { headers })).status).toBe(404);
  const before = handles();
  const lines = `Host: 127.0.0.1:${gateway.apiPort}\r\nAuthorization: ${headers.authorization}\r\n`;
  const requests = [
    `GET /apps/abort/silent HTTP/1.1\r\n${lines}\r\n`,
    `GET /apps/abort/begun HTTP/1.1\r\n${lines}\r\n`,
    `POST /apps/abort/silent HTTP/1.1\r\n${lines}Content-Length: 100\r\n\r\nbegun`,
    `GET /apps/abort/silent HTTP/1.1\r\n${lines}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    `GET /apps/abort/silent HTTP/1.1\r\n${lines}\r\n\x16\x03\x01`,
  ];
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const socket = await openRaw(gateway.apiPort, true);
        socket.on("error", () => {});
        socket.write(requests[index % requests.length] as string);
        await new Promise((done) => setTimeout(done, index % 3 ? 60 : 0));
        socket.destroy();
      }),
    );
  }
  await eventually("the edge has let go of all of them", () => handles() <= before + 2, 10_000);
  await eventually("and the app's sockets too", () => raw.sockets.every((socket) => socket.destroyed), 10_000);
  expect(gateway.children().edge).toEqual([edge]);
});
