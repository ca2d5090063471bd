import { expect, test } from "vitest";
import type { Problem } from "../../kit/problem.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { createLockout } from "./lockout.ts";

const HOUR = 3600_000;

/** Guesses as often as it is let, for `ms`; answers how many guesses that were. */
async function guess(ms: number, one: () => [name: string, address: string]) {
  const clock = createVirtualClock();
  const lockout = createLockout({ clock });
  const end = clock.now() + ms;
  let guesses = 0;
  while (clock.now() < end) {
    try {
      lockout.attempt(...one());
      guesses++;
    } catch (error) {
      await clock.advance(((error as Problem).retryAfter as number) * 1000);
    }
  }
  return { guesses, lockout, clock };
}

test("guessing one account from one address is let a few times an hour", async () => {
  const { guesses } = await guess(24 * HOUR, () => ["anna", "203.0.113.7"]);
  expect(guesses).toBeGreaterThan(50);
  expect(guesses).toBeLessThan(130);
});

test("guessing one account from everywhere is let a few hundred times a day; who signed in from home still can", async () => {
  const clock = createVirtualClock();
  const lockout = createLockout({ clock });
  lockout.attempt("anna", "192.168.1.20").succeeded();
  let guesses = 0;
  for (let second = 0; second < 24 * 3600; second += 5) {
    try {
      lockout.attempt("Anna", `203.0.${second % 251}.${second % 241}`);
      guesses++;
    } catch {}
    await clock.advance(5000);
  }
  expect(guesses).toBeLessThan(330);
  expect(() => lockout.attempt("anna", "198.51.100.1")).toThrow(/Wait/);
  lockout.attempt("anna", "192.168.1.20").succeeded();
});

test("one password on many names from one network is slowed down, by /64 and by /48", async () => {
  let name = 0;
  const v4 = await guess(HOUR, () => [`user${name++}`, "203.0.113.7"]);
  expect(v4.guesses).toBeLessThan(100);
  expect(() => v4.lockout.attempt("anna", "203.0.113.8").succeeded()).not.toThrow();
  const v6 = await guess(HOUR, () => [`user${name++}`, `2001:db8:1:${(name % 60_000).toString(16)}::1`]);
  expect(v6.guesses).toBeLessThan(160);
});

test("the error says how long to wait, and after the wait the right person gets in and is free again", async () => {
  const clock = createVirtualClock();
  const lockout = createLockout({ clock });
  const attempt = () => lockout.attempt("anna", "203.0.113.7");
  for (let i = 0; i < 3; i++) attempt();
  attempt();
  expect(attempt).toThrow("Too many sign-ins failed. Wait 1 second, then try again.");
  await clock.advance(1000);
  attempt();
  try {
    attempt();
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 2 });
  }
  await clock.advance(2000);
  attempt().succeeded();
  for (let i = 0; i < 3; i++) attempt().succeeded();
});

test("many at the same moment count before any of them is answered; what was never looked at does not count", () => {
  const lockout = createLockout({ clock: createVirtualClock() });
  const open = [1, 2, 3, 4].map(() => lockout.attempt("anna", "203.0.113.7"));
  expect(() => lockout.attempt("anna", "203.0.113.7")).toThrow();
  for (const attempt of open) attempt.abandoned();
  for (let i = 0; i < 50; i++) lockout.attempt("anna", "203.0.113.7").abandoned();
});

test("a user name that looks like another counter's key does not touch it", () => {
  const lockout = createLockout({ clock: createVirtualClock() });
  for (let i = 0; i < 4; i++) lockout.attempt("192.168.1.20 anna", "203.0.113.7");
  lockout.attempt("anna", "192.168.1.20").succeeded();
});

test("an administrator lifts the wait of one account, and of that alone", () => {
  const lockout = createLockout({ clock: createVirtualClock() });
  for (const name of ["anna", "ben"]) for (let i = 0; i < 4; i++) lockout.attempt(name, "203.0.113.7");
  expect(() => lockout.attempt("anna", "203.0.113.7")).toThrow(/Wait/);
  expect(lockout.lift("Anna")).toBe(true);
  lockout.attempt("anna", "203.0.113.7").abandoned();
  expect(() => lockout.attempt("ben", "203.0.113.7")).toThrow(/Wait/);
  expect(lockout.lift("anna")).toBe(false);
});
