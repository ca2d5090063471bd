import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { startRawApp } from "../harness/raw-app.ts";
import { openRaw, sendRaw } from "../harness/request.ts";
import { openEcho, openEvents } from "../harness/streams.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;

let gateway: Gateway;
let app: EchoApp;
let auth: { authorization: string };
let file: string;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ config: { server: { trusted_proxies: ["127.0.0.1"] } } }),
    startEchoApp(),
  ]);
  file = join(gateway.dataFolder, "logs/access.log");
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  await gateway.addRoute("dead", "http://127.0.0.1:9", { skipHealthCheck: true });
  auth = await bearer(gateway);
});

type Line = Record<string, unknown>;
const linesIn = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith('{"time"'))
    .map((line) => JSON.parse(line));
const lines = (): Line[] => (existsSync(file) ? linesIn(readFileSync(file, "utf8")) : []);
const lineOf = (request: string) =>
  eventually(`the line of ${request}`, () => lines().find((line) => line.request === request));

test("a request to an app leaves one line that says who, what and how long", async () => {
  const before = Date.now();
  const answer = await gateway.api("POST", "/apps/echo/bytes/2000?token=canary", {
    headers: {
      ...auth,
      "x-request-id": "to-an-app",
      "x-forwarded-for": "203.0.113.7",
      "user-agent": 'odd "agent"',
      referer: "https://canary.example/",
      traceparent: TRACEPARENT,
    },
    body: "x".repeat(300),
  });
  expect(answer.status).toBe(200);
  const line = await lineOf("to-an-app");
  expect(line).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    client: "203.0.113.7",
    peer: "127.0.0.1",
    status: 200,
    principal: "user:1",
    request: "to-an-app",
    listener: "api",
    protocol: "1.1",
    route: "echo",
    app: "echo",
    bytes_in: 300,
    bytes_out: 2000,
    duration_ms: expect.any(Number),
    upstream_ms: expect.any(Number),
    trace: TRACE,
    method: "POST",
    host: `127.0.0.1:${gateway.apiPort}`,
    path: "/apps/echo/bytes/2000",
    user_agent: 'odd "agent"',
  });
  expect(Math.abs(Date.parse(line.time as string) - before)).toBeLessThan(10_000);
  expect(line.upstream_ms as number).toBeGreaterThan(0);
  expect(line.duration_ms as number).toBeGreaterThanOrEqual(line.upstream_ms as number);
  expect(lines().filter(({ request }) => request === "to-an-app")).toHaveLength(1);
  expect(readFileSync(file, "utf8")).not.toContain("canary");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // The trace goes on to the app; one that is malformed does not.
  expect(app.seen.at(-1)?.headers.traceparent).toBe(TRACEPARENT);
  for (const odd of [TRACEPARENT.toUpperCase(), `ff${TRACEPARENT.slice(2)}`, [TRACEPARENT, TRACEPARENT]]) {
    await gateway.api("GET", "/apps/echo/", { headers: { ...auth, traceparent: odd, tracestate: "a=b" } });
    expect(app.seen.at(-1)?.headers).not.toHaveProperty("traceparent");
    expect(app.seen.at(-1)?.headers).not.toHaveProperty("tracestate");
  }
});

test("refusals, faults and requests to the API have lines as well", async () => {
  const ask = (id: string, path: string, headers: Record<string, string> = {}) =>
    gateway.api("GET", path, { headers: { "x-request-id": id, ...headers } });
  await ask("stranger", "/apps/echo/");
  await ask("dead", "/apps/dead/", auth);
  await ask("api", "/api/v1/apps?canary", auth);
  await ask("other-host", "/", { host: "other.example" });
  expect(await lineOf("stranger")).toMatchObject({ status: 401, error: "UNAUTHORIZED", principal: "anonymous" });
  expect(await lineOf("dead")).toMatchObject({ status: 502, error: "connection_refused", route: "dead" });
  const api = await lineOf("api");
  expect(api).toMatchObject({ status: 200, path: "/api/v1/apps", client: "127.0.0.1" });
  for (const absent of ["route", "error", "peer", "websocket", "trace"]) expect(api).not.toHaveProperty(absent);
  expect(await lineOf("other-host")).toMatchObject({ status: 421, error: "HOST_NOT_ALLOWED", host: "other.example" });
});

test("what is no request at all has a line that names its sender", async () => {
  await sendRaw(gateway.apiPort, true, "GET /\u001b[2J HTTP/1.1\r\nHost: x\r\nbroken\u009b\r\n\r\n");
  const line = await eventually("its line", () => lines().find(({ method }) => method === ""));
  expect(line).toMatchObject({ client: "127.0.0.1", status: 400, error: "BAD_REQUEST", path: "" });
  expect(readFileSync(file, "utf8")).toMatch(/^[ -~\n]*$/);
});

test("a WebSocket has one line, when it is over", async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${gateway.apiPort}/apps/echo/ws`, {
    headers: { ...auth, "x-request-id": "socket" },
    rejectUnauthorized: false,
  });
  await new Promise((done) => socket.once("open", done));
  socket.send("x".repeat(100));
  await new Promise((done) => socket.once("message", done));
  await gateway.api("GET", "/livez", { headers: { "x-request-id": "meanwhile" } });
  await lineOf("meanwhile");
  expect(lines().some(({ request }) => request === "socket")).toBe(false);
  socket.close();
  const line = await lineOf("socket");
  expect(line).toMatchObject({ status: 101, websocket: true, route: "echo", principal: "user:1", method: "GET" });
  expect(line.bytes_in as number).toBeGreaterThan(100);
  expect(line.bytes_out as number).toBeGreaterThan(100);
});

test("a client that leaves before the answer is told apart", async () => {
  const raw = await openRaw(gateway.apiPort, true);
  raw.on("error", () => {});
  const target = "/apps/echo/slow/30000";
  const head = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.authorization}\r\nX-Request-ID: left\r\n`;
  raw.write(`${head}\r\n`);
  await eventually("the app has it", () => app.seen.some(({ url }) => url === "/slow/30000"));
  raw.destroy();
  expect(await lineOf("left")).toMatchObject({ status: 499, error: "client_closed", bytes_out: 0, route: "echo" });
});

test("an answer that breaks off has the reason in its line and in the metrics", async () => {
  const raw = await startRawApp((socket, request) => {
    if (request.includes("/chunk")) socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    else socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
  });
  await gateway.addRoute("broken", raw.url, { skipHealthCheck: true });
  const ask = (path: string, id: string) =>
    sendRaw(
      gateway.apiPort,
      true,
      `GET /apps/broken/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.authorization}\r\nX-Request-ID: ${id}\r\n\r\n`,
    );
  await ask("cut", "cut");
  await ask("chunk", "bad-chunk");
  expect(await lineOf("cut")).toMatchObject({ status: 200, error: "connection_reset", bytes_out: 5, route: "broken" });
  expect(await lineOf("bad-chunk")).toMatchObject({ status: 200, error: "bad_answer", route: "broken" });
  const counted = (kind: string) =>
    `nekzus_proxy_upstream_errors_total{app_id="broken",route_id="broken",error_type="${kind}"} 1`;
  await eventually("both are counted", async () => {
    const { text } = await gateway.admin("GET", "/metrics");
    return ["connection_reset", "bad_answer"].every((kind) => text.includes(counted(kind)));
  });
});

test("a body that turns out to be broken is a refusal, in the one line of its request", async () => {
  const before = lines().length;
  const head = `POST /apps/echo/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${auth.authorization}\r\n`;
  const text = await sendRaw(
    gateway.apiPort,
    true,
    `${head}X-Request-ID: broken-body\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(await lineOf("broken-body")).toMatchObject({ status: 400, error: "BAD_REQUEST", route: "echo" });
  const after = lines().slice(before);
  expect(after.filter(({ status }) => status !== 200)).toHaveLength(1);
});

test("a request by HTTP/2 says so", async () => {
  const session = connectHttp2(`https://127.0.0.1:${gateway.apiPort}`, { rejectUnauthorized: false });
  whenDone(() => session.destroy());
  const stream = session.request({ ":path": "/apps/echo/bytes/10?canary", ...auth, "x-request-id": "two" });
  await new Promise((done) => stream.resume().once("end", done));
  expect(await lineOf("two")).toMatchObject({ protocol: "2", status: 200, bytes_out: 10, path: "/apps/echo/bytes/10" });
});

test("a reload sends the lines elsewhere, and no stream notices", async () => {
  const events = await openEvents(gateway.apiPort, "/apps/echo/sse", auth);
  const echo = await openEcho(gateway.apiPort, "/apps/echo/ws", auth);
  const config = JSON.parse(readFileSync(gateway.configFile, "utf8"));
  const change = (access_log: Record<string, unknown>) => {
    writeFileSync(gateway.configFile, JSON.stringify({ ...config, access_log }));
    gateway.process.kill("SIGHUP");
  };
  const askAs = (id: string) => gateway.api("GET", "/livez", { headers: { "x-request-id": id } });
  let count = 0;

  change({ output: "stdout" });
  await eventually("lines on standard output", async () => {
    await askAs(`stdout-${++count}`);
    return linesIn(gateway.output()).some(({ request }) => String(request).startsWith("stdout-"));
  });
  change({ file: join(gateway.dataFolder, "logs/other.log") });
  file = join(gateway.dataFolder, "logs/other.log");
  await eventually("lines in the other file", async () => {
    await askAs(`file-${++count}`);
    return lines().some(({ request }) => String(request).startsWith("file-"));
  });
  const { length } = lines();
  expect(length).toBeGreaterThan(0);
  const received = events.received();
  expect(await echo.echo("still here")).toBe("still here");
  await eventually("more events", () => events.received() > received);
  expect([events.open(), echo.open()]).toEqual([true, true]);
});
