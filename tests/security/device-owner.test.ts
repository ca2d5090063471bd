// A device never may more than its owner, whatever it was given; nobody makes one for what they lack (CWE-269).
import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { pairPhone } from "../harness/phone.ts";

let gateway: Gateway;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
});

test("a device with few scopes makes neither keys nor codes, and changes no other device", async () => {
  const weak = await pairPhone(gateway, "weak", ["read:catalog", "access:echo"]);
  await pairPhone(gateway, "strong", ["read:*", "write:*", "access:*"]);
  const status = async (method: string, path: string, body?: object) =>
    (await gateway.api(method, path, { headers: weak, ...(body && { body }) })).status;
  expect(await status("GET", "/apps/echo/")).toBe(200);
  expect(await status("POST", "/api/v1/apikeys", { name: "x", scopes: ["read:catalog"] })).toBe(403);
  expect(await status("POST", "/api/v1/pairings", {})).toBe(403);
  expect(await status("GET", "/api/v1/devices/strong")).toBe(404);
  expect(await status("DELETE", "/api/v1/devices/strong")).toBe(404);
  expect(await status("PATCH", "/api/v1/devices/weak", { scopes: ["write:*"] })).toBe(403);
  expect(await status("PATCH", "/api/v1/devices/weak", { deviceName: "Mine" })).toBe(200);
});

test("members see and revoke their own devices alone, and a key gives no more than its maker holds", async () => {
  const ben = await bearer(gateway, await addPerson(gateway, "ben"));
  expect((await gateway.api("GET", "/api/v1/devices", { headers: ben })).json).toEqual([]);
  expect((await gateway.api("GET", "/api/v1/devices/strong", { headers: ben })).status).toBe(404);
  const narrow = await gateway.admin("POST", "/api/v1/apikeys", { name: "n", scopes: ["access:admin"] });
  const headers = { "x-api-key": (narrow.json as { key: string }).key };
  const body = { name: "wide", scopes: ["write:*"] };
  expect((await gateway.api("POST", "/api/v1/apikeys", { headers, body })).status).toBe(403);
  const code = await gateway.api("POST", "/api/v1/pairings", { headers, body: { scopes: ["write:*"] } });
  expect(code.status).toBe(403);
});
