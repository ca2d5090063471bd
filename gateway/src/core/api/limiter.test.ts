import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { createLimiter } from "./limiter.ts";

function open(burst = 3, perSecond = 0.5) {
  const clock = createVirtualClock();
  const rates = { general: { perSecond, burst } };
  const limiter = createLimiter(() => rates, clock);
  const take = (address: string, sessionId?: string) => limiter.take("general", address, sessionId);
  /** How many go through before the first is refused. */
  const drain = (address: () => string, sessionId?: string) => {
    let count = 0;
    while (take(address(), sessionId)?.allowed) count++;
    return count;
  };
  return { clock, rates, limiter, take, drain };
}

test("a bucket holds its burst, fills up again, and says when", async () => {
  const { clock, take, drain } = open();
  expect(take("192.0.2.1")).toMatchObject({ allowed: true, limit: 3, remaining: 2, retryAfter: 0 });
  expect(drain(() => "192.0.2.1")).toBe(2);
  const refused = take("192.0.2.1");
  expect(refused).toMatchObject({
    allowed: false,
    remaining: 0,
    retryAfter: 2,
    resetAt: Math.ceil(clock.now() / 1000) + 6,
  });
  await clock.advance(1999);
  expect(take("192.0.2.1")).toMatchObject({ allowed: false, retryAfter: 1 });
  await clock.advance(1);
  expect(drain(() => "192.0.2.1")).toBe(1);
  await clock.advance(3_600_000);
  expect(drain(() => "192.0.2.1")).toBe(3);
});

test("each client, class and session has its own; a session's is twenty times larger", () => {
  const { limiter, drain, take } = open();
  drain(() => "192.0.2.1");
  expect(take("192.0.2.2")?.allowed).toBe(true);
  // An address in IPv6 clothes is the same address.
  expect(take("::ffff:192.0.2.1")?.allowed).toBe(false);
  expect(limiter.take("auth", "192.0.2.1", undefined)?.allowed).toBe(true);
  expect(limiter.take("none", "192.0.2.1", undefined)).toBeUndefined();
  expect(drain(() => "192.0.2.1", "ses_1")).toBe(60);
  expect(drain(() => "192.0.2.1", "ses_2")).toBe(60);
});

test("an IPv6 network of /64 counts as one client, and one of /48 as ten", () => {
  const { drain } = open();
  let host = 0;
  expect(drain(() => `2001:db8:1:1::${(++host).toString(16)}`)).toBe(3);
  let network = 1;
  expect(drain(() => `2001:db8:1:${(++network).toString(16)}::1`)).toBe(27);
  expect(drain(() => "2001:db8:2::1")).toBe(3);
});

test("other rates take effect at once", () => {
  const { rates, drain, take } = open(10);
  expect(take("192.0.2.1")?.remaining).toBe(9);
  rates.general = { perSecond: 1, burst: 2 };
  expect(drain(() => "192.0.2.1")).toBe(2);
});
