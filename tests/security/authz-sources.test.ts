// Only the path says which object is meant, and only the request line which method: ids in query, body or headers change
// nothing (CWE-639, CWE-650).
import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { startSession } from "../harness/session.ts";

let gateway: Gateway;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("mine", app.url);
  await gateway.addRoute("yours", app.url);
});

const route = async (id: string) =>
  (await gateway.admin("GET", `/api/v1/routes/${id}`)).json as Record<string, unknown>;
const app = async (id: string) => (await gateway.admin("GET", `/api/v1/apps/${id}`)).json as Record<string, unknown>;

test("ids beside the path are not looked at", async () => {
  const before = [await route("yours"), await app("yours")];
  const many = "routeId=yours&appId=yours&id=yours&appId=yours";
  const alien = { routeId: "yours", id: "yours", version: 99, origin: "config", upstreamClass: "public" };
  const patched = await gateway.admin("PATCH", `/api/v1/routes/mine?${many}`, { ...alien, websocket: true });
  expect(patched.json).toMatchObject({ routeId: "mine", origin: "api", upstreamClass: "host", websocket: true });
  const named = await gateway.admin("PATCH", `/api/v1/apps/mine?${many}`, {
    ...alien,
    appId: "yours",
    name: "Changed",
  });
  expect(named.json).toMatchObject({ id: "mine", name: "Changed" });
  expect((await gateway.admin("DELETE", `/api/v1/routes/absent?${many}`, { routeId: "yours" })).status).toBe(204);
  expect([await route("yours"), await app("yours")]).toMatchObject(before.map(({ version }) => ({ version })));
});

test("a route does not change hands by its body", async () => {
  const stolen = await gateway.admin("PATCH", "/api/v1/routes/mine", { appId: "yours" });
  expect(stolen.json).toMatchObject({ error: { code: "VALIDATION_FAILED", details: [{ path: "appId" }] } });
  const over = await gateway.admin("PUT", "/api/v1/routes/third", {
    appId: "third",
    to: "http://127.0.0.1:9",
    pathBase: "/apps/yours/x/",
  });
  expect(over.json).toMatchObject({ error: { code: "ROUTE_CONFLICT" } });
});

test("no header turns one method into another", async () => {
  const { authorization } = await bearer(gateway);
  for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
    await gateway.api("GET", "/api/v1/routes/mine?_method=DELETE", { headers: { authorization, [name]: "DELETE" } });
    await gateway.api("POST", "/api/v1/routes/mine", { headers: { authorization, [name]: "DELETE" } });
  }
  expect(await route("mine")).toMatchObject({ routeId: "mine" });
});

test("a hand-over is for the app that is named, whatever the path says", async () => {
  const session = await startSession(gateway, await addPerson(gateway, "ben", { apps: ["mine"] }));
  const ask = (body: object) =>
    gateway.api("POST", "/api/v1/auth/hand-over?appId=yours", { body, headers: session.headers });
  expect((await ask({ appId: "mine" })).status).toBe(200);
  expect((await ask({ appId: "yours" })).status).toBe(403);
  expect((await ask({ appId: "mine", path: "/apps/yours/" })).status).toBe(403);
  expect((await ask({ appId: "yours", path: "/apps/mine/" })).status).toBe(403);
});
