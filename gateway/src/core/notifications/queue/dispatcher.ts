import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { type Channel, type Delivery, failed, type Message } from "../channels/channel.ts";
import { createDeviceChannel, type DeviceSockets } from "../channels/device.ts";
import { backoff } from "./kinds.ts";
import type { ClaimedRow, QueueStore } from "./store.ts";
import { createTurns, type Lane } from "./turns.ts";

/** How long one attempt may take, in ms. */
const SEND_MS = 30_000;
/** How long a message counts as being sent by somebody who was killed, in ms: longer than any attempt. */
const LEASE_MS = 4 * SEND_MS;
/** The queue is looked at at least so often, in ms: another gateway on the same database may have filled it. */
const LOOK_MS = 15_000;
/** Until a device whose connection takes nothing is tried again, in ms. */
const FULL_MS = 1_000;
/** Messages that are taken for a device at once. */
const DEVICE_BATCH = 50;

const NOT_FOR_THEM = "The recipient may no longer see what it is about.";

/** What becomes of messages, for metrics. Times in ms. */
export type Meter = {
  enqueued(count: number): void;
  delivered(type: string, ms: number): void;
  failed(type: string, reason: "refused" | "gave_up" | "unconfirmed", ms: number): void;
  expired(count: number): void;
  retried(count: number): void;
};

/** The settings, in ms. */
export type QueueSettings = {
  enabled: boolean;
  ack_timeout: number;
  queue: { worker_count: number; buffer_size: number; retry_interval: number; max_retries: number };
};

export type Dispatcher = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** Resolves when what was due for devices at the call was handed to their connections. */
  looked(): Promise<void>;
  /** Resolves when what was due at the call was sent once, and what devices said was dealt with. */
  settled(): Promise<void>;
};

/**
 * Sends what is due: to devices over their sockets until they confirm it, on other channels until it arrived. Every
 * message is taken with a lease, so that of several gateways on one database only one sends it.
 */
export function createDispatcher(parts: {
  store: QueueStore;
  sockets: DeviceSockets;
  /** The channels that are switched on. */
  channels(): Promise<readonly string[]>;
  /** The way to the recipient of a message; undefined when there is none any more. */
  open(row: ClaimedRow): Promise<Channel | undefined>;
  /** What of the message its recipient may be told now; undefined: nothing. */
  tellable(row: ClaimedRow): Promise<Message | undefined>;
  /** A message on another channel than devices was tried. */
  onTried(row: ClaimedRow, delivery: Delivery): Promise<void>;
  settings: () => QueueSettings;
  clock: Clock;
  log: Logger;
  meter: Meter;
}): Dispatcher {
  const { store, sockets, settings, clock, log, meter } = parts;
  const stopping = new AbortController();
  const ends: (() => void)[] = [];
  /** What is being sent, and to whom. */
  const sending = new Map<Promise<void>, Lane>();
  const shareOut = createTurns();
  const hearing = new Set<Promise<void>>();
  let timer: Timer | undefined;
  let round: Promise<void> | undefined;
  let again = false;
  let running = false;
  // Who wakes it may stand inside a write transaction.
  let outside: (run: () => void) => void = (run) => run();

  function wake(): void {
    if (!running) return;
    if (round) {
      again = true;
      return;
    }
    outside(() => {
      round = look()
        .catch((error) => log.warn({ err: error }, "messages could not be looked at; trying again"))
        .finally(() => {
          round = undefined;
          if (!again) return;
          again = false;
          wake();
        });
    });
  }

  async function look(): Promise<void> {
    timer?.cancel();
    let next = LOOK_MS;
    try {
      const now = clock.now();
      const expired = await store.expire(now);
      if (expired) meter.expired(expired);
      await store.hurry(now);
      if (!settings().enabled) return;
      const channels = await parts.channels();
      for (const deviceId of await store.dueDevices(now)) {
        if (running && sockets.connected(deviceId)) await toDevice(deviceId, channels);
      }
      await toOthers(channels);
      const due = await store.nextDue(now);
      if (due !== undefined) next = Math.min(LOOK_MS, Math.max(1, due - clock.now()));
    } finally {
      if (running) timer = clock.after(next, wake);
    }
  }

  async function toDevice(deviceId: string, channels: readonly string[]): Promise<void> {
    const now = clock.now();
    const rows = await store.claim({ channels, deviceId }, DEVICE_BATCH, now, now + LEASE_MS);
    const channel = createDeviceChannel(sockets, deviceId);
    let full = false;
    for (const row of rows) {
      const { sentAt, retryCount, maxRetries, message } = row;
      if (sentAt !== null && retryCount >= maxRetries) {
        if (await store.failed(row, now, "The device did not confirm it.")) {
          meter.failed(message.type, "unconfirmed", now - message.at);
        }
        continue;
      }
      const told = await parts.tellable(row);
      if (!told) {
        if (await store.failed(row, now, NOT_FOR_THEM)) meter.failed(message.type, "refused", now - message.at);
        continue;
      }
      // In order: what follows one that was not taken waits for it.
      const delivery = full ? undefined : await channel.send(told, stopping.signal);
      if (delivery?.state === "sent") {
        if (sentAt !== null) meter.retried(1);
        await store.sent(row, now, now + backoff(settings().ack_timeout, sentAt === null ? 0 : retryCount + 1));
      } else {
        full = true;
        await store.later(row, now, now + FULL_MS, "The device's connection takes no messages.", false);
      }
    }
    if (rows.length === DEVICE_BATCH && !full) again = true;
  }

  async function toOthers(channels: readonly string[]): Promise<void> {
    const { worker_count: most } = settings().queue;
    const now = clock.now();
    const due = await store.dueLanes(channels, now);
    for (const [{ channelId, subscriptionId }, count] of shareOut(due, [...sending.values()], most)) {
      const of = { channels: [channelId], subscriptionId };
      for (const row of await store.claim(of, count, now, now + LEASE_MS)) begin(row);
    }
  }

  function begin(row: ClaimedRow): void {
    const work: Promise<void> = attempt(row)
      .catch((error) => log.error({ err: error, channel: row.channelId }, "a message could not be sent"))
      .finally(() => {
        sending.delete(work);
        wake();
      });
    sending.set(work, row);
  }

  async function attempt(row: ClaimedRow): Promise<void> {
    const timeout = new AbortController();
    const late = clock.after(SEND_MS, () => timeout.abort(new Error("no answer in time")));
    const signal = AbortSignal.any([timeout.signal, stopping.signal]);
    const send = async (): Promise<Delivery> => {
      const told = await parts.tellable(row);
      if (!told) return failed(NOT_FOR_THEM, { final: true });
      const channel = await parts.open(row);
      return channel?.send(told, signal) ?? failed("The channel is gone.", { final: true });
    };
    const delivery = await send()
      .catch((error: unknown) => {
        log.error({ err: error, channel: row.channelId }, "a channel could not be used");
        return failed("The channel could not be used; the log says why.");
      })
      .finally(() => late.cancel());
    const now = clock.now();
    // What was cut off because we stop is no failure of the other side.
    if (stopping.signal.aborted && delivery.state === "failed")
      return void (await store.later(row, now, now, "", false));
    const { type, at } = row.message;
    if (delivery.state !== "failed") {
      await store.delivered(row, now);
      meter.delivered(type, now - at);
    } else if (delivery.final || row.retryCount >= row.maxRetries) {
      await store.failed(row, now, delivery.reason);
      meter.failed(type, delivery.final ? "refused" : "gave_up", now - at);
    } else {
      const wait = Math.max(delivery.retryAfterMs ?? 0, backoff(settings().queue.retry_interval, row.retryCount));
      await store.later(row, now, now + wait, delivery.reason, true);
      meter.retried(1);
    }
    await parts.onTried(row, delivery);
  }

  async function onConnect(deviceId: string): Promise<void> {
    await store.deviceIsHere(deviceId, clock.now(), sockets.connected(deviceId) > 1);
    wake();
  }

  async function onAck(deviceId: string, id: string): Promise<void> {
    const now = clock.now();
    const confirmed = await store.acknowledge(deviceId, id, now);
    if (confirmed) meter.delivered(confirmed.type, now - confirmed.createdAt);
  }

  /** Deals with what a device did. */
  function heard(work: Promise<void>): void {
    const done: Promise<void> = work
      .catch((error) => log.warn({ err: error }, "messages of a device could not be updated"))
      .finally(() => hearing.delete(done));
    hearing.add(done);
  }

  return {
    async start() {
      outside = AsyncLocalStorage.snapshot();
      running = true;
      await store.freeAll();
      ends.push(
        sockets.onConnect((deviceId) => heard(onConnect(deviceId))),
        sockets.onMessage("notification_ack", (deviceId, { notificationId }) => heard(onAck(deviceId, notificationId))),
      );
      wake();
    },
    async stop() {
      running = false;
      for (const end of ends.splice(0)) end();
      timer?.cancel();
      stopping.abort(new Error("the gateway stops"));
      await Promise.all([round, ...sending.keys(), ...hearing]);
    },
    wake,
    async looked() {
      while (round) await round;
    },
    async settled() {
      while (round || sending.size || hearing.size) await Promise.all([round, ...sending.keys(), ...hearing]);
    },
  };
}
