import { expect, test } from "vitest";
import { testRoute } from "../test-route.ts";
import { mayComeFrom } from "./networks.ts";

/** Which of these addresses may. */
const letIn = (networks: { allow?: string[]; deny?: string[] }, ...clients: string[]) => {
  const route = testRoute({ networks: { allow: [], deny: [], ...networks } });
  // Twice: the second time it is remembered.
  return [...clients, ...clients].map((client) => mayComeFrom(route, client)).slice(clients.length);
};

test("what is denied goes first, and without what is allowed everybody else may", () => {
  expect(mayComeFrom(testRoute(), "192.0.2.1")).toBe(true);
  expect(letIn({ deny: ["192.0.2.0/24"] }, "192.0.2.1", "198.51.100.1", "2001:db8::1")).toEqual([false, true, true]);
  expect(letIn({ allow: ["192.0.2.0/24"], deny: ["192.0.2.9"] }, "192.0.2.1", "192.0.2.9", "::1")).toEqual([
    true,
    false,
    false,
  ]);
  expect(letIn({ allow: ["fd00::/8"] }, "fd12::1", "fe80::1", "10.0.0.1")).toEqual([true, false, false]);
});

test("a network that cannot be read lets nobody in", () => {
  expect(letIn({ allow: ["home"] }, "192.0.2.1")).toEqual([false]);
});
