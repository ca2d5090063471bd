import { expect, test } from "vitest";
import { judge, mayStandIn, readDemands } from "./demands.ts";
import { readPolicy } from "./policy.ts";

const judged = (answer: string, ageSeconds: number, request = "") =>
  judge(
    readPolicy({ status: 200, raw: ["Cache-Control", answer] }, 0, 0),
    ageSeconds * 1000,
    readDemands(request ? ["Cache-Control", request] : []),
  );

test.each<[answer: string, age: number, request: string, verdict: string]>([
  ["max-age=60", 59, "", "fresh"],
  ["max-age=60", 60, "", "ask"],
  ["max-age=60, no-cache", 1, "", "ask"],
  ["max-age=60", 1, "no-cache", "ask"],
  ["max-age=60", 10, "max-age=20", "fresh"],
  ["max-age=60", 30, "max-age=20", "ask"],
  ["max-age=60", 0, "max-age=0", "ask"],
  ["max-age=60, immutable", 30, "max-age=0", "fresh"],
  ["max-age=60, immutable", 30, "no-cache", "ask"],
  ["max-age=60", 30, "min-fresh=20", "fresh"],
  ["max-age=60", 50, "min-fresh=20", "ask"],
  ["max-age=60", 70, "max-stale=20", "stale"],
  ["max-age=60", 90, "max-stale=20", "ask"],
  ["max-age=60", 9000, "max-stale", "stale"],
  ["max-age=60, must-revalidate", 70, "max-stale", "ask"],
  ["max-age=60, proxy-revalidate", 70, "max-stale", "ask"],
  ["s-maxage=60", 70, "max-stale", "ask"],
  ["max-age=60, stale-while-revalidate=30", 70, "", "refresh"],
  ["max-age=60, stale-while-revalidate=30", 90, "", "ask"],
  ["max-age=60, stale-while-revalidate=30", 70, "max-age=60", "ask"],
  ["max-age=60, stale-while-revalidate=30, must-revalidate", 70, "", "ask"],
])("%s, %d s old, asked with %j: %s", (answer, age, request, verdict) => {
  expect(judged(answer, age, request)).toBe(verdict);
});

test("Pragma counts only without Cache-Control", () => {
  expect(readDemands(["Pragma", "no-cache"]).noCache).toBe(true);
  expect(readDemands(["Pragma", "no-cache", "Cache-Control", "max-age=5"]).noCache).toBe(false);
});

test("an old answer stands in for an app that fails as long as it says, and never where it must not", () => {
  const standsIn = (answer: string, ageMs: number) =>
    mayStandIn(readPolicy({ status: 200, raw: ["Cache-Control", answer] }, 0, 0), ageMs);
  expect(standsIn("max-age=60, stale-if-error=60", 119_000)).toBe(true);
  expect(standsIn("max-age=60, stale-if-error=60", 120_000)).toBe(false);
  expect(standsIn("max-age=60, stale-if-error=60, must-revalidate", 61_000)).toBe(false);
  expect(standsIn("max-age=60", 61_000)).toBe(false);
});
