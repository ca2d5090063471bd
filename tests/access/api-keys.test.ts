import { beforeAll, expect, test, vi } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { openEvents } from "../harness/streams.ts";

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let admin: Record<string, string>;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  await gateway.addRoute("other", app.url, { stripPrefix: true });
  admin = await bearer(gateway);
});

async function make(body: object): Promise<{ id: string; headers: Record<string, string> }> {
  const made = await gateway.api("POST", "/api/v1/apikeys", { headers: admin, body: { name: "ci", ...body } });
  expect([made.status, made.text]).toEqual([201, expect.stringContaining("nekzus_")]);
  const { id, key } = made.json as { id: string; key: string };
  return { id, headers: { "x-api-key": key } };
}
const status = async (headers: Record<string, string>, path: string, method = "GET") =>
  (await gateway.api(method, path, { headers })).status;

test("a key opens what its scopes say, at the API and at apps, until it is revoked: then its streams end", async () => {
  const { id, headers } = await make({ scopes: ["read:catalog", "access:echo"] });
  expect(await status(headers, "/api/v1/apps")).toBe(200);
  expect(await status(headers, "/api/v1/apikeys")).toBe(403);
  expect(await status(headers, "/apps/echo/")).toBe(200);
  expect(await status(headers, "/apps/other/")).toBe(403);
  const events = await openEvents(gateway.apiPort, "/apps/echo/sse", headers);
  expect(await status(admin, `/api/v1/apikeys/${id}`, "DELETE")).toBe(200);
  expect(await status(headers, "/apps/echo/")).toBe(401);
  expect(await status(headers, "/api/v1/apps")).toBe(401);
  await eventually("its stream has ended", () => !events.open(), 3000);
});

test("a key bound to networks opens nothing from elsewhere", async () => {
  const { headers } = await make({ scopes: ["read:*", "access:*"], networks: ["192.0.2.0/24"] });
  expect(await status(headers, "/api/v1/apps")).toBe(403);
  expect(await status(headers, "/apps/echo/")).toBe(401);
});

test("a key with a limit of its own is counted by itself", async () => {
  const { headers } = await make({ scopes: ["read:catalog"], requestsPerMinute: 3 });
  const all = [];
  for (let i = 0; i < 5; i++) all.push(await status(headers, "/api/v1/apps"));
  expect(all).toEqual([200, 200, 200, 429, 429]);
  expect(await status(admin, "/api/v1/apps")).toBe(200);
});
