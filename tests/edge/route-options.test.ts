// What a single route can ask of the edge: time and size limits, headers, networks, rates, maintenance (20 §1.1, §11.2).
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, type Seen, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { type Answer, openRaw } from "../harness/request.ts";

type Headers = Record<string, string>;

/** From here forwarding headers count, so that a request can come from any address. */
const PROXY = "127.0.0.2";
const HOST = "films.home.example";

let gateway: Gateway;
let app: EchoApp;
let admin: Headers;
let member: Headers;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({
      insecureHttp: true,
      config: { server: { trusted_proxies: [`${PROXY}/32`], base_domain: "home.example" } },
    }),
    startEchoApp(),
  ]);
  admin = await bearer(gateway);
  const apps = ["films", "limited", "worked-on", "slow", "small", "edited"];
  member = await bearer(gateway, await addPerson(gateway, "mia", { apps }));
});

const codeOf = ({ json }: Answer) => (json as { error?: { code: string } } | undefined)?.error?.code;
const seenBy = ({ json }: Answer) => (json as Seen).headers;
const setOptions = async (appId: string, options: Record<string, unknown>, to = app.url) => {
  await gateway.addRoute(appId, to, { skipHealthCheck: true, ...options });
};

/** Asks as a client at `address`. */
const from = (address: string, path: string, headers: Headers = member) =>
  gateway.apps("GET", path, { localAddress: PROXY, headers: { "x-forwarded-for": address, ...headers } });

/** Sends a body with its length, or in chunks. */
async function post(path: string, body: string, withLength: boolean) {
  const outgoing = request({ port: gateway.appsPort, host: "127.0.0.1", path, method: "POST", headers: member });
  if (withLength) outgoing.setHeader("content-length", body.length);
  else outgoing.flushHeaders();
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const text = Buffer.concat(await incoming.toArray()).toString();
  const code = incoming.statusCode === 200 ? undefined : (JSON.parse(text) as { error: { code: string } }).error.code;
  return { status: incoming.statusCode, text, code };
}

test("connecting, TLS included, and waiting for an answer have limits of their own", async () => {
  const silent = createServer((socket) => void socket.on("error", () => {}).resume());
  await once(silent.listen(0, "127.0.0.1"), "listening");
  whenDone(() => silent.close());
  const port = (silent.address() as { port: number }).port;
  await setOptions("slow", { connectTimeout: "150ms", timeout: "1h" }, `https://127.0.0.1:${port}`);
  const unconnected = await gateway.apps("GET", "/apps/slow/", { headers: member });
  expect([codeOf(unconnected), unconnected.status]).toEqual(["GATEWAY_TIMEOUT", 504]);
  expect(unconnected.ms).toBeLessThan(8_000);

  await setOptions("slow", { connectTimeout: "2m", timeout: "150ms" }, `http://127.0.0.1:${port}`);
  expect((await gateway.apps("GET", "/apps/slow/", { headers: member })).status).toBe(504);
});

test("a body above the limit is refused: by its length before the app hears of it, in chunks as soon as it is seen", async () => {
  const raw = await startRawApp((socket, text) => {
    if (text.startsWith("GET")) socket.write(plainAnswer(""));
  });
  await setOptions("small", { maxBodyBytes: 10 }, raw.url);
  const long = await post("/apps/small/", "x".repeat(11), true);
  expect([long.status, long.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  expect(long.text).toContain("10 bytes");
  expect(raw.sockets).toHaveLength(0);

  const chunked = await post("/apps/small/", "x".repeat(11), false);
  expect([chunked.status, chunked.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  // The app never sees the end of such a body, so that it cannot take the part for the whole.
  await eventually("the app's connection was ended", () => raw.sockets.every((socket) => socket.destroyed));
  for (const text of raw.received) expect(text).not.toContain("\r\n0\r\n");

  await setOptions("small", { maxBodyBytes: 10 });
  for (const withLength of [true, false])
    expect((await post("/apps/small/", "x".repeat(10), withLength)).status).toBe(200);
});

test("a flood of chunks after the refusal ends with the connection", async () => {
  await setOptions("small", { maxBodyBytes: 10 });
  const socket = await openRaw(gateway.appsPort, false);
  let text = "";
  socket
    .on("error", () => {})
    .on("data", (chunk) => {
      text += chunk;
    });
  const host = `Host: 127.0.0.1:${gateway.appsPort}`;
  socket.write(
    `POST /apps/small/ HTTP/1.1\r\n${host}\r\nAuthorization: ${member.authorization}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const flood = setInterval(() => socket.write(`400\r\n${"x".repeat(1024)}\r\n`), 20);
  await once(socket, "close");
  clearInterval(flood);
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  expect(text).toContain("Connection: close");
});

test("headers are set and taken away, whatever the client or the app says under their names", async () => {
  await setOptions("edited", {
    stripPrefix: true,
    setRequestHeaders: { Authorization: "Basic Zm9v", "X-Script-Name": "/apps/edited" },
    removeRequestHeaders: ["X-Debug", "Accept-Language"],
    setResponseHeaders: { "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store" },
    removeResponseHeaders: ["Server"],
  });
  const key = (await gateway.admin("POST", "/api/v1/apikeys", { name: "ci", scopes: ["access:edited"] })).json;
  const answer = await gateway.apps("GET", "/apps/edited/header?server=x&cache-control=public&x-frame-options=DENY", {
    headers: {
      "x-api-key": (key as { key: string }).key,
      authorization: "Bearer of-the-app",
      x_script_name: "/forged",
      "X.Debug": "1",
      "accept-language": "en",
      "x-kept": "yes",
    },
  });
  const seen = seenBy(answer);
  expect(seen).toMatchObject({ authorization: "Basic Zm9v", "x-script-name": "/apps/edited", "x-kept": "yes" });
  for (const name of ["x_script_name", "x.debug", "accept-language", "x-api-key"])
    expect(seen).not.toHaveProperty([name]);
  expect(answer.headers).toMatchObject({ "x-frame-options": "SAMEORIGIN", "cache-control": "no-store" });
  expect(answer.headers).not.toHaveProperty("server");
});

test("networks decide before anything else, by path and by name, for pages and WebSockets", async () => {
  const options = { routingMode: "both", websocket: true, stripPrefix: true };
  await setOptions("films", {
    ...options,
    allowNetworks: ["192.0.2.0/24", "2001:db8:1::/48"],
    denyNetworks: ["192.0.2.66"],
  });
  const byName = (address: string, headers: Headers = member) =>
    from(address, "/", { host: `${HOST}:${gateway.appsPort}`, ...headers });
  for (const ask of [(address: string, headers?: Headers) => from(address, "/apps/films/", headers), byName]) {
    expect((await ask("192.0.2.7")).status).toBe(200);
    expect((await ask("2001:db8:1:2::3")).status).toBe(200);
    for (const address of ["192.0.2.66", "198.51.100.1", "2001:db8:2::1", "127.0.0.1"]) {
      const refused = await ask(address, admin);
      expect([address, refused.status, codeOf(refused)]).toEqual([address, 403, "NETWORK_NOT_ALLOWED"]);
      expect(refused.text).toContain(address);
    }
    // A browser from outside is not led to the sign-in, and reads why.
    const page = await ask("198.51.100.1", { accept: "text/html" });
    expect([page.status, page.headers["content-type"]]).toEqual([403, "text/html; charset=utf-8"]);
    expect(page.text).toContain("may not be opened from your network address");
    expect((await ask("192.0.2.7", { accept: "text/html" })).status).not.toBe(403);
  }

  const socketFrom = async (address: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.appsPort}/apps/films/ws`, {
      localAddress: PROXY,
      headers: { "x-forwarded-for": address, ...member },
    });
    whenDone(() => socket.terminate());
    socket.on("error", () => {});
    const status = await new Promise((done) => {
      socket.once("open", () => done(101)).once("unexpected-response", (_request, answer) => done(answer.statusCode));
    });
    return { socket, status };
  };
  expect((await socketFrom("198.51.100.1")).status).toBe(403);
  const inside = await socketFrom("192.0.2.7");
  const other = await socketFrom("192.0.2.8");
  expect([inside.status, other.status]).toEqual([101, 101]);

  await setOptions("films", { ...options, denyNetworks: ["192.0.2.7"] });
  await eventually("the stream from there ended", () => inside.socket.readyState === WebSocket.CLOSED);
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
  expect((await from("198.51.100.1", "/apps/films/")).status).toBe(200);
});

test("without preserveHost the Origin of a WebSocket is the app's as well, and that of other sites stays theirs", async () => {
  const origins: (string | undefined)[] = [];
  app.server.on("upgrade", ({ headers }) => origins.push(`${headers.host} ${headers.origin}`));
  const here = `127.0.0.1:${gateway.appsPort}`;
  const own = `127.0.0.1:${app.port}`;
  for (const [preserveHost, origin, seen] of [
    [true, `http://${here}`, `${here} http://${here}`],
    [false, `http://${here}`, `${own} http://${own}`],
    [false, `https://${here}`, `${own} https://${here}`],
    [false, "https://elsewhere.example", `${own} https://elsewhere.example`],
  ] as const) {
    await setOptions("edited", { preserveHost, websocket: true, stripPrefix: true });
    const socket = new WebSocket(`ws://${here}/apps/edited/ws`, { origin, headers: member });
    await once(socket, "open");
    socket.terminate();
    expect(origins.at(-1)).toBe(seen);
    const plain = await gateway.apps("GET", "/apps/edited/", { headers: { ...member, origin } });
    expect(seenBy(plain).origin).toBe(origin);
  }
});

test("a stranger cannot choose the address by which networks judge", async () => {
  await setOptions("films", { allowNetworks: ["192.0.2.0/24"] });
  const headers = { ...member, "x-forwarded-for": "192.0.2.7", "x-real-ip": "192.0.2.7", forwarded: "for=192.0.2.7" };
  const answer = await gateway.apps("GET", "/apps/films/", { headers });
  expect(codeOf(answer)).toBe("NETWORK_NOT_ALLOWED");
});

test("who can open it? says from where, and whether it is worked on", async () => {
  await setOptions("films", { allowNetworks: ["192.0.2.0/24"], denyNetworks: ["192.0.2.66"], maintenance: true });
  const { routes } = (await gateway.admin("GET", "/api/v1/apps/films/access")).json as { routes: unknown[] };
  expect(routes).toMatchObject([{ allowNetworks: ["192.0.2.0/24"], denyNetworks: ["192.0.2.66"], maintenance: true }]);
});

test("each client has its own allowance of requests, IPv6 by /64, and is told when to come again", async () => {
  await setOptions("limited", { rateLimit: { perMinute: 1, burst: 3 }, stripPrefix: true });
  const statuses = async (addresses: string[]) => {
    const found: number[] = [];
    for (const address of addresses) found.push((await from(address, "/apps/limited/")).status);
    return found;
  };
  const same = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::", "2001:db8::1"];
  expect(await statuses(same)).toEqual([200, 200, 200, 429]);
  expect(await statuses(["2001:db8:0:1::1", "198.51.100.9", "198.51.100.9", "198.51.100.9"])).toEqual(
    Array(4).fill(200),
  );
  const limited = await from("198.51.100.9", "/apps/limited/", admin);
  expect([limited.status, codeOf(limited)]).toEqual([429, "RATE_LIMIT_EXCEEDED"]);
  expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
  expect(limited.headers).toMatchObject({ "x-ratelimit-limit": "3", "x-ratelimit-remaining": "0" });
  expect(Number(limited.headers["x-ratelimit-reset"])).toBeGreaterThan(Date.now() / 1000);
  // What is refused before, and other routes, take nothing of it.
  expect((await from("198.51.100.10", "/apps/limited/", {})).status).toBe(401);
  await setOptions("limited", { stripPrefix: true });
  expect((await from("198.51.100.9", "/apps/limited/")).status).toBe(200);
});

test("while an app is worked on, administrators test it and everybody else reads why", async () => {
  await setOptions("worked-on", {
    maintenance: true,
    maintenanceMessage: "New disks <b>tonight</b>.",
    websocket: true,
    stripPrefix: true,
  });
  const refused = await gateway.apps("GET", "/apps/worked-on/", { headers: member });
  expect([refused.status, codeOf(refused)]).toEqual([503, "APP_MAINTENANCE"]);
  expect(refused.headers["retry-after"]).toBe("60");
  const page = await gateway.apps("GET", "/apps/worked-on/", { headers: { ...member, accept: "text/html" } });
  expect([page.status, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
  expect(page.text).toContain("New disks &lt;b&gt;tonight&lt;/b&gt;.");
  // Strangers are asked who they are first.
  expect((await gateway.apps("GET", "/apps/worked-on/")).status).toBe(401);
  expect((await gateway.apps("GET", "/apps/worked-on/", { headers: admin })).status).toBe(200);

  const listed = async () =>
    ((await gateway.admin("GET", "/api/v1/apps/worked-on")).json as { maintenance?: boolean }).maintenance;
  expect(await listed()).toBe(true);
  await setOptions("worked-on", { stripPrefix: true });
  expect(await listed()).toBeUndefined();
  expect((await gateway.apps("GET", "/apps/worked-on/", { headers: member })).status).toBe(200);
});
