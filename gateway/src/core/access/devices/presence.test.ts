import { expect, test } from "vitest";
import { createBus } from "../../../kit/bus.ts";
import { createLogger } from "../../../kit/log.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import type { Topics } from "../../events/topics.ts";
import { createDevicePresence } from "./presence.ts";

const MINUTE = 60_000;

/** Presence over devices of which a test says who is there, with everything that is told. */
async function start(online: Record<string, boolean>, before: () => Promise<void> = async () => {}) {
  const clock = createVirtualClock();
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const settings = { enabled: true, check_interval: MINUTE, offline_threshold: 5 * MINUTE };
  const presence = createDevicePresence({
    async devices() {
      await before();
      return Object.entries(online).map(([id, there]) => ({ id, name: `The ${id}`, online: there }));
    },
    settings: () => settings,
    bus,
    clock,
    log: createLogger("test", "silent"),
  });
  const told: string[] = [];
  bus.on("device_offline", ({ deviceName }) => told.push(`${deviceName} went`));
  bus.on("device_online", ({ deviceName }) => told.push(`${deviceName} came`));
  await presence.start();
  return { clock, bus, settings, presence, told };
}

test("a device that goes away and comes back is told of once each; one that was away before is not", async () => {
  const online: Record<string, boolean> = { phone: true, tablet: false };
  const { clock, presence, told } = await start(online);
  await clock.advance(2 * MINUTE);
  expect(told).toEqual([]);
  online.phone = false;
  online.tablet = true;
  await clock.advance(3 * MINUTE);
  expect(told).toEqual(["The phone went"]);
  online.phone = true;
  online.tablet = false;
  await clock.advance(3 * MINUTE);
  expect(told).toEqual(["The phone went", "The phone came", "The tablet went"]);
  await presence.stop();
});

test("it is switched on and off while the gateway runs, and forgets what it does not look at", async () => {
  const online: Record<string, boolean> = { phone: true };
  const { clock, bus, settings, presence, told } = await start(online);
  const change = (enabled: boolean) => {
    settings.enabled = enabled;
    bus.emit("config-changed", { keys: ["notifications.offline_detection.enabled"] });
  };
  change(false);
  online.phone = false;
  await clock.advance(10 * MINUTE);
  change(true);
  await clock.advance(10 * MINUTE);
  expect(told).toEqual([]);
  online.phone = true;
  await clock.advance(MINUTE);
  online.phone = false;
  await clock.advance(MINUTE);
  expect(told).toEqual(["The phone went"]);
  await presence.stop();
});

test("a look that fails forgets nothing", async () => {
  const online: Record<string, boolean> = { phone: true };
  let fails = false;
  const { clock, presence, told } = await start(online, async () => {
    if (fails) throw new Error("the disk is busy");
  });
  fails = true;
  await clock.advance(MINUTE);
  fails = false;
  online.phone = false;
  await clock.advance(MINUTE);
  expect(told).toEqual(["The phone went"]);
  await presence.stop();
});

test("a look that is under way when it is switched off tells nothing", async () => {
  const online: Record<string, boolean> = { phone: true };
  let goOn = () => {};
  let waits = false;
  const { clock, bus, settings, presence, told } = await start(online, async () => {
    if (waits) await new Promise<void>((done) => (goOn = done));
  });
  waits = true;
  online.phone = false;
  await clock.advance(MINUTE);
  settings.enabled = false;
  bus.emit("config-changed", { keys: ["notifications.offline_detection.enabled"] });
  goOn();
  await presence.stop();
  expect(told).toEqual([]);
});
