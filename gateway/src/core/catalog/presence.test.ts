import { expect, test } from "vitest";
import { createPresence } from "./presence.ts";
import { newApp } from "./route-changes.ts";
import type { StoredRoute } from "./store.ts";

const APP = {
  ...newApp("web", "discovery"),
  endpoints: { lan: "http://172.17.0.2:80" },
  discoveryMeta: { source: "docker" },
};
const route = (changes: Partial<StoredRoute> = {}) =>
  ({ appId: "web", origin: "discovery", to: "http://172.17.0.2:80", ...changes }) as StoredRoute;

test("an app is absent from the start of a source until it was seen, and while it is missing", () => {
  const presence = createPresence();
  const absent = () => presence.isAbsent(route(), APP);
  expect(absent()).toBe(false);
  presence.hold("docker");
  expect(absent()).toBe(true);
  expect(presence.seen("docker", [])).toBe(true);
  expect([absent(), presence.seen("docker", [])]).toEqual([false, false]);
  expect([presence.seen("docker", ["web"]), absent()]).toEqual([true, true]);
  expect([presence.release("docker"), absent()]).toEqual([true, false]);
});

test("addresses that a person wrote, and apps of other origins, are served whatever the source sees", () => {
  const presence = createPresence();
  presence.seen("docker", ["web"]);
  expect(presence.isAbsent(route({ to: "http://192.168.1.9:80" }), APP)).toBe(false);
  expect(presence.isAbsent(route({ origin: "api" }), APP)).toBe(false);
  expect(presence.isAbsent(route({ to: "http://172.17.0.2:8080" }), APP)).toBe(true);
});
