import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage, makeTestFolder } from "../storage/test-storages.ts";
import { ON_THIS_MACHINE, openAccess } from "./test-access.ts";

const ADMIN = { username: "anna", password: "correct horse" };

eachStorage((_name, open) => {
  test("from this machine setup needs no code; once done it stays closed, also when the administrator is gone", async () => {
    const storage = await open();
    const { send, access, codes } = await openAccess(storage);
    expect((await send(auth.setupStatus, {})).body).toEqual({ setupRequired: true, hasUsers: false });
    const answer = await send(auth.setup, { body: ADMIN }, { facts: ON_THIS_MACHINE });
    expect(answer).toMatchObject({ status: 201, body: { username: "anna" } });
    expect((await access.users.list()).map(({ username, role }) => [username, role])).toEqual([["anna", "admin"]]);

    await storage.write((tx) => tx.deleteFrom("users").execute());
    expect((await send(auth.setupStatus, {})).body).toEqual({ setupRequired: false, hasUsers: false });
    // Closed comes before everything else that could be wrong.
    for (const body of [ADMIN, { ...ADMIN, username: "ANNA", setupCode: codes[0] }, { ...ADMIN, setupCode: "wrong" }]) {
      await expect(send(auth.setup, { body })).rejects.toMatchObject({ code: "SETUP_ALREADY_COMPLETED" });
    }
    const later = await openAccess(storage);
    expect(later.codes).toEqual([]);
  });

  test("from elsewhere it takes the printed code, in any way of typing it; ten wrong ones make a new one", async () => {
    const { send, codes } = await openAccess(await open());
    const attempt = (setupCode?: string) => send(auth.setup, { body: { ...ADMIN, setupCode } });
    const first = codes[0] as string;
    expect(first).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    await expect(attempt()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    for (let i = 0; i < 9; i++) await expect(attempt("0000-0000")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(codes).toHaveLength(1);
    await expect(attempt("")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(codes).toHaveLength(2);
    await expect(attempt(first)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    const typed = codes[1]?.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
    expect(await attempt(typed)).toMatchObject({ status: 201 });
    await expect(attempt(codes[1])).rejects.toMatchObject({ code: "SETUP_ALREADY_COMPLETED" });
  });

  test("of several setups at the same moment one makes an administrator", async () => {
    const { send, access } = await openAccess(await open());
    const names = ["anna", "ben", "carl", "dora"];
    const results = await Promise.allSettled(
      names.map((username) => send(auth.setup, { body: { ...ADMIN, username } }, { facts: ON_THIS_MACHINE })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "SETUP_ALREADY_COMPLETED" });
    }
    expect(await access.users.userCount()).toBe(1);
  });

  test("a name that is taken leaves setup open", async () => {
    const { send, access } = await openAccess(await open());
    await access.users.add({ ...ADMIN, role: "member" });
    const taken = send(auth.setup, { body: { ...ADMIN, username: "Anna" } }, { facts: ON_THIS_MACHINE });
    await expect(taken).rejects.toMatchObject({ code: "USER_EXISTS" });
    expect((await send(auth.setupStatus, {})).body).toEqual({ setupRequired: true, hasUsers: true });
  });

  test("the environment makes the first administrator once, and says what is wrong with it", async () => {
    const { folder, remove } = makeTestFolder();
    try {
      const file = join(folder, "password");
      const env = { NEKZUS_ADMIN_USER: "anna", NEKZUS_ADMIN_PASSWORD_FILE: file };
      const { access, send, codes } = await openAccess(await open());
      await expect(access.start({ NEKZUS_ADMIN_USER: "anna" })).rejects.toThrow(/both/);
      await expect(access.start(env)).rejects.toThrow(/NEKZUS_ADMIN_PASSWORD_FILE cannot be read/);
      writeFileSync(file, "short\n");
      await expect(access.start(env)).rejects.toThrow(/at least 8 bytes/);
      writeFileSync(file, "correct horse\n");
      const printed = codes.length;
      await access.start(env);
      expect(codes).toHaveLength(printed);
      expect(await send(auth.login, { body: ADMIN })).toMatchObject({ body: { user: { role: "admin" } } });
      await access.start({ ...env, NEKZUS_ADMIN_USER: "ben" });
      expect(await access.users.userCount()).toBe(1);
    } finally {
      remove();
    }
  });
});
