import { once } from "node:events";
import { createServer } from "node:http";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, type Seen, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { ADMIN, type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { randomPaths } from "../harness/random-paths.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { openEcho } from "../harness/streams.ts";

let gateway: Gateway;
let app: EchoApp;
let headers: { authorization: string };
let session: ClientHttp2Session;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  headers = await bearer(gateway);
  session = connect(`https://127.0.0.1:${gateway.apiPort}`, { rejectUnauthorized: false });
  session.on("error", () => {});
  whenDone(() => session.destroy());
  await once(session, "connect");
  expect(session.alpnProtocol).toBe("h2");
});

type Got = {
  status: number;
  headers: IncomingHttpHeaders;
  early: IncomingHttpHeaders[];
  trailers: IncomingHttpHeaders;
  text: string;
  code: number;
};

/** Everything that comes back on a stream until it is closed. */
async function got(stream: ClientHttp2Stream): Promise<Got> {
  const answer: Got = { status: 0, headers: {}, early: [], trailers: {}, text: "", code: 0 };
  stream.on("headers", (early) => answer.early.push(early));
  stream.on("response", (fields) => {
    answer.headers = fields;
    answer.status = fields[":status"] ?? 0;
  });
  stream.on("trailers", (trailers) => {
    answer.trailers = trailers;
  });
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    answer.text += text;
  });
  stream.on("error", () => {});
  await new Promise<void>((done) => stream.on("close", () => done()));
  return { ...answer, code: stream.rstCode ?? 0 };
}

function ask(path: string, more: OutgoingHttpHeaders = {}, body?: string | Buffer): Promise<Got> {
  const stream = session.request({ ":path": path, ...headers, ...more }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return got(stream);
}

test("an app sees the same request, and its answer is the same, as over HTTP/1.1", async () => {
  const own = { "x-own": "1", "x-request-id": "same", accept: "*/*", cookie: "a=1; b=2" };
  const old = await gateway.api("GET", "/apps/echo/path?q=1", { headers: { ...headers, ...own } });
  // Cookies come in crumbs (RFC 9113, section 8.2.3), which are one header for the app: not every app puts two together.
  const answer = await ask("/apps/echo/path?q=1", { ...own, cookie: ["a=1", "b=2"] });
  const { rawHeaders: _old, ...sawOld } = old.json as Seen;
  const { rawHeaders: raw, ...saw } = JSON.parse(answer.text) as Seen;
  const only = (seen: IncomingHttpHeaders) => ({ ...seen, connection: undefined });
  expect({ ...saw, headers: only(saw.headers) }).toEqual({ ...sawOld, headers: only(sawOld.headers) });
  expect(saw.headers).toMatchObject({ host: `127.0.0.1:${gateway.apiPort}`, cookie: "a=1; b=2" });
  expect(raw.filter((text) => text.startsWith(":"))).toEqual([]);
  expect(raw.filter((text) => text.toLowerCase() === "cookie")).toHaveLength(1);
  const of = (headers: IncomingHttpHeaders) =>
    Object.keys(headers).filter((name) => !name.startsWith(":") && name !== "connection");
  expect(of(answer.headers).sort()).toEqual(of(old.headers).sort());
  expect(answer.headers).toMatchObject({
    "content-type": "application/json",
    "content-length": `${answer.text.length}`,
  });
  expect(answer.headers.connection).toBeUndefined();
  expect([answer.status, answer.code]).toEqual([200, 0]);
});

test("bodies go both ways, with a length and without", async () => {
  const body = "0123456789".repeat(30_000);
  for (const length of [{}, { "content-length": body.length }]) {
    const answer = await ask("/apps/echo/", { ":method": "POST", ...length }, body);
    const saw = JSON.parse(answer.text) as Seen;
    expect([saw.method, saw.body === body]).toEqual(["POST", true]);
    expect(saw.headers["transfer-encoding"]).toBe("content-length" in length ? undefined : "chunked");
  }
  expect((await ask("/apps/echo/bytes/3000000")).text).toHaveLength(3_000_000);
});

test("random targets: what the app receives is what was sent, or it is refused", async () => {
  const raw = await startRawApp((socket, request) => void socket.write(plainAnswer(request.split("\r\n", 1)[0] ?? "")));
  await gateway.addRoute("raw", raw.url, { stripPrefix: true, skipHealthCheck: true });
  let passed = 0;
  for (const path of randomPaths(200)) {
    const before = raw.received.join("").length;
    const { status, text } = await ask(`/apps/raw/${path}`);
    if (status === 200) {
      expect(text, path).toBe(`GET /${path} HTTP/1.1`);
      passed++;
      continue;
    }
    // What HTTP/2 itself forbids is no answer but the end of the stream.
    expect([0, 400], path).toContain(status);
    expect(raw.received.join("").length, path).toBe(before);
  }
  expect(passed).toBeGreaterThan(20);
});

test("HEAD, 204 and 304 come without a body", async () => {
  const raw = await startRawApp((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  await gateway.addRoute("head", raw.url, { skipHealthCheck: true });
  const head = await ask("/apps/head/", { ":method": "HEAD" });
  expect([head.status, head.headers["content-length"], head.text, head.code]).toEqual([200, "1000", "", 0]);
  expect(await ask("/apps/echo/status/204")).toMatchObject({ status: 204, text: "", code: 0 });
  expect(await ask("/apps/echo/status/304")).toMatchObject({ status: 304, text: "", code: 0 });
});

test("events come one by one, and the app learns when the client goes away", async () => {
  let say: ((text: string) => void) | undefined;
  let gone = false;
  const server = createServer((_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    say = (text) => res.write(text);
    res.on("close", () => {
      gone = true;
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await gateway.addRoute("said", to, { skipHealthCheck: true });
  const stream = session.request({ ":path": "/apps/said/", ...headers });
  const chunks: string[] = [];
  stream.on("data", (chunk) => chunks.push(String(chunk))).on("error", () => {});
  await once(stream, "response");
  for (const text of ["data: 1\n\n", "d", "ata: 2\n\n"]) {
    say?.(text);
    await eventually(`${text} arrives alone`, () => chunks.at(-1) === text, 2000);
  }
  expect(chunks).toHaveLength(3);
  stream.close(8);
  await eventually("the app notices", () => gone, 2000);
});

test("what comes before and after an answer comes through; an app that breaks off does not look whole", async () => {
  const raw = await startRawApp((socket, request) => {
    const cut = request.includes("/cut");
    socket.write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n");
    if (cut) setTimeout(() => socket.destroy(), 50);
    else socket.write("0\r\nX-Sum: 42\r\n\r\n");
  });
  await gateway.addRoute("raw", raw.url, { skipHealthCheck: true });
  const answer = await ask("/apps/raw/", { te: "trailers" });
  expect(answer).toMatchObject({ status: 200, text: "hi", trailers: { "x-sum": "42" }, code: 0 });
  expect(answer.early).toMatchObject([{ ":status": 103, link: "</style.css>; rel=preload" }]);
  expect(await ask("/apps/raw/cut")).toMatchObject({ status: 200, text: "hi", code: 2 });
});

test("the same rooms decide: sign-in, names, API", async () => {
  const error = async (more: OutgoingHttpHeaders, path = "/apps/echo/") => {
    const { status, text } = await ask(path, more);
    return [status, (JSON.parse(text) as { error: { code: string } }).error.code];
  };
  expect(await error({ authorization: undefined })).toEqual([401, "UNAUTHORIZED"]);
  expect(await error({ ":authority": "evil.example" })).toEqual([421, "HOST_NOT_ALLOWED"]);
  expect(await error({ ":authority": `127.0.0.1:${gateway.apiPort}`, host: "localhost" })).toEqual([
    400,
    "BAD_REQUEST",
  ]);
  const named = { ":authority": `localhost:${gateway.apiPort}`, host: `LocalHost:${gateway.apiPort}` };
  expect((await ask("/apps/echo/", named)).status).toBe(200);
  expect(await error({ "x-large": "x".repeat(40_000) })).toEqual([431, "HEADERS_TOO_LARGE"]);
  expect(await error({}, "/apps/echo/../x")).toEqual([400, "BAD_REQUEST"]);
  // What HTTP/1.1 refuses as a method is none here either: an app might take it for another one.
  for (const method of ["get", "head", "G'ET", "A".repeat(40)]) {
    expect(await error({ ":method": method })).toEqual([400, "BAD_REQUEST"]);
  }
  const login = await ask(
    "/api/v1/auth/login",
    { ":method": "POST", authorization: undefined, "content-type": "application/json" },
    JSON.stringify(ADMIN),
  );
  const { token } = JSON.parse(login.text) as { token: string };
  expect((await ask("/api/v1/apps", { authorization: `Bearer ${token}` })).status).toBe(200);
});

test("WebSockets go on over HTTP/1.1, beside it", async () => {
  expect(session.remoteSettings.enableConnectProtocol).toBe(false);
  const socket = await openEcho(gateway.apiPort, "/apps/echo/ws", headers);
  expect(await socket.echo("hello")).toBe("hello");
});

test("a body above the route's limit is refused, with a length and without, and other streams go on", async () => {
  const raw = await startRawApp(() => {});
  await gateway.addRoute("small", raw.url, { maxBodyBytes: 10, skipHealthCheck: true });
  for (const more of [{ "content-length": "11" }, {}]) {
    const refused = await ask("/apps/small/", { ":method": "POST", ...more }, "x".repeat(11));
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([413, { error: { code: "PAYLOAD_TOO_LARGE" } }]);
  }
  await eventually("the app's connections were ended", () => raw.sockets.every((socket) => socket.destroyed));
  expect(raw.received.join("")).not.toContain("\r\n0\r\n");
  expect((await ask("/apps/echo/")).status).toBe(200);
});
