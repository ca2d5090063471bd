import { account, auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { cookieOf, openAccess, REMOTE } from "./test-access.ts";

const PASSWORD = "correct horse";

async function withAnna(storage: Storage) {
  const room = await openAccess(storage);
  await room.access.users.add({ username: "anna", password: PASSWORD, role: "admin" });
  const session = async () => {
    const answer = await room.send(auth.login, { body: { username: "anna", password: PASSWORD, session: true } });
    const { proof } = answer.body as { proof: string };
    return { cookie: cookieOf(answer), "x-nekzus-proof": proof };
  };
  const change = (headers: Record<string, string>, newPassword: string) =>
    room.send(account.changePassword, { body: { currentPassword: PASSWORD, newPassword } }, { headers });
  return { ...room, session, change };
}

eachStorage((_name, open) => {
  test("of two password changes at the same moment one wins, and nobody stays signed in by the other", async () => {
    const { session, change, send, access } = await withAnna(await open());
    const browsers = [await session(), await session()];
    const results = await Promise.allSettled(
      browsers.map((headers, index) => change(headers, `new password ${index}`)),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    // The later one finds its session ended, or already the password to be another.
    const { reason } = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(["UNAUTHORIZED", "VALIDATION_FAILED"]).toContain((reason as { code?: string }).code);
    const won = results.findIndex(({ status }) => status === "fulfilled");
    const signedIn = browsers.map(
      async (headers) => (await access.identify({ facts: REMOTE, headers })).caller.principal,
    );
    expect((await Promise.all(signedIn)).map(({ kind }) => kind)).toEqual(
      won === 0 ? ["user", "anonymous"] : ["anonymous", "user"],
    );
    const body = { username: "anna", password: `new password ${won}` };
    expect(await send(auth.login, { body })).toHaveProperty("body.token");
  });

  test("the list of browsers tells the last use and the address it came from, and leaves out what has ended", async () => {
    const { session, send, clock, access } = await withAnna(await open());
    await session();
    await clock.advance(6 * 24 * 3600_000);
    const headers = { ...(await session()), "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/1 Firefox/140.0" };
    const list = async () => (await send(account.listSessions, {}, { headers })).body;
    expect(await list()).toMatchObject([
      { current: true, browser: "Unknown browser", address: REMOTE.address },
      { current: false, lastSeen: "2026-01-01T00:00:00.000Z" },
    ]);
    await clock.advance(2 * 24 * 3600_000);
    await access.identify({ facts: { ...REMOTE, address: "192.168.1.99" }, headers });
    expect(await list()).toEqual([
      {
        id: expect.stringMatching(/^ses_/),
        current: true,
        createdAt: "2026-01-07T00:00:00.000Z",
        lastSeen: "2026-01-09T00:00:00.000Z",
        expiresAt: "2026-02-06T00:00:00.000Z",
        address: "192.168.1.99",
        browser: "Firefox on Linux",
      },
    ]);
    // The one that was not used for a week is no browser that was signed out now.
    expect((await send(account.endOtherSessions, {}, { headers })).body).toEqual({ ended: 0 });
  });

  test("of two changes of preferences at the same moment neither is lost", async () => {
    const { session, send } = await withAnna(await open());
    const headers = await session();
    const prefer = (body: object) => send(account.changePreferences, { body }, { headers });
    await Promise.all([
      prefer({ theme: "dark" }),
      prefer({ home: { hidden: ["grafana"] } }),
      prefer({ language: "de" }),
    ]);
    expect((await send(account.getPreferences, {}, { headers })).body).toMatchObject({
      theme: "dark",
      language: "de",
      home: { hidden: ["grafana"] },
    });
  });
});
