// An open socket must not outlast what it was opened with (CWE-613): whoever loses it is cut off at once.
import { beforeAll, expect, test } from "vitest";
import { enterSocket, openSocket } from "../harness/event-socket.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, setPassword } from "../harness/people.ts";
import { phoneToken } from "../harness/phone.ts";
import { startSession } from "../harness/session.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

test("a revoked device hears that it was, is closed, and does not come in again", async () => {
  const token = await phoneToken(gateway, "phone");
  const watcher = await enterSocket(gateway, { token: await gateway.signIn() });
  const [one, two] = [await enterSocket(gateway, { token }), await enterSocket(gateway, { token })];
  expect((await gateway.admin("DELETE", "/api/v1/devices/phone")).status).toBe(200);
  for (const client of [one, two]) {
    expect((await client.closed).code).toBe(4403);
    expect(client.messages.at(-1)).toMatchObject({ type: "device_revoked", data: { deviceId: "phone" } });
  }
  await watcher.next("device_revoked");
  const again = await openSocket(gateway);
  again.send("auth", { token });
  expect((await again.closed).code).toBe(4401);
  expect(again.messages).toMatchObject([
    {
      type: "auth_failed",
      data: { code: "DEVICE_REVOKED", numericCode: 1004, error: expect.stringMatching(/revoked/) },
    },
  ]);
});

test("sign-out, an ended session, another password and a revoked key close what they opened, and nothing else", async () => {
  const other = await enterSocket(gateway, { token: await gateway.signIn() });
  const anna = await addPerson(gateway, "anna");

  const token = await gateway.signIn(anna);
  const byToken = await enterSocket(gateway, { token });
  const headers = { authorization: `Bearer ${token}`, "sec-fetch-site": "same-origin" };
  await gateway.api("POST", "/api/v1/auth/logout", { headers });
  expect((await byToken.closed).code).toBe(4401);

  const session = await startSession(gateway, anna);
  const bySession = await enterSocket(gateway, { proof: session.proof }, { headers: { cookie: session.cookie } });
  await gateway.api("POST", "/api/v1/auth/logout", { headers: session.headers });
  expect((await bySession.closed).code).toBe(4401);

  const later = await enterSocket(gateway, { token: await gateway.signIn(anna) });
  await setPassword(gateway, "anna", "quite another password");
  expect((await later.closed).code).toBe(4401);

  const made = await gateway.admin("POST", "/api/v1/apikeys", { name: "Home", scopes: ["read:*"] });
  const { key, id } = made.json as { key: string; id: string };
  const byKey = await enterSocket(gateway, { token: key });
  await gateway.admin("DELETE", `/api/v1/apikeys/${id}`);
  expect((await byKey.closed).code).toBe(4401);

  expect(other.isOpen()).toBe(true);
});

test("who is given less hears less from then on", async () => {
  const token = await phoneToken(gateway, "tablet", ["read:*", "access:*"]);
  const client = await enterSocket(gateway, { token });
  await gateway.addRoute("seen", "http://127.0.0.1:9");
  await client.next("app_registered");
  const less = await gateway.admin("PATCH", "/api/v1/devices/tablet", { scopes: ["read:events", "access:kept"] });
  expect(less.status).toBe(200);
  await gateway.addRoute("secret", "http://127.0.0.1:9");
  await gateway.addRoute("kept", "http://127.0.0.1:9");
  await client.next("app_registered", ({ data }) => data.appId === "kept");
  const ids = client.messages.flatMap(({ type, data }) => (type === "app_registered" ? [data.appId] : []));
  expect(ids).toEqual(["seen", "kept"]);
});
