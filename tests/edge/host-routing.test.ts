// Apps at host names of their own: the same sign-in, scopes, health gate and WebSockets as by path, with nothing done to
// paths, redirects and cookies (20 §1.10, §11.1).
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectSecure } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, type Seen, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { randomPaths } from "../harness/random-paths.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";
import { type BrowserSession, enterHost, handOverAt, startSession } from "../harness/session.ts";

type Headers = Record<string, string>;

const FILMS = "films.home.example";
let gateway: Gateway;
let app: EchoApp;
let admin: Headers;
let member: Headers;
let session: BrowserSession;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ config: { server: { base_domain: "home.example" }, health_checks: { unhealthy_threshold: 1 } } }),
    startEchoApp(),
  ]);
  await gateway.addRoute("films", app.url, { routingMode: "both", stripPrefix: true, rewriteCookiePaths: true });
  await gateway.addRoute("wiki", app.url, { routingMode: "subdomain", subdomain: "know", websocket: true });
  await gateway.addRoute("plain", app.url);
  admin = await bearer(gateway);
  member = await bearer(gateway, await addPerson(gateway, "mia", { apps: ["films"] }));
  session = await startSession(gateway);
});

const ports = () => [["api", gateway.apiPort] as const, ["apps", gateway.appsPort] as const];
/** Asks at a host name, by the listener with that name. */
const at = (listener: "api" | "apps", host: string, path: string, headers: Headers = {}, method = "GET") =>
  gateway[listener](method, path, {
    headers: { host: `${host}:${listener === "api" ? gateway.apiPort : gateway.appsPort}`, ...headers },
  });
const codeOf = ({ json }: { json: unknown }) => (json as { error?: { code: string } } | undefined)?.error?.code;

test("the whole path is the app's, on both listeners, and the app is told by which name it was reached", async () => {
  for (const [listener, port] of ports()) {
    for (const path of [
      "/",
      "/a/b?c=%20d",
      "/api/v1/apps",
      "/apps/films/x",
      "/healthz",
      "/metrics",
      "/ui/",
      "//a",
      "/.nekzus",
    ]) {
      const answer = await at(listener, "FILMS.Home.Example", path, admin);
      const { url, headers } = answer.json as Seen;
      expect([listener, path, answer.status, url]).toEqual([listener, path, 200, path]);
      expect(headers).toMatchObject({
        host: `FILMS.Home.Example:${port}`,
        "x-forwarded-host": `FILMS.Home.Example:${port}`,
        "x-forwarded-port": String(port),
        "x-forwarded-proto": "https",
      });
      expect(headers).not.toHaveProperty("x-forwarded-prefix");
    }
  }
  const byPath = await gateway.apps("GET", "/apps/films/a", { headers: admin });
  expect(byPath.json).toMatchObject({ url: "/a", headers: { "x-forwarded-prefix": "/apps/films" } });
  const told = await at("apps", FILMS, "/header?location=/login&set-cookie=a=b;%20Path=/x", admin);
  expect(told.headers).toMatchObject({ location: "/login", "set-cookie": ["a=b; Path=/x"] });
});

test("random targets: what the app receives is what was sent, or it is refused", async () => {
  const raw = await startRawApp((socket, request) => void socket.write(plainAnswer(request.split("\r\n", 1)[0] ?? "")));
  await gateway.addRoute("raw", raw.url, { routingMode: "subdomain", publicAccess: true, skipHealthCheck: true });
  let passed = 0;
  const host = `raw.home.example:${gateway.appsPort}`;
  for (const path of randomPaths(200)) {
    const head = `GET /${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const text = await sendRaw(gateway.appsPort, true, Buffer.from(head, "latin1"), 3000);
    if (text.startsWith("HTTP/1.1 200 ")) {
      expect(text.split("\r\n\r\n")[1], path).toBe(`GET /${path} HTTP/1.1`);
      passed++;
    } else expect(text, path).toMatch(/^HTTP\/1\.1 400 /);
  }
  expect(passed).toBeGreaterThan(20);
});

test("over HTTP/2 the name is that of each request, not of its connection", async () => {
  const session = connectHttp2(`https://127.0.0.1:${gateway.apiPort}`, {
    servername: FILMS,
    rejectUnauthorized: false,
  });
  whenDone(() => session.destroy());
  const ask = (authority: string, headers: Headers) =>
    new Promise<number>((done, fail) => {
      const stream = session.request({ ":path": "/api/v1/apps", ":authority": authority, ...headers });
      stream.once("response", (answer) => done(answer[":status"] ?? 0)).once("error", fail);
      stream.resume();
    });
  // Health checks come by as well.
  const passed = () => app.seen.filter(({ url }) => url === "/api/v1/apps").length;
  const before = passed();
  expect(await ask(FILMS, member)).toBe(200);
  expect(await ask("know.home.example", member)).toBe(403);
  expect(await ask("know.home.example", admin)).toBe(200);
  expect(passed()).toBe(before + 2);
  expect(await ask("home.example", admin)).toBe(200);
  expect(await ask("nothing.home.example", admin)).toBe(421);
  expect(passed()).toBe(before + 2);
});

test("strangers get 401, who lacks the scope 403, everybody else by the rules that hold for its path", async () => {
  for (const [listener] of ports()) {
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: "Bearer nonsense-of-the-app" }, 401],
      [{ cookie: session.cookie }, 401],
      [member, 403],
      [admin, 200],
    ] as const) {
      expect([headers, (await at(listener, "know.home.example", "/", headers)).status]).toEqual([headers, status]);
    }
    expect((await at(listener, FILMS, "/", member)).status).toBe(200);
    expect((await at(listener, FILMS, "/", {}, "POST")).status).toBe(401);
  }
});

test("names below the domain that no app has, and those that only look like one, are refused", async () => {
  for (const host of [
    "nothing.home.example",
    "a.films.home.example",
    "plain.home.example",
    "wiki.home.example",
    "films.home.example.",
    "films.home.example.evil.example",
    "xfilms.home.example",
  ]) {
    expect([host, codeOf(await at("apps", host, "/", admin))]).toEqual([host, "HOST_NOT_ALLOWED"]);
  }
  expect((await at("api", "home.example", "/api/v1/auth/setup-status")).status).toBe(200);
});

test("an app with a name only has no path, and who may use it is told where it is", async () => {
  for (const [listener] of ports()) {
    const answer = await gateway[listener]("GET", "/apps/wiki/page", { headers: admin });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining("know.home.example")]);
    const hidden = await gateway[listener]("GET", "/apps/wiki/page", { headers: member });
    expect([hidden.status, hidden.text]).toEqual([404, expect.not.stringContaining("know")]);
    expect((await gateway[listener]("GET", "/apps/wiki/page")).status).toBe(401);
  }
});

test("a browser is led to the API and back to where it wanted to go, at the port that it used", async () => {
  for (const [listener, port] of ports()) {
    const { page, next, entry } = await handOverAt(gateway, session, { host: FILMS, port }, "/d/1?x=%20y");
    expect(page.origin).toBe(`https://home.example:${gateway.apiPort}`);
    expect((await gateway.api("GET", page.pathname + page.search, { headers: { host: page.host } })).text).toContain(
      "Opening the app",
    );
    expect(next.host).toBe(`${FILMS}:${port}`);
    const entered = await gateway[listener]("GET", next.pathname + next.search, {
      headers: { host: next.host, cookie: entry },
    });
    expect([entered.status, entered.headers.location]).toEqual([303, `https://${FILMS}:${port}/d/1?x=%20y`]);
    const [line = ""] = entered.headers["set-cookie"] ?? [];
    expect(line).toMatch(/^__Host-nekzus-apps=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    const cookie = `${line.split(";", 1)[0]}; ${entry}; own=1`;
    const shown = await at(listener, FILMS, "/", { cookie });
    expect([shown.status, (shown.json as Seen).headers.cookie]).toEqual([200, "own=1"]);
    // Another window that is on its way keeps its value.
    const again = await at(listener, FILMS, "/", { cookie: entry, accept: "text/html" });
    expect(again.headers["set-cookie"]?.[0]).toContain(entry);
  }
});

test("a cookie opens the app at whose name it was given, and no other", async () => {
  const cookie = await enterHost(gateway, session, { host: FILMS, port: gateway.appsPort });
  expect((await at("apps", FILMS, "/", { cookie })).status).toBe(200);
  expect((await at("apps", "know.home.example", "/", { cookie })).status).toBe(401);
  expect((await gateway.apps("GET", "/apps/films/", { headers: { cookie } })).status).toBe(200);
  expect((await gateway.apps("GET", "/apps/plain/", { headers: { cookie } })).status).toBe(401);
  for (const headers of [{ cookie }, { cookie, "x-nekzus-proof": session.proof }]) {
    expect((await gateway.api("GET", "/api/v1/apps", { headers })).status).toBe(401);
  }
  // Changes must come from the app's own pages, those of a neighbour are foreign.
  for (const [origin, status] of [
    [`https://${FILMS}:${gateway.appsPort}`, 200],
    [`https://know.home.example:${gateway.appsPort}`, 403],
    [`https://home.example:${gateway.apiPort}`, 403],
  ] as const) {
    expect([origin, (await at("apps", FILMS, "/", { cookie, origin }, "POST")).status]).toEqual([origin, status]);
  }
});

test("a WebSocket opens at the name as it does by path, and ends with the session", async () => {
  const ending = await startSession(gateway);
  const host = `know.home.example:${gateway.apiPort}`;
  const cookie = await enterHost(gateway, ending, { host: "know.home.example", port: gateway.apiPort });
  const open = (headers: Headers) =>
    new Promise<WebSocket | number>((done, fail) => {
      const socket = new WebSocket(`wss://127.0.0.1:${gateway.apiPort}/ws`, {
        headers: { host, ...headers },
        rejectUnauthorized: false,
      });
      whenDone(() => socket.terminate());
      socket.once("error", fail);
      socket.once("unexpected-response", (request, response) => {
        request.destroy();
        done(response.statusCode ?? 0);
      });
      socket.once("open", () => done(socket));
    });
  const socket = await open({ cookie, origin: `https://${host}` });
  if (typeof socket === "number") return expect.unreachable(`the handshake answered ${socket}`);
  const echoed = new Promise((done) => socket.once("message", (data) => done(String(data))));
  socket.send("hello");
  expect(await echoed).toBe("hello");
  expect(await open({ cookie, origin: "https://evil.example" })).toBe(403);
  expect(await open({})).toBe(401);
  expect(await open({ ...admin, host: `${FILMS}:${gateway.apiPort}` })).toBe(403);
  const closed = new Promise((done) => socket.once("close", done));
  await gateway.api("POST", "/api/v1/auth/logout", { headers: ending.headers });
  await closed;
});

test("the health gate holds requests back at the name, and what is sick elsewhere does not matter", async () => {
  await gateway.addRoute("sick", "http://127.0.0.1:9", {
    routingMode: "subdomain",
    healthGate: true,
    healthCheckInterval: "1s",
  });
  await eventually(
    "the gate closes",
    async () => codeOf(await at("apps", "sick.home.example", "/", admin)) === "SERVICE_UNHEALTHY",
  );
  expect((await at("apps", FILMS, "/", admin)).status).toBe(200);
  expect((await at("apps", "sick.home.example", "/", member)).status).toBe(403);
});

/** Does the served certificate carry the name? */
const isCovered = (servername: string) =>
  new Promise<boolean>((done) => {
    const options = { host: "127.0.0.1", port: gateway.apiPort, servername, rejectUnauthorized: false };
    const socket = connectSecure(options, () => {
      const names = socket.getPeerX509Certificate()?.checkHost(servername);
      socket.destroy();
      done(names !== undefined);
    });
  });

test("another domain takes effect by itself, its certificate too, and without one every app is at its path", async () => {
  const file = JSON.parse(readFileSync(gateway.configFile, "utf8")) as { server: object };
  const write = (server: object) =>
    writeFileSync(gateway.configFile, JSON.stringify({ ...file, server: { ...file.server, ...server } }));
  expect(await isCovered(FILMS)).toBe(true);
  write({ base_domain: "villa.example", routing_mode: "both" });
  await eventually(
    "the new name is served",
    async () => (await at("apps", "films.villa.example", "/", admin)).status === 200,
  );
  expect((await at("apps", FILMS, "/", admin)).status).toBe(421);
  // With the gateway's mode an app without a word about names has one by its id.
  expect((await at("api", "plain.villa.example", "/", admin)).status).toBe(200);
  await eventually("the certificate covers it", () => isCovered("films.villa.example"));

  write({ base_domain: "" });
  await eventually("the path is back", async () => {
    return (await gateway.apps("GET", "/apps/wiki/", { headers: admin }).catch(() => undefined))?.status === 200;
  });
  const route = (await gateway.admin("GET", "/api/v1/routes/wiki")).json;
  expect(route).toMatchObject({ routingMode: "subdomain", routingRemark: expect.stringContaining("base_domain") });
  await eventually("the log says so", () => gateway.output().includes("host names of routes are not in effect"));
});
