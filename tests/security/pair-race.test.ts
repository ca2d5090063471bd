// One code lets one device in: of many that fetch it and show its token at the same moment, one wins (CWE-367).
import { beforeAll, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { ask, bearerOf, pairingCode, pairingState, redeem } from "../harness/phone.ts";
import type { Answer } from "../harness/request.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

test("of twenty phones that fetch one code, one gets it", async () => {
  const { code } = await pairingCode(gateway);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => redeem(gateway, code, { localAddress: `127.0.1.${at + 1}` })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 404]));
});

test("of twenty devices that show one bootstrap token, one is paired, and it may ask again", async () => {
  const { id, code } = await pairingCode(gateway);
  const { bootstrapToken } = (await redeem(gateway, code)).json as { bootstrapToken: string };
  const asking = Array.from({ length: 20 }, (_, at) => ask(gateway, bootstrapToken, `phone-${at}`));
  await eventually("one asks", async () => (await pairingState(gateway, id)).state === "asking");
  const { device } = await pairingState(gateway, id);
  await gateway.admin("POST", `/api/v1/pairings/${id}/approve`, { phrase: device?.phrase });
  const answers = await Promise.all(asking);
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  const { deviceId } = (winners[0] as Answer).json as { deviceId: string };
  const again = await ask(gateway, bootstrapToken, deviceId);
  expect(again.json).toEqual(winners[0]?.json);
  const listed = (await gateway.admin("GET", "/api/v1/devices")).json as { id: string }[];
  expect(listed.map((one) => one.id)).toEqual([deviceId]);
  expect((await gateway.api("GET", "/api/v1/apps", { headers: bearerOf(again) })).status).toBe(200);
});
