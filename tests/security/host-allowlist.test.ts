// A foreign Host name is refused on every listener, for every kind of request, and the answer says what to set
// (DNS rebinding, CWE-350; host header attacks, CWE-644).
import { hostname } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;

beforeAll(async () => {
  const [started, app] = await Promise.all([
    startGateway({
      config: { server: { allowed_hosts: ["friend.example", "nas.home.example"], base_domain: "home.example" } },
    }),
    startEchoApp(),
  ]);
  gateway = started;
  await gateway.addRoute("echo", app.url, { publicAccess: true, websocket: true, stripPrefix: true });
  await gateway.addRoute("named", app.url, { publicAccess: true, routingMode: "subdomain" });
});

const FOREIGN = [
  "evil.example",
  "localhost.evil.example",
  "127.0.0.1.nip.io",
  "friend.example.evil.example",
  "sub.friend.example",
  "friend.example.",
  "nothing.home.example",
  "echo.home.example",
  "a.named.home.example",
  "named.home.example.",
  "named.home.example.evil.example",
  "127.1",
  "2130706433",
];
const PATHS = [
  "/",
  "/healthz",
  "/metrics",
  "/api/v1/apps",
  "/api/v1/auth/setup-status",
  "/apps/echo/",
  "/apps/nowhere/",
  "/apps/.nekzus/enter",
  "/docs",
  "/nothing",
];

test.each(FOREIGN)("%s is refused everywhere", async (name) => {
  for (const listener of ["api", "apps"] as const) {
    for (const path of PATHS) {
      const answer = await gateway[listener]("GET", path, { headers: { host: `${name}:${gateway.apiPort}` } });
      expect([path, answer.status]).toEqual([path, 421]);
      expect(answer.json).toMatchObject({
        error: { code: "HOST_NOT_ALLOWED", message: expect.stringContaining("server.allowed_hosts") },
      });
      expect(answer.headers).not.toHaveProperty("set-cookie");
    }
    const change = await gateway[listener]("POST", "/api/v1/auth/login", {
      headers: { host: name },
      body: { username: "a", password: "b" },
    });
    expect(change.status).toBe(421);
  }
});

test("also for upgrades, and for plain requests on the TLS port", async () => {
  const upgrade =
    "GET /apps/echo/ws HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  for (const port of [gateway.apiPort, gateway.appsPort]) {
    expect(await sendRaw(port, true, upgrade)).toMatch(/^HTTP\/1\.1 421 /);
    expect(await sendRaw(port, false, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await sendRaw(port, false, "GET / HTTP/1.1\r\n\r\n")).not.toContain("Location");
  }
});

test("a person is shown a page that tells what to set", async () => {
  const answer = await gateway.api("GET", "/", { headers: { host: "my-new-name.example", accept: "text/html" } });
  expect(answer.status).toBe(421);
  expect(answer.headers["content-type"]).toMatch(/^text\/html/);
  expect(answer.text).toContain("server.allowed_hosts");
});

test("our own names are answered: addresses, localhost, the machine's name, and what was allowed", async () => {
  const machine = hostname().toLowerCase().split(".")[0];
  for (const name of [
    "127.0.0.1",
    "[::1]",
    "192.168.77.7",
    "localhost",
    "LOCALHOST",
    machine,
    `${machine}.local`,
    "friend.example",
    "home.example",
  ]) {
    const answer = await gateway.apps("GET", "/apps/echo/", { headers: { host: `${name}:${gateway.apiPort}` } });
    expect([name, answer.status]).toEqual([name, 200]);
  }
});

test("the name of an app shows the app and nothing of ours, and no app can take a name of ours", async () => {
  for (const listener of ["api", "apps"] as const) {
    const answer = await gateway[listener]("GET", "/api/v1/auth/setup-status", {
      headers: { host: "NAMED.home.example" },
    });
    expect(answer.json).toMatchObject({ url: "/api/v1/auth/setup-status" });
  }
  for (const [subdomain, status] of [
    ["named", 409],
    ["nas", 400],
  ] as const) {
    const route = { appId: "second", to: "http://127.0.0.1:9", routingMode: "subdomain", subdomain };
    const refusal = await gateway.admin("PUT", "/api/v1/routes/second", route);
    expect([refusal.status, refusal.json]).toEqual([
      status,
      { error: expect.objectContaining({ details: [expect.objectContaining({ path: "subdomain" })] }) },
    ]);
  }
});
