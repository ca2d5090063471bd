import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import type { CoreBus } from "../../events/topics.ts";

/** `notifications.offline_detection` of the configuration; times in ms. */
export type OfflineDetection = { enabled: boolean; check_interval: number; offline_threshold: number };

export type DevicePresence = { start(): Promise<void>; stop(): Promise<void> };

/**
 * Notices devices that went away and came back, when that is switched on. A device that was away already when the looking
 * began is news only once it went away again: nobody is told of phones that have been in a drawer for a year.
 */
export function createDevicePresence(parts: {
  /** Every device, and whether it is there now. */
  devices(): Promise<readonly { id: string; name: string; online: boolean }[]>;
  settings(): OfflineDetection;
  bus: CoreBus;
  clock: Clock;
  log: Logger;
}): DevicePresence {
  const { settings, bus, clock, log } = parts;
  /** Whether a device was there when it was last looked; `undefined`: away, for how long nobody knows. */
  let known = new Map<string, boolean | undefined>();
  let work: Promise<void> = Promise.resolve();
  let timer: Timer | undefined;
  let endListening = () => {};
  // The change of settings may come in a request.
  let outside: (run: () => void) => void = (run) => run();

  async function look(): Promise<void> {
    const devices = await parts.devices();
    // It may have been switched off meanwhile.
    if (!settings().enabled) return;
    const before = known;
    known = new Map();
    for (const { id: deviceId, name: deviceName, online } of devices) {
      const was = before.get(deviceId);
      if (was === true && !online) bus.emit("device_offline", { deviceId, deviceName });
      if (was === false && online) bus.emit("device_online", { deviceId, deviceName });
      known.set(deviceId, online ? true : was === undefined ? undefined : false);
    }
  }

  function begin(): void {
    timer?.cancel();
    const { enabled, check_interval } = settings();
    if (!enabled) {
      known = new Map();
      return;
    }
    timer = clock.every(check_interval, lookSoon);
    lookSoon();
  }

  function lookSoon(): void {
    work = work.then(look).catch((error) => log.warn({ err: error }, "it could not be seen which devices are there"));
  }

  return {
    async start() {
      outside = AsyncLocalStorage.snapshot();
      endListening = bus.on("config-changed", ({ keys }) => {
        if (keys.some((key) => key.startsWith("notifications.offline_detection."))) outside(begin);
      });
      begin();
      await work;
    },
    async stop() {
      endListening();
      timer?.cancel();
      await work;
    },
  };
}
