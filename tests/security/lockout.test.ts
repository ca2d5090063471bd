// Guessing passwords soon takes minutes for each try, without locking anybody else out (CWE-307, CWE-645).
import { beforeAll, expect, test } from "vitest";
import { ADMIN, type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson } from "../harness/people.ts";
import { startSession } from "../harness/session.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const login = (localAddress: string, username: string, password: string, headers = {}) =>
  gateway.api("POST", "/api/v1/auth/login", { body: { username, password }, localAddress, headers });

test.each([ADMIN.username, "nobody"])("wrong passwords for %s make the next try wait", async (username) => {
  const network = username === "nobody" ? "127.0.8.1" : "127.0.8.2";
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    // A forged address is no other network.
    const headers = { "x-forwarded-for": `203.0.113.${i}` };
    const answer = await login(network, username, `guess ${i}`, headers);
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
  // While it lasts the right password is not looked at: that would make the wait useless.
  expect((await login(network, ADMIN.username, username === "nobody" ? "x" : ADMIN.password)).status).toBe(
    username === "nobody" ? 401 : 429,
  );
  expect((await login("127.0.8.99", ADMIN.username, ADMIN.password)).status).toBe(200);
});

// A stolen session must not be a way around the wait, nor a guess there one that sign-in does not count.
test("guessing the present password to change it is guessing like any other", async () => {
  const localAddress = "127.0.8.5";
  const ben = await addPerson(gateway, "ben");
  const { headers } = await startSession(gateway, ben);
  const change = async (currentPassword: string) => {
    const body = { currentPassword, newPassword: "another long password" };
    return (await gateway.api("POST", "/api/v1/auth/password", { headers, body, localAddress })).status;
  };
  expect([await change("guess 1"), await change("guess 2")]).toEqual([400, 400]);
  expect((await login(localAddress, ben.username, "guess 3")).status).toBe(401);
  expect([await change("guess 4"), await change(ben.password)]).toEqual([400, 429]);
  expect((await login(localAddress, ben.username, ben.password)).status).toBe(429);
  // Elsewhere the owner is not kept out, and nothing was changed.
  expect((await login("127.0.8.98", ben.username, ben.password)).status).toBe(200);
});

test("many tries at the same moment gain nothing", async () => {
  const tries = await Promise.all(Array.from({ length: 12 }, (_, i) => login("127.0.8.3", "somebody", `guess ${i}`)));
  expect(tries.filter(({ status }) => status === 401)).toHaveLength(4);
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(8);
});

test("the wait is as long as it says, and not longer", async () => {
  const network = "127.0.8.4";
  let refused = await login(network, ADMIN.username, "guess");
  while (refused.status !== 429) refused = await login(network, ADMIN.username, "guess");
  await new Promise((done) => setTimeout(done, 1000 * Number(refused.headers["retry-after"])));
  expect((await login(network, ADMIN.username, ADMIN.password)).status).toBe(200);
});
