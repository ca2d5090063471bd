import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { type ClientOptions, WebSocket, WebSocketServer } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer, setPassword } from "../harness/people.ts";
import { pairPhone } from "../harness/phone.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";
import { openEcho, openEvents } from "../harness/streams.ts";

let gateway: Gateway;
let app: EchoApp;
let headers: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  await gateway.addRoute("plain", app.url, { stripPrefix: true });
  headers = await bearer(gateway);
});

function webSocket(path: string, protocols: string[] = [], options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(`wss://127.0.0.1:${gateway.apiPort}${path}`, protocols, {
    headers,
    rejectUnauthorized: false,
    ...options,
  });
  socket.on("error", () => {});
  whenDone(() => socket.terminate());
  return socket;
}

const opened = (socket: WebSocket) => new Promise((done, fail) => socket.once("open", done).once("error", fail));
const nextMessage = (socket: WebSocket) =>
  new Promise<{ data: Buffer; binary: boolean }>((done) =>
    socket.once("message", (data, binary) => done({ data: data as Buffer, binary })),
  );

/** The status and body of an upgrade that was not accepted. */
function refusal(socket: WebSocket): Promise<{ status: number; text: string; headers: IncomingMessage["headers"] }> {
  return new Promise((done) =>
    socket.once("unexpected-response", async (_request, incoming) => {
      let text = "";
      for await (const chunk of incoming) text += chunk;
      done({ status: incoming.statusCode ?? 0, text, headers: incoming.headers });
    }),
  );
}

test("events come one by one, while the answer goes on", async () => {
  const chunks: string[] = [];
  let say: ((text: string) => void) | undefined;
  const server = createServer((_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    say = (text) => res.write(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  await gateway.addRoute("said", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    skipHealthCheck: true,
  });
  const outgoing = requestSecure({
    host: "127.0.0.1",
    port: gateway.apiPort,
    path: "/apps/said/",
    headers,
    agent: false,
    rejectUnauthorized: false,
  });
  outgoing.end();
  const incoming = await new Promise<IncomingMessage>((done) => outgoing.once("response", done));
  incoming.on("error", () => {}).on("data", (chunk) => chunks.push(String(chunk)));
  expect(incoming.headers).toMatchObject({ "content-type": "text/event-stream" });
  for (const text of ["data: 1\n\n", "d", "ata: 2\n\n"]) {
    say?.(text);
    await eventually(`${text} arrives alone`, () => chunks.at(-1) === text, 2000);
  }
  expect(chunks).toHaveLength(3);
  outgoing.destroy();
});

test("WebSocket: text and bytes of every size go both ways unchanged, with close code and reason", async () => {
  const socket = webSocket("/apps/echo/ws", [], { perMessageDeflate: true });
  await opened(socket);
  for (const size of [0, 1, 125, 126, 70_000, 3_000_000]) {
    const sent = Buffer.alloc(size, 0xa5);
    const answer = nextMessage(socket);
    socket.send(sent);
    const { data, binary } = await answer;
    expect(binary).toBe(true);
    expect(data.equals(sent)).toBe(true);
  }
  const answer = nextMessage(socket);
  socket.send("grüße");
  expect(await answer).toMatchObject({ data: Buffer.from("grüße"), binary: false });
  const closed = new Promise((done) => socket.once("close", (code, reason) => done([code, String(reason)])));
  socket.close(4001, "bye");
  expect(await closed).toEqual([4001, "bye"]);
});

test("WebSocket: the app chooses the subprotocol and may close with its own code", async () => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered].at(-1) ?? false });
  sockets.on("connection", (socket) => socket.on("message", () => socket.close(4242, "enough")));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  await gateway.addRoute("chosen", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, { websocket: true });
  const socket = webSocket("/apps/chosen/", ["a", "b"]);
  await opened(socket);
  expect(socket.protocol).toBe("b");
  const closed = new Promise((done) => socket.once("close", (code, reason) => done([code, String(reason)])));
  socket.send("x");
  expect(await closed).toEqual([4242, "enough"]);
});

test("WebSocket: opens for a device, for which it counts; a name of a device in a header counts for nobody", async () => {
  const phone = await pairPhone(gateway, "phone");
  await pairPhone(gateway, "bystander");
  const used = async () => {
    type Device = { deviceId: string; requestsToday: number };
    const devices = (await gateway.admin("GET", "/api/v1/devices")).json as Device[];
    return Object.fromEntries(devices.map(({ deviceId, requestsToday }) => [deviceId, requestsToday]));
  };
  const before = await used();
  const socket = await openEcho(gateway.apiPort, "/apps/echo/ws", { ...phone, "x-device-id": "bystander" });
  expect(await socket.echo("hello")).toBe("hello");
  await gateway.api("GET", "/apps/echo/", { headers: { ...headers, "x-device-id": "bystander" } });
  const after = await eventually("it is counted", async () => {
    const now = await used();
    return now.phone !== before.phone && now;
  });
  expect(after.bystander).toBe(before.bystander);
});

test("WebSocket: of a header that comes in several lines the app gets each", async () => {
  const raw = await startRawApp((socket) => void socket.write(plainAnswer("no")));
  await gateway.addRoute("lines", raw.url, { websocket: true, skipHealthCheck: true });
  const lines = ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b", "X-Two: 1", "X-Two: 2"];
  const upgrade = ["Connection: keep-alive, Upgrade", "Upgrade: WebSocket", `Authorization: ${headers.authorization}`];
  const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="];
  const head = ["GET /apps/lines/ HTTP/1.1", "Host: localhost", ...upgrade, ...key, ...lines, "", ""].join("\r\n");
  expect(await sendRaw(gateway.apiPort, true, head)).toMatch(/^HTTP\/1\.1 200 /);
  const got = raw.received.join("").split("\r\n");
  expect(got.filter((line) => lines.includes(line))).toEqual(lines);
});

test("WebSocket: off unless the route says so, and not without a credential", async () => {
  expect(await refusal(webSocket("/apps/plain/ws"))).toMatchObject({
    status: 403,
    text: expect.stringContaining("WEBSOCKET_NOT_ALLOWED"),
  });
  expect(await refusal(webSocket("/apps/echo/ws", [], { headers: {} }))).toMatchObject({
    status: 401,
    text: expect.stringContaining("UNAUTHORIZED"),
  });
});

test("WebSocket: what the app answers instead of switching is passed on whole", async () => {
  const raw = await startRawApp((socket, request) => {
    if (request.includes("/long")) socket.write(plainAnswer("x".repeat(1_000_000)));
    else socket.write("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno");
  });
  await gateway.addRoute("no", raw.url, { websocket: true, skipHealthCheck: true });
  const answer = await refusal(webSocket("/apps/no/long"));
  expect([answer.status, answer.text.length]).toEqual([200, 1_000_000]);
  expect(await refusal(webSocket("/apps/no/"))).toMatchObject({
    status: 401,
    text: "no",
    headers: { "www-authenticate": "Basic" },
  });
  // Nobody else's request goes over that connection.
  await gateway.api("GET", "/apps/no/", { headers });
  expect(raw.received).toHaveLength(3);
});

test("WebSocket: an app that switches to something else is cut off", async () => {
  const accept = (key: string) =>
    createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const raw = await startRawApp((socket, request) => {
    const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? "";
    const answers: Record<string, string[]> = {
      "/h2c": ["Upgrade: h2c", `Sec-WebSocket-Accept: ${accept(key)}`],
      "/wrong": ["Upgrade: websocket", `Sec-WebSocket-Accept: ${accept("other")}`],
      "/none": ["Upgrade: websocket"],
    };
    const lines = Object.entries(answers).find(([path]) => request.includes(path))?.[1] ?? [];
    socket.write(["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", ...lines, "", ""].join("\r\n"));
  });
  await gateway.addRoute("other", raw.url, { websocket: true, skipHealthCheck: true });
  for (const path of ["h2c", "wrong", "none"]) {
    expect(await refusal(webSocket(`/apps/other/${path}`))).toMatchObject({
      status: 502,
      text: expect.stringContaining("BAD_GATEWAY"),
    });
  }
  // Also where nobody asked for it.
  expect((await gateway.api("GET", "/apps/other/h2c", { headers })).status).toBe(502);
  expect(raw.sockets).toHaveLength(4);
  await eventually("the app's sockets are closed", () => raw.sockets.every((socket) => socket.destroyed));
});

test("an upgrade with a body is refused; one behind a request that still waits comes after its answer", async () => {
  const lines = `Host: 127.0.0.1:${gateway.apiPort}\r\nAuthorization: ${headers.authorization}\r\n`;
  const upgrade = (path: string, more = "") =>
    `GET ${path} HTTP/1.1\r\n${lines}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`;
  expect(await sendRaw(gateway.apiPort, true, upgrade("/apps/echo/ws", "Content-Length: 5\r\n"))).toMatch(
    /^HTTP\/1\.1 400 /,
  );
  const text = await sendRaw(
    gateway.apiPort,
    true,
    `GET /apps/echo/slow/200 HTTP/1.1\r\n${lines}\r\n${upgrade("/apps/echo/ws")}`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nsleptHTTP\/1\.1 101 Switching/);
});

test("one side's end is the other's", async () => {
  const sockets: WebSocket[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
  });
  await new Promise((done) => server.once("listening", done));
  whenDone(() => server.close());
  await gateway.addRoute("ends", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    websocket: true,
    skipHealthCheck: true,
  });
  const first = webSocket("/apps/ends/");
  await opened(first);
  first.terminate();
  await eventually("the app notices", () => sockets[0]?.readyState === WebSocket.CLOSED, 2000);
  const second = webSocket("/apps/ends/");
  await opened(second);
  sockets[1]?.terminate();
  await eventually("the client notices", () => second.readyState === WebSocket.CLOSED, 2000);
});

test("who loses the right to a stream loses the stream within a second; others keep theirs", async () => {
  const anna = await addPerson(gateway, "anna", { apps: ["echo"] });
  const berta = await addPerson(gateway, "berta", { apps: ["echo"] });
  const annas = await bearer(gateway, anna);
  const bertas = await bearer(gateway, berta);
  const open = async (credential: { authorization: string }) =>
    await Promise.all([
      openEvents(gateway.apiPort, "/apps/echo/sse", credential),
      openEcho(gateway.apiPort, "/apps/echo/ws", credential),
    ]);
  const mine = await open(headers);
  const hers = await open(annas);
  const theirs = await open(bertas);

  await setPassword(gateway, "anna", "another password");
  await eventually("anna's streams end with her old password", () => hers.every((stream) => !stream.open()), 1000);

  expect((await gateway.api("POST", "/api/v1/auth/logout", { headers: bertas })).status).toBeLessThan(300);
  await eventually("berta's streams end with her sign-out", () => theirs.every((stream) => !stream.open()), 1000);

  expect(mine.map((stream) => stream.open())).toEqual([true, true]);
  expect(await mine[1].echo("still here")).toBe("still here");
});

test("a route that is taken away ends its streams, and one that changes hands judges them anew", async () => {
  await addPerson(gateway, "carla", { apps: ["moved"] });
  const carlas = await bearer(gateway, { username: "carla", password: "the password of carla" });
  await gateway.addRoute("moved", app.url, { stripPrefix: true, websocket: true });
  const hers = await openEcho(gateway.apiPort, "/apps/moved/ws", carlas);
  const mine = await openEcho(gateway.apiPort, "/apps/moved/ws", headers);
  await gateway.addRoute("moved", app.url, { stripPrefix: true, websocket: true, scopes: ["access:echo"] });
  await eventually("she may not any more", () => !hers.open(), 1000);
  expect(mine.open()).toBe(true);
  expect((await gateway.admin("DELETE", "/api/v1/routes/moved")).status).toBeLessThan(300);
  await eventually("nobody may", () => !mine.open(), 1000);
});

test("messages of every size reach an app that reads slowly, and come back, byte for byte", async () => {
  const socket = webSocket("/apps/echo/ws", [], { perMessageDeflate: false });
  await opened(socket);
  const sizes = Array.from({ length: 400 }, (_, i) => [1, 64, 16_384, 16_385, 90_000][i % 5] as number);
  const sent = createHash("sha256");
  const received = createHash("sha256");
  let missing = sizes.length;
  const whole = new Promise((done) =>
    socket.on("message", (data: Buffer) => {
      received.update(data);
      if (--missing === 0) done(undefined);
    }),
  );
  // We read nothing until all is written: every buffer on the way fills up in both directions.
  socket.pause();
  for (const [i, size] of sizes.entries()) {
    const message = Buffer.alloc(size, `message ${i} `);
    sent.update(message);
    socket.send(message);
  }
  await eventually("the way is full", () => socket.bufferedAmount > 1_000_000);
  socket.resume();
  await whole;
  expect(received.digest("hex")).toBe(sent.digest("hex"));
});
