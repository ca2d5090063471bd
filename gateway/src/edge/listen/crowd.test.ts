import { expect, test } from "vitest";
import { createCrowd } from "./crowd.ts";

const LIMITS = { client: 2, wide: 3, all: 6 };

test("one client has so many connections, and others have theirs; who leaves makes room", () => {
  const crowd = createCrowd(LIMITS);
  const first = crowd.enter("192.168.1.2", false);
  expect(crowd.enter("192.168.1.2", false)).toBeDefined();
  expect(crowd.enter("192.168.1.2", false)).toBeUndefined();
  expect(crowd.enter("192.168.1.3", false)).toBeDefined();
  first?.();
  expect(crowd.enter("192.168.1.2", false)).toBeDefined();
  expect(crowd.enter("192.168.1.2", false)).toBeUndefined();
});

test("addresses of one IPv6 network are one client, and a household's networks have a limit together", () => {
  const crowd = createCrowd(LIMITS);
  expect(crowd.enter("2001:db8:0:1::1", false)).toBeDefined();
  expect(crowd.enter("2001:db8:0:1::2", false)).toBeDefined();
  expect(crowd.enter("2001:db8:0:1::3", false)).toBeUndefined();
  expect(crowd.enter("2001:db8:0:2::1", false)).toBeDefined();
  expect(crowd.enter("2001:db8:0:3::1", false)).toBeUndefined();
  expect(crowd.enter("2001:db8:1::1", false)).toBeDefined();
});

test("this machine and trusted proxies stand for many; all together have a limit", () => {
  const crowd = createCrowd(LIMITS);
  for (let i = 0; i < 3; i++) {
    expect(crowd.enter("127.0.0.1", false)).toBeDefined();
    expect(crowd.enter("10.0.0.1", true)).toBeDefined();
  }
  expect(crowd.enter("127.0.0.1", false)).toBeUndefined();
  expect(crowd.enter("192.168.1.2", false)).toBeUndefined();
});
