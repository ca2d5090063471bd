// WebSockets know no same-origin rule: the gateway refuses foreign pages before the app is asked (CWE-1385).
import { beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { enterApp, startSession } from "../harness/session.ts";

let gateway: Gateway;
let app: EchoApp;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
});

/** Status of the handshake: 101 when it is open. */
function handshake(port: number, headers: Record<string, string>, path = "/apps/echo/ws"): Promise<number> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, { headers, rejectUnauthorized: false });
  return new Promise((done, fail) => {
    socket.once("error", fail);
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      done(response.statusCode ?? 0);
    });
    socket.once("open", () => {
      socket.close();
      done(101);
    });
  });
}

test("with the cookie of the apps only their own origin opens a socket", async () => {
  const cookie = await enterApp(gateway, await startSession(gateway), "echo");
  const own = `https://127.0.0.1:${gateway.appsPort}`;
  expect(await handshake(gateway.appsPort, { cookie, origin: own })).toBe(101);
  for (const origin of [
    `https://127.0.0.1:${gateway.apiPort}`,
    `http://127.0.0.1:${gateway.appsPort}`,
    "https://127.0.0.1",
    `https://127.0.0.1.evil.example:${gateway.appsPort}`,
    `${own}.evil.example`,
    "https://evil.example",
    "null",
    "",
  ]) {
    expect([origin, await handshake(gateway.appsPort, { cookie, origin })]).toEqual([origin, 403]);
  }
});

test("cookies open no socket on the API's address, and without a credential there is none at all", async () => {
  const session = await startSession(gateway);
  const apps = await enterApp(gateway, session, "echo");
  const origin = `https://127.0.0.1:${gateway.apiPort}`;
  for (const cookie of [session.cookie, apps, `${session.cookie}; ${apps}`]) {
    expect(await handshake(gateway.apiPort, { cookie, origin })).toBe(401);
  }
  expect(await handshake(gateway.appsPort, { origin: `https://127.0.0.1:${gateway.appsPort}` })).toBe(401);
});

test("the event socket opens for the gateway's own pages and for programs, not for other pages", async () => {
  const { cookie } = await startSession(gateway);
  const { apiPort, appsPort } = gateway;
  const own = `https://127.0.0.1:${apiPort}`;
  for (const headers of [{ cookie, origin: own }, { cookie }, {}] as Record<string, string>[]) {
    expect(await handshake(apiPort, headers, "/api/v1/ws")).toBe(101);
  }
  // Apps have another origin, and whatever runs on their pages is none of ours.
  for (const origin of [
    `https://127.0.0.1:${appsPort}`,
    `http://127.0.0.1:${apiPort}`,
    "https://evil.example",
    "null",
  ]) {
    expect([origin, await handshake(apiPort, { cookie, origin }, "/api/v1/ws")]).toEqual([origin, 403]);
  }
  expect(await handshake(apiPort, { host: "evil.example" }, "/api/v1/ws")).toBe(421);
});
