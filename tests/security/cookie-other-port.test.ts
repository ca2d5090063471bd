// Cookies reach every port of a host: replayed by a page on another port they open nothing (CWE-352, RFC 6265 section 8.5).
import { ENDPOINTS } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";
import { type BrowserSession, enterApp, startSession } from "../harness/session.ts";

const OTHER = "https://127.0.0.1:9443";
/** What a browser adds for a page on another port of the same host. */
const SAME_SITE = { origin: OTHER, "sec-fetch-site": "same-site" };

let gateway: Gateway;
let app: EchoApp;
let session: BrowserSession;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  session = await startSession(gateway);
});

test("no endpoint of the API takes the cookie alone", async () => {
  const closed = ENDPOINTS.filter(({ access, listener }) => access.kind !== "open" && listener !== "apps");
  expect(closed.length).toBeGreaterThan(15);
  const { cookie } = session;
  for (const { method, path } of closed) {
    const target = path.replace(/\{[^}]+\}/g, "1");
    for (const headers of [{ cookie }, { cookie, ...SAME_SITE }]) {
      const { status } = await gateway.api(method, target, { headers });
      expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: 401`);
    }
  }
});

test("also with the proof, only our own page may change something", async () => {
  const { cookie, proof } = session;
  const change = (headers: Record<string, string | undefined>) =>
    gateway.api("PUT", "/api/v1/apps/echo", {
      body: { name: "Changed" },
      headers: { cookie, "x-nekzus-proof": proof, ...headers },
    });
  for (const headers of [
    SAME_SITE,
    { origin: OTHER },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { origin: "null" },
    {},
  ]) {
    const answer = await change(headers);
    expect([headers, answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([
      headers,
      403,
      "ORIGIN_NOT_ALLOWED",
    ]);
  }
  expect((await change({ origin: `https://127.0.0.1:${gateway.apiPort}` })).status).toBe(200);
});

test("no answer of the API may be read by another origin", async () => {
  for (const method of ["GET", "OPTIONS"]) {
    const { headers } = await gateway.api(method, "/api/v1/apps", {
      headers: { ...session.headers, ...SAME_SITE, "access-control-request-method": "GET" },
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
});

test("the cookie of the apps changes nothing and opens no socket for a page on another port", async () => {
  const cookie = await enterApp(gateway, session, "echo");
  const post = (headers: Record<string, string | undefined>) =>
    gateway.apps("POST", "/apps/echo/form", { body: "a=b", headers: { cookie, ...headers } });
  const upgrade = (origin: string) =>
    sendRaw(
      gateway.appsPort,
      true,
      `GET /apps/echo/ws HTTP/1.1\r\nHost: 127.0.0.1:${gateway.appsPort}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ${cookie}\r\n${origin}\r\n`,
    );
  const own = `https://127.0.0.1:${gateway.appsPort}`;
  const reached = () => app.seen.filter(({ url }) => url !== "/").length;
  const before = reached();
  for (const headers of [
    SAME_SITE,
    { origin: OTHER },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
    { origin: "null" },
  ]) {
    expect((await post(headers)).status).toBe(403);
  }
  for (const origin of [`Origin: ${OTHER}\r\n`, "Origin: null\r\n", "Sec-Fetch-Site: same-site\r\n"]) {
    expect(await upgrade(origin)).toMatch(/^HTTP\/1.1 403 /);
  }
  expect(reached()).toBe(before);
  expect((await post({ origin: own, "sec-fetch-site": "same-origin" })).status).toBe(200);
  expect(await upgrade(`Origin: ${own}\r\n`)).toMatch(/^HTTP\/1.1 101 /);
});
