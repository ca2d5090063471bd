// The first run makes one administrator, for who stands at the machine or read the code there, and never opens again
// (CWE-362, CWE-306, CWE-1188).
import { expect, test } from "vitest";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

const codes = (gateway: Gateway) =>
  [...gateway.output().matchAll(/Setup code for the first one: (\S+)/g)].map(([, code]) => code);
const person = (username: string) => ({ username, password: "a long enough password" });

test("of many setups at once one wins; it stays closed, also after a restart", async () => {
  const dataFolder = makeFolder("nekzus-test-");
  const gateway = await startGateway({ dataFolder, admin: false });
  const setup = (body: object, headers = {}) => gateway.api("POST", "/api/v1/auth/setup", { body, headers });
  const status = async (at: Gateway) => (await at.api("GET", "/api/v1/auth/setup-status")).json;
  expect(await status(gateway)).toEqual({ setupRequired: true, hasUsers: false });
  expect((await gateway.api("GET", "/api/v1/apps")).status).toBe(401);

  expect((await setup(person("mallory"))).status).toBe(401);
  const first = codes(gateway)[0] as string;
  for (let i = 0; i < 10; i++) {
    const forged = { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" };
    expect((await setup({ ...person("mallory"), setupCode: `guess ${i}` }, forged)).status).toBe(401);
  }
  await expect.poll(() => codes(gateway).length).toBe(2);
  expect((await setup({ ...person("mallory"), setupCode: first })).status).toBe(401);

  const setupCode = codes(gateway)[1] as string;
  const racers = await Promise.all(Array.from({ length: 8 }, (_, i) => setup({ ...person(`racer${i}`), setupCode })));
  expect(racers.map((answer) => answer.status).sort()).toEqual([201, ...Array(7).fill(400)]);
  const winner = racers.find((answer) => answer.status === 201)?.json as { username: string };
  for (const [i, { status: code, json }] of racers.entries()) {
    const signIn = await gateway.api("POST", "/api/v1/auth/login", { body: person(`racer${i}`) });
    expect(signIn.status).toBe(code === 201 ? 200 : 401);
    if (code !== 201) expect(json).toMatchObject({ error: { code: "SETUP_ALREADY_COMPLETED" } });
  }
  expect(await gateway.signIn(person(winner.username))).toBeTruthy();
  await gateway.stop();

  const later = await startGateway({ dataFolder, admin: false, config: { auth: { local_access: true } } });
  expect(await status(later)).toEqual({ setupRequired: false, hasUsers: true });
  expect(codes(later)).toEqual([]);
  for (const body of [{ ...person("mallory"), setupCode }, person("mallory"), {}]) {
    const answer = await later.api("POST", "/api/v1/auth/setup", { body });
    expect(answer.json).toMatchObject({ error: { code: "SETUP_ALREADY_COMPLETED" } });
  }
});
