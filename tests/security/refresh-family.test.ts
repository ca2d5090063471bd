// A lost answer does no harm, a copied token ends all that came of it (RFC 9700, section 4.14.2; CWE-613).
import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { ask, bearerOf, pairingCode, pairingState, redeem } from "../harness/phone.ts";
import { openEvents } from "../harness/streams.ts";

let gateway: Gateway;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway();
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
});

const refresh = (headers: { authorization: string }) => gateway.api("POST", "/api/v1/auth/refresh", { headers });
const codeOf = (json: unknown) => (json as { error: { code: string } }).error.code;

async function phone(id: string) {
  const made = await pairingCode(gateway);
  const { bootstrapToken } = (await redeem(gateway, made.code)).json as { bootstrapToken: string };
  const asking = ask(gateway, bootstrapToken, id);
  await eventually("it asks", async () => (await pairingState(gateway, made.id)).state === "asking");
  const { device } = await pairingState(gateway, made.id);
  await gateway.admin("POST", `/api/v1/pairings/${made.id}/approve`, { phrase: device?.phrase });
  return bearerOf(await asking);
}

test("a thief who uses an old token ends the line, with its streams, and the log says so", async () => {
  const first = await phone("stolen");
  const second = await refresh(first);
  expect(second.status).toBe(200);
  // The answer was lost: the same again.
  expect((await refresh(first)).json).toMatchObject({
    accessToken: (second.json as { accessToken: string }).accessToken,
  });
  const third = bearerOf(await refresh(bearerOf(second)));
  const stream = await openEvents(gateway.apiPort, "/apps/echo/sse", third);
  const stolen = await refresh(first);
  expect([stolen.status, codeOf(stolen.json)]).toEqual([401, "TOKEN_REVOKED"]);
  expect((await gateway.api("GET", "/apps/echo/", { headers: third })).status).toBe(401);
  expect((await refresh(third)).status).toBe(401);
  await eventually("its streams have ended", () => !stream.open(), 3000);
  const { logs } = (await gateway.admin("GET", "/api/v1/audit-logs?action=token.reused")).json as { logs: unknown[] };
  expect(logs).toMatchObject([{ targetId: "device:stolen", success: false }]);
});

test("a token of a browser's cookie or of nobody is not exchanged", async () => {
  for (const authorization of ["Bearer nothing", `Bearer nekzus_${"a".repeat(64)}`]) {
    expect((await refresh({ authorization })).status).toBe(401);
  }
});
