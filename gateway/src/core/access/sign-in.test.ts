import { auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createPasswords } from "./passwords.ts";
import { cookieOf, openAccess, REMOTE } from "./test-access.ts";

const PASSWORD = "correct horse";
const DAY = 24 * 3600_000;

async function withUsers(storage: Storage) {
  const room = await openAccess(storage);
  await room.access.users.add({ username: "anna", password: PASSWORD, role: "admin" });
  await room.access.users.add({ username: "ben", password: PASSWORD, role: "member", apps: ["grafana"] });
  const session = async (username = "anna") => {
    const answer = await room.send(auth.login, { body: { username, password: PASSWORD, session: true } });
    const { proof } = answer.body as { proof: string };
    return { cookie: cookieOf(answer), "x-nekzus-proof": proof };
  };
  const who = async (headers: Record<string, string>) =>
    (await room.access.identify({ facts: REMOTE, headers })).caller.principal.name;
  return { ...room, session, who };
}

eachStorage((_name, open) => {
  test("unknown, disabled and known users cost the same work and get the same answer", async () => {
    const storage = await open();
    const { send, hashCount } = await withUsers(storage);
    await storage.write((tx) => tx.updateTable("users").set({ is_active: 0 }).where("username", "=", "ben").execute());
    const refusals = [];
    for (const [username, password] of [
      ["anna", "wrong password"],
      ["nobody", "wrong password"],
      ["ben", "wrong password"],
      ["ben", PASSWORD],
      ["ANNA", PASSWORD],
    ] as const) {
      const before = hashCount();
      const error = await send(auth.login, { body: { username, password } }).catch((reason: Error) => reason);
      refusals.push(`${hashCount() - before} ${String(error)}`);
    }
    expect(new Set(refusals)).toEqual(new Set(["1 Problem: The user name or the password is wrong."]));
  });

  test("wrong passwords make the next try wait, before any work is done, and the wait ends", async () => {
    const { send, hashCount, clock } = await withUsers(await open());
    const attempt = (password: string) => send(auth.login, { body: { username: "anna", password } });
    for (let i = 0; i < 4; i++) await expect(attempt("wrong")).rejects.toMatchObject({ code: "INVALID_CREDENTIALS" });
    const before = hashCount();
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 1 });
    expect(hashCount()).toBe(before);
    await clock.advance(1000);
    expect(await attempt(PASSWORD)).toHaveProperty("body.token");
  });

  test("a password that was hashed at another cost is hashed anew when its owner signs in", async () => {
    const storage = await open();
    await withUsers(storage);
    const passwords = createPasswords({ cost: { memory: 16, passes: 1, parallelism: 1 } });
    const { send } = await openAccess(storage, { passwords });
    const stored = async () =>
      (await storage.db.selectFrom("users").select("password_hash").where("username", "=", "anna").executeTakeFirst())
        ?.password_hash ?? "";
    const older = await createPasswords({ cost: { memory: 8, passes: 1, parallelism: 1 } }).hash(PASSWORD);
    await storage.write((tx) => tx.updateTable("users").set({ password_hash: older }).execute());
    const login = () => send(auth.login, { body: { username: "anna", password: PASSWORD } });
    await login();
    const renewed = await stored();
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=16,t=1,p=1\$/);
    await login();
    expect(await stored()).toBe(renewed);
  });

  test("signing in tells who one is and when the last time was", async () => {
    const { send, clock } = await withUsers(await open());
    const first = await send(auth.login, { body: { username: "ben", password: PASSWORD } });
    expect(first.body).toMatchObject({ expiresIn: 43_200, user: { username: "ben", role: "member", isActive: true } });
    expect(first.body).not.toHaveProperty("user.lastLogin");
    expect(JSON.stringify(first.body)).not.toContain("hash");
    await clock.advance(1000);
    const second = await send(auth.login, { body: { username: "ben", password: PASSWORD } });
    expect(second.body).toHaveProperty("user.lastLogin", "2026-01-01T00:00:00.000Z");
    const { token } = second.body as { token: string };
    const me = await send(auth.me, {}, { headers: { authorization: `Bearer ${token}` } });
    expect(me.body).toMatchObject({
      user: { username: "ben" },
      scopes: ["read:catalog", "read:events", "access:grafana"],
    });
    expect(auth.me.answers[200].safeParse(me.body).success).toBe(true);
  });

  test("a session needs its cookie and its proof, under the name that fits the connection", async () => {
    const { session, who, access, send } = await withUsers(await open());
    const anna = await session("anna");
    const ben = await session("ben");
    expect(anna.cookie).toMatch(/^__Host-nekzus-session=[\w-]{43}$/);
    expect(await who(anna)).toBe("anna");
    const { cookie, "x-nekzus-proof": proof } = anna;
    for (const headers of [
      { cookie },
      { "x-nekzus-proof": proof },
      { cookie, "x-nekzus-proof": ben["x-nekzus-proof"] },
      { cookie, "x-nekzus-proof": cookie.split("=")[1] as string },
      { cookie, "x-nekzus-proof": `${proof}, ${proof}` },
      { cookie: cookie.replace("__Host-", ""), "x-nekzus-proof": proof },
    ]) {
      expect(await who(headers as Record<string, string>)).toBe("anonymous");
    }
    const plain = { ...REMOTE, secure: false };
    expect((await access.identify({ facts: plain, headers: anna })).caller.principal.name).toBe("anonymous");
    const login = { username: "anna", password: PASSWORD, session: true };
    const answer = await send(auth.login, { body: login }, { facts: plain });
    expect(answer.headers?.["set-cookie"]).toMatch(
      /^nekzus-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
    );
    expect(answer.body).not.toHaveProperty("token");
  });

  test("nothing that is stored opens a session", async () => {
    const storage = await open();
    const { session } = await withUsers(storage);
    const { cookie, "x-nekzus-proof": proof } = await session();
    const stored = JSON.stringify(await storage.db.selectFrom("sessions").selectAll().execute());
    expect(stored).not.toContain(cookie.split("=")[1]);
    expect(stored).not.toContain(proof);
  });

  test("a session ends after 7 days without use and after 30 days in any case", async () => {
    const { session, who, clock } = await withUsers(await open());
    const unused = await session();
    const used = await session();
    for (let day = 0; day < 29; day += 1) {
      await clock.advance(DAY);
      expect(await who(used)).toBe("anna");
      if (day === 7) expect(await who(unused)).toBe("anonymous");
    }
    await clock.advance(DAY);
    expect(await who(used)).toBe("anonymous");
  });

  test("logout ends the session and what was made from it, and takes the cookies away", async () => {
    const { session, who, send, access, revoked } = await withUsers(await open());
    const anna = await session();
    const other = await session();
    const sessionId = (await access.identify({ facts: REMOTE, headers: anna })).caller.sessionId;
    const answer = await send(auth.logout, {}, { headers: anna });
    expect(answer.headers?.["set-cookie"]).toEqual([
      "__Host-nekzus-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
      "__Host-nekzus-apps=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
    ]);
    expect(await who(anna)).toBe("anonymous");
    expect(await who(other)).toBe("anna");
    expect(revoked).toEqual([sessionId]);
    expect(await access.revokedIds()).toEqual([sessionId]);
  });

  test("a new password ends every session of that user and of nobody else", async () => {
    const { session, who, access, revoked, changed } = await withUsers(await open());
    const anna = await session("anna");
    const ben = await session("ben");
    expect([await who(anna), await who(ben)]).toEqual(["anna", "ben"]);
    changed.length = 0;
    await access.users.setPassword("anna", "another horse");
    expect([await who(anna), await who(ben)]).toEqual(["anonymous", "ben"]);
    expect(revoked).toHaveLength(1);
    expect(changed).toEqual((await access.subjects()).filter(({ name }) => name === "anna").map(({ id }) => id));
  });

  test("the fifty-first session of a user ends the one unused for longest", async () => {
    const { session, who, clock, access } = await withUsers(await open());
    const oldest = await session();
    await clock.advance(1000);
    const second = await session();
    await clock.advance(60_000);
    expect(await who(oldest)).toBe("anna");
    for (let i = 0; i < 49; i++) await session();
    expect(await who(second)).toBe("anonymous");
    expect(await who(oldest)).toBe("anna");
    expect(await access.revokedIds()).toHaveLength(1);
  });

  test("names that differ only in case are one name, and a grant can never be the right to administer", async () => {
    const { access } = await withUsers(await open());
    const add = (username: string, apps: string[] = []) =>
      access.users.add({ username, password: PASSWORD, role: "member", apps });
    await expect(add("Anna")).rejects.toMatchObject({ code: "USER_EXISTS" });
    for (const apps of [["admin"], ["**"], ["a b"], [""]]) {
      await expect(add("carl", apps)).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    }
    expect((await add("dora", ["*"])).scopes).toEqual(["read:catalog", "read:events", "access:*"]);
    await expect(add("a b")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await expect(access.users.setPassword("nobody", PASSWORD)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(access.users.setPassword("anna", "short")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    expect(await access.users.userCount()).toBe(3);
  });
});
