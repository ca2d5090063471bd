import { apikeys, auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { ON_THIS_MACHINE, openAccess, REMOTE } from "../test-access.ts";

type Made = { id: string; key: string };
const HOUR = 3_600_000;
const PASSWORD = "correct horse";

async function withKeys(storage: Storage) {
  const room = await openAccess(storage);
  const { send, access } = room;
  await access.users.add({ username: "anna", password: PASSWORD, role: "admin" });
  const by = (key: string, facts = REMOTE) => ({ facts, headers: { "x-api-key": key } });
  return {
    ...room,
    by,
    make: async (change: object = {}, options: Parameters<typeof send>[2] = { facts: ON_THIS_MACHINE }) => {
      const body = { name: "ci", scopes: ["read:*"], networks: [], requestsPerMinute: 0, ...change };
      return (await send(apikeys.apikeyCreate, { body }, options)).body as Made;
    },
    said: async (key: string, facts = REMOTE) => {
      const { caller, fault } = await access.identify(by(key, facts));
      return fault?.code ?? caller.principal.scopes;
    },
    login: async () => {
      const answer = await send(auth.login, { body: { username: "anna", password: PASSWORD } });
      return { headers: { authorization: `Bearer ${(answer.body as { token: string }).token}` } };
    },
  };
}

eachStorage((_name, open) => {
  test("a key is told once, and is in no list and no row", async () => {
    const storage = await open();
    const { make, send, said } = await withKeys(storage);
    const { key } = await make();
    expect(key).toMatch(/^nekzus_[0-9a-f]{64}$/);
    expect(await said(key)).toEqual(["read:*"]);
    const listed = await send(apikeys.apikeysList, {}, { facts: ON_THIS_MACHINE });
    expect(JSON.stringify(listed.body)).not.toContain(key);
    expect(JSON.stringify(await storage.db.selectFrom("api_keys").selectAll().execute())).not.toContain(key.slice(12));
    expect(listed.body).toMatchObject([{ prefix: key.slice(0, 12), lastUsedAddress: REMOTE.address }]);
  });

  test("nobody gives a key what they lack, and it loses with its maker", async () => {
    const { make, said, login, by, access } = await withKeys(await open());
    const weak = await make({ scopes: ["read:*", "access:admin"] });
    await expect(make({ scopes: ["write:*"] }, by(weak.key))).rejects.toMatchObject({ code: "FORBIDDEN" });
    const annas = await make({ scopes: ["write:*"] }, await login());
    expect(await said(annas.key)).toEqual(["write:*"]);
    await access.users.setPassword("anna", "another horse");
    expect(await said(annas.key)).toEqual(["write:*"]);
  });

  test("revoking a key revokes what was made with it, and edges hear of it", async () => {
    const { make, said, send, by, access, changed } = await withKeys(await open());
    const parent = await make({ scopes: ["read:*", "access:admin"] });
    const child = await make({}, by(parent.key));
    expect(await access.apiKeys()).toHaveLength(2);
    const gone = await send(
      apikeys.apikeyDelete,
      { params: { keyId: parent.id }, query: {} },
      { facts: ON_THIS_MACHINE },
    );
    expect(gone.body).toMatchObject({ revoked: 2 });
    expect([await said(parent.key), await said(child.key)]).toEqual(["UNAUTHORIZED", "UNAUTHORIZED"]);
    expect(await access.apiKeys()).toEqual([]);
    expect(changed.slice(-2).sort()).toEqual([`apikey:${child.id}`, `apikey:${parent.id}`].sort());
  });

  test("a key ends with its time, and works only from its networks", async () => {
    const { make, said, clock } = await withKeys(await open());
    const { key } = await make({ expiresAt: new Date(clock.now() + HOUR).toISOString(), networks: ["192.168.1.0/24"] });
    expect(await said(key)).toEqual(["read:*"]);
    expect(await said(key, { ...REMOTE, address: "192.168.2.1" })).toBe("FORBIDDEN");
    await clock.advance(HOUR);
    expect(await said(key)).toBe("UNAUTHORIZED");
    await expect(make({ expiresAt: new Date(clock.now()).toISOString() })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
    });
    await expect(make({ networks: ["home"] })).rejects.toMatchObject({ details: [{ path: "networks.0" }] });
  });

  test("with another secret the old one stays good for as long as was said", async () => {
    const { make, said, send, clock } = await withKeys(await open());
    const old = await make();
    const rotate = { params: { keyId: old.id }, body: { overlapMinutes: 60 } };
    const { key } = (await send(apikeys.apikeyRotate, rotate, { facts: ON_THIS_MACHINE })).body as Made;
    expect([await said(old.key), await said(key)]).toEqual([["read:*"], ["read:*"]]);
    await clock.advance(HOUR);
    expect([await said(old.key), await said(key)]).toEqual(["UNAUTHORIZED", ["read:*"]]);
  });
});
