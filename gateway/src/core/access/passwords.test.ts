import { expect, test } from "vitest";
import { createPasswords } from "./passwords.ts";

const CHEAP = { memory: 64, passes: 1, parallelism: 1 };

test("a hash is argon2id at the recommended cost and fits its password only", async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash("pässword");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await passwords.verify("pässword", hash)).toBe(true);
  expect(await passwords.verify("pa\u0308ssword", hash)).toBe(true);
  expect(await passwords.verify("Pässword", hash)).toBe(false);
});

test("a hash that another program made is understood, and seen to be outdated", async () => {
  // From the tests of the reference implementation, test.c of P-H-C/phc-winner-argon2.
  const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  const passwords = createPasswords();
  expect(await passwords.verify("password", hash)).toBe(true);
  expect(passwords.outdated(hash)).toBe(true);
  expect(passwords.outdated(await passwords.hash("password"))).toBe(false);
});

test("what is no hash fits nothing", async () => {
  const passwords = createPasswords({ cost: CHEAP });
  for (const stored of ["", "$2b$12$abc", "$argon2id$v=19$m=64,t=1,p=1$$", undefined]) {
    expect(await passwords.verify("", stored)).toBe(false);
  }
});

test("two computations run at a time, twenty wait, the rest is turned away", async () => {
  let running = 0;
  let most = 0;
  const open: (() => void)[] = [];
  const passwords = createPasswords({
    cost: CHEAP,
    derive: async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => open.push(resolve));
      running--;
      return Buffer.alloc(32);
    },
  });
  const all = Array.from({ length: 30 }, () => passwords.hash("x").catch((error: unknown) => error));
  for (let done = 0; done < 22; done++) {
    await new Promise((resolve) => setImmediate(resolve));
    open.shift()?.();
  }
  const results = await Promise.all(all);
  expect(most).toBe(2);
  const refused = results.filter((result) => typeof result !== "string");
  expect(refused).toHaveLength(8);
  expect(refused[0]).toMatchObject({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
});
