import { createServer, type IncomingMessage } from "node:http";
import { Agent, request as requestSecure } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { openRaw, sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: EchoApp;
let headers: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  headers = await bearer(gateway);
});

const head = (method: string, path: string, version = "1.1", ...more: string[]) =>
  [
    `${method} ${path} HTTP/${version}`,
    `Host: 127.0.0.1:${gateway.apiPort}`,
    `Authorization: ${headers.authorization}`,
    ...more,
    "",
    "",
  ].join("\r\n");

/** Asks on one connection that stays open. */
async function ask(
  agent: Agent,
  path: string,
  method = "GET",
  body?: string,
): Promise<{ status: number; text: string; port: number }> {
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    path,
    method,
    headers,
    agent,
    rejectUnauthorized: false,
  });
  outgoing.end(body);
  const incoming = await new Promise<IncomingMessage>((done, fail) =>
    outgoing.once("response", done).once("error", fail),
  );
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return { status: incoming.statusCode ?? 0, text, port: (outgoing.socket as Socket).localPort ?? 0 };
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  whenDone(() => agent.destroy());
  return agent;
}

test("connections are kept to the client and to the app, also after a refusal", async () => {
  const connections = new Set<Socket>();
  const server = createServer((req, res) => {
    connections.add(req.socket);
    res.end("kept");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  await gateway.addRoute("kept", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  connections.clear();
  const agent = keepAlive();
  const ports = new Set<number>();
  for (const path of ["/apps/kept/", "/apps/kept/", "/apps/nowhere/", "/apps/kept/"])
    ports.add((await ask(agent, path)).port);
  expect((await ask(agent, "/apps/nowhere/", "POST", "a body that nobody reads")).status).toBe(404);
  ports.add((await ask(agent, "/apps/kept/")).port);
  expect(ports.size).toBe(1);
  expect(connections.size).toBe(1);
});

test("a kept connection that the app has closed costs a GET nothing, and a POST is never sent twice", async () => {
  let closeOn = "";
  const raw = await startRawApp((socket, request, connection) => {
    if (closeOn && request.startsWith(closeOn)) {
      // Closed at the moment in which the request arrives: the first connection, and all others for POST.
      if (connection === 0 || closeOn === "POST") return void socket.destroy();
    }
    socket.write(plainAnswer(`connection ${connection}`));
  });
  await gateway.addRoute("stale", raw.url, { skipHealthCheck: true });
  expect((await gateway.api("GET", "/apps/stale/", { headers })).text).toBe("connection 0");
  closeOn = "GET";
  expect((await gateway.api("GET", "/apps/stale/", { headers })).text).toBe("connection 1");
  closeOn = "POST";
  const before = raw.received.join("").split("POST /").length;
  const answer = await gateway.api("POST", "/apps/stale/", { headers, body: "once" });
  expect([answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([502, "BAD_GATEWAY"]);
  expect(raw.received.join("").split("POST /").length - before).toBe(1);
  // A GET that fails on a new connection too is not tried for ever.
  closeOn = "GET";
  raw.close();
  expect((await gateway.api("GET", "/apps/stale/", { headers })).status).toBe(502);
});

test("an app that does not answer, is not there, or speaks nonsense has its own error, for programs and for people", async () => {
  const silent = await startRawApp(() => {});
  const nonsense = await startRawApp((socket) => void socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  const evil = await startRawApp((socket) => void socket.end("HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n"));
  const gone = await startRawApp(() => {});
  gone.close();
  await gateway.addRoute("silent", silent.url, { timeout: "300ms" });
  await gateway.addRoute("nonsense", nonsense.url);
  await gateway.addRoute("evil", evil.url);
  await gateway.addRoute("gone", gone.url);
  const code = async (name: string) => {
    const answer = await gateway.api("GET", `/apps/${name}/`, { headers });
    expect(answer.headers).toMatchObject({ "content-type": "application/json", "x-api-version": expect.any(String) });
    expect(answer.text).not.toContain("127.0.0.1");
    return [answer.status, (answer.json as { error: { code: string } }).error.code];
  };
  expect(await code("silent")).toEqual([504, "GATEWAY_TIMEOUT"]);
  expect(await code("nonsense")).toEqual([502, "BAD_GATEWAY"]);
  expect(await code("evil")).toEqual([502, "BAD_GATEWAY"]);
  expect(await code("gone")).toEqual([502, "BAD_GATEWAY"]);
  const page = await gateway.api("GET", "/apps/gone/", { headers: { ...headers, accept: "text/html,*/*" } });
  expect(page.status).toBe(502);
  expect(page.headers["content-type"]).toMatch(/^text\/html/);
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  const quiet = await gateway.api("HEAD", "/apps/gone/", { headers });
  expect([quiet.status, quiet.text]).toEqual([502, ""]);
});

test("an app asked for without its slash is where the answer says, query and method kept", async () => {
  for (const [method, status] of [
    ["GET", 301],
    ["HEAD", 301],
    ["POST", 308],
    ["PUT", 308],
  ] as const) {
    const answer = await gateway.api(method, "/apps/echo?a=b&c=%2F", { headers });
    expect([method, answer.status, answer.headers.location]).toEqual([method, status, "/apps/echo/?a=b&c=%2F"]);
  }
});

test("HEAD, 204 and 304 come through without a body, and the connection goes on", async () => {
  const agent = keepAlive();
  expect(await ask(agent, "/apps/echo/bytes/1000", "HEAD")).toMatchObject({ status: 200, text: "" });
  expect(await ask(agent, "/apps/echo/status/204")).toMatchObject({ status: 204, text: "" });
  expect(await ask(agent, "/apps/echo/status/304")).toMatchObject({ status: 304, text: "" });
  expect(await ask(agent, "/apps/echo/bytes/3")).toMatchObject({ status: 200, text: "xxx" });
});

test("trailers pass, without those that are not the app's to say", async () => {
  const raw = await startRawApp((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\n");
    socket.write("X-Sum: 42\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 5\r\n\r\n");
  });
  await gateway.addRoute("trailers", raw.url);
  const text = await sendRaw(
    gateway.apiPort,
    true,
    head("GET", "/apps/trailers/", "1.1", "TE: trailers", "Connection: close"),
  );
  expect(text).toMatch(/2\r\nhi\r\n0\r\nX-Sum: 42\r\n\r\n$/);
  expect(raw.received.join("")).toMatch(/\r\nTE: trailers\r\n/);
});

test("a client of HTTP/1.0 gets its answer unchunked, ended by the end of the connection", async () => {
  const raw = await startRawApp(
    (socket) => void socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
  );
  await gateway.addRoute("old", raw.url);
  const text = await sendRaw(gateway.apiPort, true, head("GET", "/apps/old/", "1.0"));
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(text).toMatch(/\r\n\r\nhi$/);
  expect(text.toLowerCase()).not.toContain("chunked");
});

test("requests sent ahead are answered in order", async () => {
  const many = Array.from({ length: 60 }, (_, index) => head("GET", `/apps/echo/slow/5?${index}`)).join("");
  const text = await sendRaw(
    gateway.apiPort,
    true,
    many + head("GET", "/apps/echo/last", "1.1", "Connection: close"),
    2000,
  );
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(Array(61).fill("200"));
});

test("over TLS the end of the client's side is the end: the app notices it, and nothing stays open", async () => {
  const raw = await startRawApp(() => {});
  await gateway.addRoute("silence", raw.url, { skipHealthCheck: true });
  const socket = await openRaw(gateway.apiPort, true);
  socket.on("error", () => {}).resume();
  socket.write(head("GET", "/apps/silence/"));
  await eventually("the app has the request", () => raw.sockets.length > 0);
  socket.end();
  await eventually("the app notices it", () => raw.sockets.every((each) => each.destroyed), 2000);
  expect(socket.destroyed).toBe(true);
});

test("garbage after a request never lands in the midst of its answer", async () => {
  const raw = await startRawApp((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"));
  await gateway.addRoute("begun", raw.url);
  const socket = await openRaw(gateway.apiPort, true);
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString("latin1"))).on("error", () => {});
  socket.write(head("GET", "/apps/begun/"));
  await new Promise<void>((done) => socket.on("data", () => text.endsWith("begun") && done()));
  socket.write("\x01 garbage\r\n\r\n");
  await gateway.api("GET", "/apps/echo/a", { headers });
  expect(text).toMatch(/begun$/);
  socket.destroy();
});

test("a plain request on the TLS port is told where to go, for our own names only", async () => {
  const plain = async (host: string, port = gateway.apiPort) =>
    await sendRaw(port, false, `GET /apps/echo/a?b=c HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const here = await plain(`localhost:${gateway.apiPort}`);
  expect(here).toMatch(/^HTTP\/1\.1 308 /);
  expect(here).toContain(`\r\nLocation: https://localhost:${gateway.apiPort}/apps/echo/a?b=c\r\n`);
  expect(await plain("localhost:9443")).toContain("\r\nLocation: https://localhost:9443/apps/echo/a?b=c\r\n");
  const apps = await plain("localhost", gateway.appsPort);
  expect(apps).toContain(`\r\nLocation: https://localhost:${gateway.appsPort}/apps/echo/a?b=c\r\n`);
  const foreign = await plain("evil.example");
  expect(foreign).toMatch(/^HTTP\/1\.1 421 /);
  expect(foreign).not.toContain("Location");
  expect(foreign).toContain('"HOST_NOT_ALLOWED"');
});
