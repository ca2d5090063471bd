// Wrong codes make the guesser wait and nobody else, and a code that others try is locked (CWE-307).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { pairingCode, redeem } from "../harness/phone.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

const said = async (code: string, localAddress: string) => {
  const { status, json, headers } = await redeem(gateway, code, { localAddress });
  return status === 200
    ? "let in"
    : `${(json as { error: { code: string } }).error.code} ${headers["retry-after"] ?? ""}`;
};

test("five wrong codes make a network wait; another one is let in meanwhile", async () => {
  const { code } = await pairingCode(gateway);
  for (let i = 0; i < 5; i++) expect(await said("AAAAAAAA", "127.0.2.1")).toBe("INVALID_CODE ");
  expect(await said(code, "127.0.2.1")).toMatch(/^RATE_LIMIT_EXCEEDED \d+$/);
  expect(await said(code, "127.0.2.2")).toBe("let in");
});

test("a code that others try after it was fetched is locked, also for who fetched it", async () => {
  const { code } = await pairingCode(gateway);
  expect(await said(code, "127.0.3.1")).toBe("let in");
  expect(await said(code, "127.0.3.1")).toBe("let in");
  for (let i = 0; i < 5; i++) expect(await said(code, `127.0.3.${i + 2}`)).toBe("INVALID_CODE ");
  expect(await said(code, "127.0.3.1")).toBe("INVALID_CODE ");
});

test("without the header that no foreign page can send there is no answer about the code", async () => {
  const { code } = await pairingCode(gateway);
  const answer = await redeem(gateway, code, { headers: {} });
  expect(answer.json).toMatchObject({ error: { code: "MISSING_HEADER" } });
});
