import { expect, test } from "vitest";
import { pauseWhileLive } from "./live-state.ts";

test("what the gateway tells of is asked only now and then while it does; the rest as often as it wants", () => {
  const pause = (id: string, live: boolean, data: unknown = []) =>
    pauseWhileLive(id, 5_000, live ? "live" : "off", data);
  for (const id of ["rules.list", "channels.list", "notifications.list", "notifications.stats", "webhooks.calls"]) {
    expect([id, pause(id, true), pause(id, false)]).toEqual([id, 60_000, 5_000]);
  }
  expect(pause("discovery.sources", true)).toBe(5_000);
  // Nothing tells of the first check of an app.
  expect(pause("apps.list", true, [{ healthStatus: "unknown" }])).toBe(5_000);
  expect(pause("apps.list", true, [{ healthStatus: "healthy" }])).toBe(60_000);
});
