// With one origin for API and apps, a script of an app holds the proof too: cookies must never authorise the API (CWE-1275, CWE-346).
import { expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { ADMIN, startGateway } from "../harness/gateway.ts";
import { enterApp, startSession } from "../harness/session.ts";

test("on a shared origin a browser session opens apps and nothing else", async () => {
  const [gateway, app] = await Promise.all([
    startGateway({ config: { server: { share_origin: true, apps_addr: "" } } }),
    startEchoApp(),
  ]);
  await gateway.addRoute("echo", app.url);
  const session = await startSession(gateway);
  const asked = (method: string, path: string, body?: unknown) =>
    gateway.api(method, path, { headers: session.headers, body });
  expect((await asked("GET", "/api/v1/auth/me")).status).toBe(200);
  for (const [method, path, body] of [
    ["GET", "/api/v1/routes", undefined],
    ["GET", "/api/v1/jobs", undefined],
    ["PUT", "/api/v1/routes/mine", { appId: "mine", to: app.url, publicAccess: true }],
    ["POST", "/api/v1/discovery/rediscover", undefined],
    ["GET", "/api/v1/auth/sessions", undefined],
    ["DELETE", "/api/v1/auth/sessions", undefined],
    ["POST", "/api/v1/auth/password", { currentPassword: ADMIN.password, newPassword: "another long password" }],
    ["PATCH", "/api/v1/preferences", { home: { hidden: ["echo"] } }],
  ] as const) {
    expect([path, (await asked(method, path, body)).status]).toEqual([path, 403]);
  }
  const cookie = await enterApp(gateway, session, "echo");
  expect((await gateway.api("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(200);

  // A page that asks past its prefix is led back, but never away from what is the gateway's.
  await gateway.addRoute("half", app.url, { stripPrefix: true });
  const referer = `https://127.0.0.1:${gateway.apiPort}/apps/half/`;
  const ledTo = async (path: string) =>
    (await gateway.api("GET", path, { headers: { cookie, referer } })).headers.location;
  expect(await ledTo("/chunk.js?v=1")).toBe("/apps/half/chunk.js?v=1");
  for (const path of [
    "/",
    "/api/v1/apps",
    "/api/nothing",
    "/ui/apps",
    "/assets/x.js",
    "/docs",
    "/pair",
    "/readyz",
    "/ws",
  ]) {
    expect([path, await ledTo(path)]).not.toEqual([path, expect.stringMatching(/^\/apps\//)]);
  }
});
