import { devices, pairing } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../../storage/storage.ts";
import { eachStorage } from "../../storage/test-storages.ts";
import { ON_THIS_MACHINE, openAccess, PIN, REMOTE } from "../test-access.ts";
import { pairingPhrase } from "./phrase.ts";

const PHONE = { id: "phone", platform: "ios", model: "iPhone 15" } as const;
const OTHER = { ...REMOTE, address: "192.168.1.66" };
const REDEEM = { "x-pairing-request": "true" };
const MINUTE = 60_000;

type Token = { accessToken: string; scopes: string[]; deviceId: string; expiresIn: number };
type Config = { bootstrapToken: string; phrase: string; approval: boolean };

/** Anna (administrator) and Ben (may open grafana), and what a phone and a dashboard do. */
async function house(storage: Storage) {
  const room = await openAccess(storage);
  const password = "correct horse";
  await room.access.users.add({ username: "anna", password, role: "admin" });
  await room.access.users.add({ username: "ben", password, role: "member", apps: ["grafana"] });
  const { send } = room;
  const here = { facts: ON_THIS_MACHINE };
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const login = async () => {
    const { auth } = await import("@nekzus/contract");
    const answer = await send(auth.login, { body: { username: "anna", password } });
    return bearer((answer.body as { token: string }).token);
  };
  return {
    ...room,
    login,
    bearer,
    make: async (options: Parameters<typeof send>[2] = here, body = {}) =>
      (await send(pairing.pairingCreate, { body }, options)).body as { id: string; code: string; approval: boolean },
    redeem: async (code: string, facts = REMOTE) =>
      (await send(pairing.pair, { body: { code } }, { facts, headers: REDEEM })).body as Config,
    join: async (token: string, device: object = PHONE, facts = REMOTE) =>
      (await send(pairing.authPair, { body: { device } as never }, { facts, ...bearer(token) })).body as Token,
    refresh: async (token: string) => (await send(pairing.refresh, {}, bearer(token))).body as Token,
    who: async (token: string) => await room.access.identify({ facts: REMOTE, ...bearer(token) }),
    state: async (pairingId: string) =>
      (await send(pairing.pairingGet, { params: { pairingId } }, here)).body as {
        state: string;
        device?: { name: string; address: string; phrase: string };
      },
  };
}

eachStorage((_name, open) => {
  test("a phone joins with a code of the machine itself, and may what its owner may", async () => {
    const { make, redeem, join, who } = await house(await open());
    const { code } = await make();
    const { bootstrapToken } = await redeem(` ${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`);
    const { accessToken, deviceId, scopes } = await join(bootstrapToken);
    expect([deviceId, scopes]).toEqual(["phone", ["read:catalog", "read:events", "access:*"]]);
    const { caller, fault } = await who(accessToken);
    expect(fault).toBeUndefined();
    expect(caller.principal).toMatchObject({ kind: "device", id: "device:phone", name: "iPhone 15" });
    expect([...caller.principal.scopes].sort()).toEqual([...scopes].sort());
  });

  test("of two phones that race for one code the first wins, may ask again, and the other gets nothing", async () => {
    const { make, redeem, join, clock } = await house(await open());
    const { code } = await make();
    const first = await redeem(code);
    await expect(redeem(code, OTHER)).rejects.toMatchObject({ code: "INVALID_CODE" });
    expect((await redeem(code)).bootstrapToken).toBe(first.bootstrapToken);
    const both = await Promise.allSettled([
      join(first.bootstrapToken),
      join(first.bootstrapToken, { ...PHONE, id: "copy" }, OTHER),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    // The answer was lost on its way: the same phone gets the same one.
    expect(await join(first.bootstrapToken)).toEqual((both[0] as PromiseFulfilledResult<Token>).value);
    await clock.advance(61_000);
    await expect(redeem(code)).rejects.toMatchObject({ code: "INVALID_CODE" });
  });

  test("codes and bootstrap tokens end after five minutes", async () => {
    const { make, redeem, join, clock, state } = await house(await open());
    const [late, fetched] = [await make(), await make()];
    const { bootstrapToken } = await redeem(fetched.code);
    await clock.advance(5 * MINUTE);
    await expect(redeem(late.code, OTHER)).rejects.toMatchObject({ code: "INVALID_CODE" });
    await expect(join(bootstrapToken)).rejects.toMatchObject({ code: "INVALID_BOOTSTRAP" });
    expect((await state(late.id)).state).toBe("expired");
  });

  test("ten thousand wrong codes open nothing and lock nobody else out", async () => {
    const { make, redeem, join } = await house(await open());
    const { code } = await make();
    const reasons: Record<string, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const address = i % 2 ? "192.168.1.66" : `8.8.${i % 7}.${i % 250}`;
      const error = await redeem("AAAAAAAA", { ...REMOTE, address }).catch((reason: { code: string }) => reason);
      const reason = (error as { code: string }).code;
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    expect(Object.keys(reasons).sort()).toEqual(["INVALID_CODE", "RATE_LIMIT_EXCEEDED"]);
    expect(reasons.INVALID_CODE).toBeLessThanOrEqual(105);
    const { bootstrapToken } = await redeem(code);
    expect((await join(bootstrapToken)).deviceId).toBe("phone");
  });

  test("a code of the dashboard takes a person who compares the words; a denied phone stays out", async () => {
    const { make, redeem, join, login, send, state } = await house(await open());
    const admin = await login();
    const asked = await make(admin, { name: "Anna's phone" });
    expect(asked.approval).toBe(true);
    const { bootstrapToken, phrase } = await redeem(asked.code);
    expect(phrase).toBe(pairingPhrase(asked.code, PIN));
    const joining = join(bootstrapToken);
    await expect
      .poll(() => state(asked.id))
      .toMatchObject({ state: "asking", device: { address: REMOTE.address, phrase } });
    const approve = (said: string) =>
      send(pairing.pairingApprove, { params: { pairingId: asked.id }, body: { phrase: said } }, admin);
    await expect(approve("other words 1")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await approve(phrase);
    expect((await joining).deviceId).toBe("phone");
    expect((await state(asked.id)).state).toBe("paired");

    const denied = await make(admin);
    const refused = join((await redeem(denied.code)).bootstrapToken, { ...PHONE, id: "thief" });
    await expect.poll(() => state(denied.id)).toMatchObject({ state: "asking" });
    await send(pairing.pairingDelete, { params: { pairingId: denied.id } }, admin);
    await expect(refused).rejects.toMatchObject({ code: "PAIRING_DENIED" });
  });

  test("who stands between phone and gateway shows other words than the dashboard", async () => {
    const { make } = await house(await open());
    const { code } = await make();
    // The phone sees the certificate of whoever it speaks to.
    expect(pairingPhrase(code, `sha256/${"B".repeat(43)}=`)).not.toBe(pairingPhrase(code, PIN));
  });

  test("nobody takes over the id of a device that is paired, nor gives it what they lack", async () => {
    const { make, redeem, join, who, access, send, login } = await house(await open());
    const { accessToken } = await join((await redeem((await make()).code)).bootstrapToken);
    await expect(join((await redeem((await make()).code)).bootstrapToken)).rejects.toMatchObject({
      code: "DEVICE_EXISTS",
    });
    expect((await who(accessToken)).fault).toBeUndefined();
    await access.users.add({ username: "cora", password: "correct horse", role: "admin" });
    // A device with all rights but that of an administrator cannot give it.
    const scopes = ["read:*", "write:*", "access:admin"];
    await send(
      devices.devicePatch,
      { params: { deviceId: "phone" }, body: { scopes: ["read:*", "write:*"] } },
      await login(),
    );
    await expect(make({ headers: { authorization: `Bearer ${accessToken}` } }, { scopes })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("only the newest token of a device is exchanged; a stolen older one makes all of them void", async () => {
    const { make, redeem, join, refresh, who, clock, revoked } = await house(await open());
    const first = await join((await redeem((await make()).code)).bootstrapToken);
    await clock.advance(12 * 60 * MINUTE + 1000);
    expect((await who(first.accessToken)).fault?.code).toBe("TOKEN_EXPIRED");
    const second = await refresh(first.accessToken);
    // The answer was lost: the one before it gets the same for a minute.
    expect(await refresh(first.accessToken)).toEqual(second);
    const third = await refresh(second.accessToken);
    expect((await who(third.accessToken)).fault).toBeUndefined();
    await expect(refresh(first.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    expect((await who(third.accessToken)).fault?.code).toBe("TOKEN_REVOKED");
    expect(revoked).toHaveLength(1);
    await expect(refresh(third.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
  });

  test("a clock that is set by an hour: codes end in time, the right phone goes on, a copied token gets nothing", async () => {
    const { make, redeem, join, refresh, who, clock } = await house(await open());
    const HOUR = 60 * MINUTE;
    clock.set(HOUR);
    const { code } = await make();
    clock.set(-HOUR);
    await clock.advance(5 * MINUTE + 1000);
    await expect(redeem(code)).rejects.toMatchObject({ code: "INVALID_CODE" });

    clock.set(HOUR);
    const first = await join((await redeem((await make()).code)).bootstrapToken);
    clock.set(-HOUR);
    expect((await who(first.accessToken)).fault?.code).toBe("UNAUTHORIZED");
    const second = await refresh(first.accessToken);
    expect((await who(second.accessToken)).fault).toBeUndefined();

    clock.set(-HOUR);
    const third = await refresh(second.accessToken);
    clock.set(-HOUR);
    await expect(refresh(second.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    expect((await who(third.accessToken)).fault).toBeDefined();
    await expect(refresh(third.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
  });

  test("fewer rights count at once, more after a renewal, and a shorter life ends it in time", async () => {
    const { make, redeem, join, refresh, who, clock, send, login } = await house(await open());
    const first = await join((await redeem((await make()).code)).bootstrapToken);
    const change = async (body: object) =>
      send(devices.devicePatch, { params: { deviceId: "phone" }, body }, await login());
    const may = async (token: string) => [...(await who(token)).caller.principal.scopes].sort();
    await change({ scopes: ["read:catalog"] });
    expect(await may(first.accessToken)).toEqual(["read:catalog"]);
    await change({ scopes: ["read:catalog", "write:*"] });
    expect(await may(first.accessToken)).toEqual(["read:catalog"]);
    const second = await refresh(first.accessToken);
    expect(await may(second.accessToken)).toEqual(["read:catalog", "write:*"]);
    await change({ days: 1 });
    await clock.advance(11 * 60 * MINUTE);
    const third = await refresh(second.accessToken);
    await clock.advance(11 * 60 * MINUTE);
    const last = await refresh(third.accessToken);
    expect(last.expiresIn).toBeLessThanOrEqual(2 * 3600);
    await clock.advance(2 * 60 * MINUTE);
    expect((await who(last.accessToken)).fault).toBeDefined();
    await expect(refresh(last.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
  });

  test("a token that ended more than seven days ago is no longer exchanged", async () => {
    const { make, redeem, join, refresh, clock, send, login } = await house(await open());
    const first = await join((await redeem((await make()).code)).bootstrapToken);
    await send(devices.devicePatch, { params: { deviceId: "phone" }, body: { deviceName: "Renamed" } }, await login());
    await clock.advance(7 * 24 * 60 * MINUTE);
    const second = await refresh(first.accessToken);
    await clock.advance(8 * 24 * 60 * MINUTE);
    await expect(refresh(second.accessToken)).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
  });

  test("a revoked device is out at once and for ever, also when one with its id is paired again", async () => {
    const { make, redeem, join, refresh, who, send, changed } = await house(await open());
    const old = await join((await redeem((await make()).code)).bootstrapToken);
    await send(devices.deviceDelete, { params: { deviceId: "phone" } }, { facts: ON_THIS_MACHINE });
    expect(changed.at(-1)).toBe("device:phone");
    expect((await who(old.accessToken)).fault?.code).toBe("TOKEN_REVOKED");
    const fresh = await join((await redeem((await make()).code)).bootstrapToken);
    expect((await who(fresh.accessToken)).fault).toBeUndefined();
    expect((await who(old.accessToken)).fault?.code).toBe("TOKEN_REVOKED");
    await expect(refresh(old.accessToken)).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
  });

  test("a token of the configuration pairs devices of the first administrator", async () => {
    const { join, access } = await house(await open());
    const { deviceId } = await join("a-token-of-the-configuration", { platform: "linux" });
    expect(deviceId).toMatch(/^dev-[\w-]{11}$/);
    expect((await access.subjects()).find(({ id }) => id === `device:${deviceId}`)).toMatchObject({ owner: "user:1" });
  });
});
