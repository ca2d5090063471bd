import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { startEchoApp } from "./harness/echo-app.ts";
import { startGateway } from "./harness/gateway.ts";

test("an app is routed, opened with a token, and refused without one", async () => {
  const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
  const token = await gateway.signIn();
  const bearer = { authorization: `Bearer ${token}` };

  const open = await gateway.api("GET", "/apps/echo/a%20b?x=1", { headers: bearer });
  expect(open.status).toBe(200);
  expect(open.json).toMatchObject({
    url: "/a%20b?x=1",
    headers: { "x-forwarded-prefix": "/apps/echo", "x-forwarded-proto": "https" },
  });
  expect((open.json as { headers: object }).headers).not.toHaveProperty("authorization");

  const closed = await gateway.api("GET", "/apps/echo/");
  expect(closed.status).toBe(401);
  expect(closed.json).toMatchObject({ error: { code: "UNAUTHORIZED" } });

  const slash = await gateway.api("GET", "/apps/echo?x=1", { headers: bearer });
  expect(slash.status).toBe(301);
  expect(slash.headers.location).toBe("/apps/echo/?x=1");

  const socket = new WebSocket(`wss://127.0.0.1:${gateway.apiPort}/apps/echo/ws`, {
    headers: bearer,
    rejectUnauthorized: false,
  });
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  const echoed = new Promise((done) => socket.once("message", (data) => done(String(data))));
  socket.send("hello");
  expect(await echoed).toBe("hello");
  socket.close();
});
