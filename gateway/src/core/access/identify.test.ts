import { createHmac } from "node:crypto";
import { apikeys, auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import { signToken, type TokenClaims } from "../../wire/token.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { ON_THIS_MACHINE, openAccess, REMOTE, TOKENS } from "./test-access.ts";

const PASSWORD = "correct horse";

eachStorage((_name, open) => {
  async function withUser() {
    const storage = await open();
    const room = await openAccess(storage);
    await room.access.users.add({ username: "anna", password: PASSWORD, role: "admin" });
    const { body } = await room.send(auth.login, { body: { username: "anna", password: PASSWORD } });
    const { token } = body as { token: string };
    const claims = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as TokenClaims;
    /** Shown on the machine itself, so that a fall back to `local` would be seen. */
    const judge = async (authorization: string) => {
      const { caller, fault } = await room.access.identify({ facts: ON_THIS_MACHINE, headers: { authorization } });
      return fault ? `${caller.principal.kind} ${fault.code}` : `${caller.principal.kind} ${caller.principal.name}`;
    };
    return { ...room, storage, token, claims, judge };
  }

  test("a bad credential is judged by itself alone and never falls back to local", async () => {
    const { token, claims, judge } = await withUser();
    const [head, payload, signature] = token.split(".") as [string, string, string];
    const signed = (change: Partial<TokenClaims>, key = TOKENS.key) =>
      `Bearer ${signToken({ ...claims, ...change }, key)}`;
    const withHead = (header: object) => {
      const text = `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}`;
      return `${text}.${createHmac("sha256", Buffer.from(TOKENS.key, "base64url")).update(text).digest("base64url")}`;
    };
    const now = claims.iat;
    const richer = Buffer.from(JSON.stringify({ ...claims, scopes: ["access:other"] })).toString("base64url");

    expect(await judge(`Bearer ${token}`)).toBe("user anna");
    expect(await judge(`bearer  ${token}`)).toBe("user anna");
    const cases: Record<string, string> = {
      "no algorithm": `Bearer ${withHead({ alg: "none", typ: "JWT", kid: "nekzus" })}`,
      "no algorithm, no signature": `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`,
      "another algorithm": `Bearer ${withHead({ alg: "RS256", typ: "JWT", kid: "nekzus" })}`,
      "another key": signed({}, Buffer.alloc(32, 8).toString("base64url")),
      "another issuer": signed({ iss: "elsewhere" }),
      "another audience": signed({ aud: "elsewhere" }),
      "another instance": signed({ iid: "nkz_other" }),
      "cookie of the apps": signed({ typ: "apps", aud: "nekzus-apps" }),
      "type of the apps cookie": signed({ typ: "apps" }),
      "from the future": signed({ iat: now + 3600 }),
      tampered: `Bearer ${head}.${richer}.${signature}`,
      truncated: `Bearer ${token.slice(0, -2)}`,
      "without end": signed({ exp: undefined as unknown as number }),
      "audience as a list": signed({ aud: ["nekzus-mobile"] as unknown as string }),
      "API key": `Bearer nekzus_${"a".repeat(64)}`,
      "foreign token": "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
      basic: `Basic ${Buffer.from(`anna:${PASSWORD}`).toString("base64")}`,
      empty: "",
    };
    for (const [name, value] of Object.entries(cases)) {
      expect(`${name}: ${await judge(value)}`).toBe(`${name}: anonymous UNAUTHORIZED`);
    }
    expect(await judge(signed({ exp: now - 1 }))).toBe("anonymous TOKEN_EXPIRED");
    expect(await judge(signed({ gen: 0 }))).toBe("anonymous TOKEN_REVOKED");
    expect(await judge(signed({ gen: 2 }))).toBe("anonymous TOKEN_REVOKED");
    for (const sub of ["user:999", "user:1x", "device:1", "local", ""]) {
      expect(await judge(signed({ sub }))).toBe("anonymous TOKEN_REVOKED");
    }
  });

  test("a token ends with its time, its withdrawal, its password and its user", async () => {
    const { token, judge, send, access, clock, storage, claims } = await withUser();
    const again = async (password = PASSWORD) => {
      const { body } = await send(auth.login, { body: { username: "anna", password } });
      return `Bearer ${(body as { token: string }).token}`;
    };
    await send(auth.logout, {}, { headers: { authorization: `Bearer ${token}` } });
    expect(await judge(`Bearer ${token}`)).toBe("anonymous TOKEN_REVOKED");
    expect(await access.revokedIds()).toEqual([claims.sid]);

    const beforeChange = await again();
    await access.users.setPassword("anna", "another horse");
    expect(await judge(beforeChange)).toBe("anonymous TOKEN_REVOKED");
    const last = await again("another horse");
    expect(await judge(last)).toBe("user anna");

    await storage.write((tx) => tx.updateTable("users").set({ is_active: 0 }).execute());
    expect(await judge(last)).toBe("anonymous TOKEN_REVOKED");
    expect(await access.subjects()).toEqual([]);
    await storage.write((tx) => tx.updateTable("users").set({ is_active: 1 }).execute());
    expect(await judge(last)).toBe("user anna");

    await clock.advance(12 * 3600_000);
    expect(await judge(last)).toBe("anonymous TOKEN_EXPIRED");
    // Remembered for as long as it could be exchanged.
    expect(await access.revokedIds()).toEqual([claims.sid]);
    const fresh = await again("another horse");
    await storage.write((tx) => tx.deleteFrom("users").execute());
    expect(await judge(fresh)).toBe("anonymous TOKEN_REVOKED");
    await access.users.add({ username: "anna", password: "another horse", role: "admin" });
    expect(await judge(fresh)).toBe("anonymous TOKEN_REVOKED");
  });

  test("a token gives what its user holds now, and no more than it was made for", async () => {
    const { access, storage, send } = await withUser();
    await access.users.add({ username: "ben", password: PASSWORD, role: "member", apps: ["notes", "grafana"] });
    const { body } = await send(auth.login, { body: { username: "ben", password: PASSWORD } });
    const headers = { authorization: `Bearer ${(body as { token: string }).token}` };
    const scopes = async () => (await access.identify({ facts: REMOTE, headers })).caller.principal.scopes;
    expect(await scopes()).toEqual(["read:catalog", "read:events", "access:grafana", "access:notes"]);
    await storage.write((tx) => tx.deleteFrom("grants").where("scope", "=", "access:notes").execute());
    expect(await scopes()).toEqual(["read:catalog", "read:events", "access:grafana"]);
    await storage.write((tx) => tx.updateTable("users").set({ role: "admin" }).execute());
    expect(await scopes()).toEqual(["read:catalog", "read:events", "access:grafana", "access:notes"]);
  });

  test("position counts only when nothing is shown and local is switched on", async () => {
    const storage = await open();
    const on = await openAccess(storage);
    const off = await openAccess(storage, { localAccess: () => false });
    const who = async (room: typeof on, headers = {}, facts = ON_THIS_MACHINE) =>
      (await room.access.identify({ facts, headers })).caller.principal.kind;
    expect(await who(on)).toBe("local");
    expect(await who(off)).toBe("anonymous");
    expect(await who(on, {}, REMOTE)).toBe("anonymous");
    expect(await who(on, { "x-api-key": "" })).toBe("anonymous");
    expect(await who(on, { cookie: "__Host-nekzus-session=abc" })).toBe("anonymous");
  });

  test("an API key is a caller of its own; two credentials at once are refused", async () => {
    const { access, send } = await openAccess(await open());
    const body = { name: "ci", scopes: ["read:catalog"], networks: [], requestsPerMinute: 0 };
    const made = await send(apikeys.apikeyCreate, { body }, { facts: ON_THIS_MACHINE });
    const { key, id } = made.body as { key: string; id: string };
    const ask = async (headers: Record<string, string>) => {
      const { caller, fault } = await access.identify({ facts: ON_THIS_MACHINE, headers });
      return fault?.code ?? caller.principal.id;
    };
    expect(await ask({ "x-api-key": key })).toBe(`apikey:${id}`);
    expect(await ask({ authorization: `Bearer ${key}` })).toBe(`apikey:${id}`);
    expect(await ask({ "x-api-key": `nekzus_${"b".repeat(64)}` })).toBe("UNAUTHORIZED");
    expect(await ask({ "x-api-key": "anything" })).toBe("UNAUTHORIZED");
    expect(await ask({ "x-api-key": key, authorization: `Bearer ${key}` })).toBe("UNAUTHORIZED");
  });
});
