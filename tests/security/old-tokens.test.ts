// What was given out before does not come back to life: after a restart, in a new data folder with the same secret, and
// after a password was changed (CWE-613).
import { expect, test } from "vitest";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, setPassword } from "../harness/people.ts";
import { startSession } from "../harness/session.ts";

const config = { auth: { hs256_secret: "qX2nV8kTz5LrJw9cB1yHmG7dSf4uEaP0" } };

test("neither a restart nor another instance honours what was withdrawn or made elsewhere", async () => {
  const dataFolder = makeFolder("nekzus-test-");
  const first = await startGateway({ dataFolder, config });
  const ben = await addPerson(first, "ben");
  const [ended, changed] = [await first.signIn(), await first.signIn(ben)];
  const session = await startSession(first, ben);
  await first.api("POST", "/api/v1/auth/logout", { headers: { authorization: `Bearer ${ended}` } });
  await setPassword(first, "ben", "another password");
  const good = await first.signIn();
  const said = async (gateway: Gateway, token: string) => {
    const answer = await gateway.api("GET", "/api/v1/auth/me", { headers: { authorization: `Bearer ${token}` } });
    return answer.status === 200 ? 200 : (answer.json as { error: { code: string } }).error.code;
  };
  await first.stop();

  const [again, elsewhere] = await Promise.all([startGateway({ dataFolder, config }), startGateway({ config })]);
  expect(await said(again, good)).toBe(200);
  expect(await said(again, ended)).toBe("TOKEN_REVOKED");
  expect(await said(again, changed)).toBe("TOKEN_REVOKED");
  expect((await again.api("GET", "/api/v1/auth/me", { headers: session.headers })).status).toBe(401);
  // The same secret, the same first user: still another gateway.
  expect(await said(elsewhere, good)).toBe("UNAUTHORIZED");
});
