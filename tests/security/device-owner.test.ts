// A device never may more than its owner, whatever it was given; nobody makes one for what they lack (CWE-269).
import { beforeAll, expect, test } from "vitest";
import { runCommand } from "../harness/command.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { ask, bearerOf, redeem } from "../harness/phone.ts";

let gateway: Gateway;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
});

async function joined(id: string, scopes: string[]): Promise<{ authorization: string }> {
  const wish = scopes.flatMap((scope) => ["--scope", scope]);
  const { stdout } = await runCommand(["pair", "--data", gateway.dataFolder, "--code-only", ...wish]);
  const { code } = JSON.parse(stdout) as { code: string };
  const { bootstrapToken } = (await redeem(gateway, code)).json as { bootstrapToken: string };
  return bearerOf(await ask(gateway, bootstrapToken, id));
}

test("a device with few scopes makes neither keys nor codes, and changes no other device", async () => {
  const weak = await joined("weak", ["read:catalog", "access:echo"]);
  await joined("strong", ["read:*", "write:*", "access:*"]);
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
