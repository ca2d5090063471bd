import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import type { Visit } from "../request.ts";
import { testRoute } from "../test-route.ts";
import { createRouteLimits } from "./route-limits.ts";

function setUp(edges?: number) {
  const clock = createVirtualClock();
  const limits = createRouteLimits(clock);
  /** How many of these requests, one after the other, are let through. */
  const passed = (route: RouteEntry, ...clients: string[]) =>
    clients.filter((client) => {
      const visit = { state: { snapshot: { edges } }, client, head: {} } as unknown as Visit;
      return limits(visit, route) === undefined;
    }).length;
  return { clock, passed };
}

const times = (count: number, client: string) => Array<string>(count).fill(client);

test("an allowance fills up again by the minute, never above the burst, and each route has its own", async () => {
  const { clock, passed } = setUp();
  const route = testRoute({ rateLimit: { perMinute: 60, burst: 5 } });
  expect(passed(route, ...times(9, "192.0.2.1"))).toBe(5);
  await clock.advance(2_000);
  expect(passed(route, ...times(9, "192.0.2.1"))).toBe(2);
  await clock.advance(3_600_000);
  expect(passed(route, ...times(9, "192.0.2.1"))).toBe(5);
  expect(passed({ ...route, routeId: "b" }, ...times(9, "192.0.2.1"))).toBe(5);
  expect(passed(testRoute(), ...times(9, "192.0.2.1"))).toBe(9);
});

test("several edges have a part of it each, and never nothing", () => {
  expect(setUp(4).passed(testRoute({ rateLimit: { perMinute: 60, burst: 40 } }), ...times(99, "192.0.2.1"))).toBe(10);
  expect(setUp(4).passed(testRoute({ rateLimit: { perMinute: 1, burst: 1 } }), ...times(99, "192.0.2.1"))).toBe(1);
});

test("who has a whole /48 of IPv6 has ten times as much and no more", () => {
  const { passed } = setUp();
  const route = testRoute({ rateLimit: { perMinute: 1, burst: 2 } });
  const all = Array.from({ length: 500 }, (_, at) => `2001:db8:0:${at.toString(16)}::1`);
  expect(passed(route, ...all, ...all)).toBe(20);
});
