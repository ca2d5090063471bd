import { expect, test } from "vitest";
import { levelsOf, matches } from "./patterns.ts";
import { createSubscriptions } from "./subscriptions.ts";

test.each([
  ["health_change", "health_change", true],
  ["health_change", "Health_change", false],
  ["container.+.completed", "container.start.completed", true],
  ["container.+.completed", "container.completed", false],
  ["container.+", "container.start.completed", false],
  ["container.#", "container.start.completed", true],
  ["container.#", "container", true],
  ["#", "anything.at.all", true],
  ["a.b.c", "a.b", false],
])("%s on %s: %s", (pattern, topic, expected) => {
  expect(matches(levelsOf(pattern), levelsOf(topic))).toBe(expected);
});

test("without subscriptions everything is sent; with them what matches, and the surest way counts", () => {
  const subscriptions = createSubscriptions();
  expect(subscriptions.qosOf(["a"])).toBe(0);
  expect(subscriptions.include(["a"])).toBe(false);
  subscriptions.add(["a", "#"], 0);
  subscriptions.add(["a"], 1);
  expect([subscriptions.qosOf(["a"]), subscriptions.qosOf(["b"])]).toEqual([1, 0]);
  subscriptions.remove(["#"]);
  expect([subscriptions.qosOf(["a"]), subscriptions.qosOf(["b"])]).toEqual([1, undefined]);
  expect(createSubscriptions(subscriptions.saved()).qosOf(["a"])).toBe(1);
});
