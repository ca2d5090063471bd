import { randomUUID } from "node:crypto";
import type { notifications as contract } from "@nekzus/contract";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant, toOptionalInstant } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { DeviceSockets } from "../channels/device.ts";
import type { Dispatcher, Meter, QueueSettings } from "./dispatcher.ts";
import { lifetimeOf } from "./kinds.ts";
import { createQueueLists, type ListedRow } from "./lists.ts";
import type { NewRow, QueueStore } from "./store.ts";

const HOUR = 3_600_000;
const STALE_HOURS = 24;

/** A message for one recipient: a device, a browser, or whoever the channel reaches. */
export type NewMessage = Omit<NewRow, "id" | "maxRetries" | "createdAt" | "expiresAt">;

export type Queue = {
  /** Stores messages in the caller's transaction; they are sent once it is committed and {@link Dispatcher.wake} is called. */
  add(tx: Write, messages: readonly NewMessage[]): Promise<void>;
  list(call: Call<typeof contract.notificationsList>): Promise<Answer<typeof contract.notificationsList>>;
  stats(): Promise<Answer<typeof contract.notificationsStats>>;
  stale(): Promise<Answer<typeof contract.notificationsStale>>;
  get(call: Call<typeof contract.notificationGet>): Promise<Answer<typeof contract.notificationGet>>;
  retryMany(call: Call<typeof contract.notificationsRetry>): Promise<Answer<typeof contract.notificationsRetry>>;
  retry(call: Call<typeof contract.notificationRetry>): Promise<Answer<typeof contract.notificationRetry>>;
  dismiss(call: Call<typeof contract.notificationDismiss>): Promise<Answer<typeof contract.notificationDismiss>>;
  dismissDevice(
    call: Call<typeof contract.notificationsDismissDevice>,
  ): Promise<Answer<typeof contract.notificationsDismissDevice>>;
  clear(): Promise<Answer<typeof contract.notificationsClear>>;
  /** Removes what ended before `before`, in ms since 1970; answers how many. */
  prune(before: number): Promise<number>;
  /** How many messages wait, for metrics. */
  depth(): Promise<number>;
};

/** The queue as people see it, and as the other rooms fill it. */
export function createQueue(parts: {
  storage: Storage;
  store: QueueStore;
  dispatcher: Pick<Dispatcher, "wake" | "looked">;
  sockets: Pick<DeviceSockets, "connected">;
  /** Names of devices and channels, by id. */
  names(): Promise<{ devices: ReadonlyMap<string, string>; channels: ReadonlyMap<string, string> }>;
  settings: () => QueueSettings;
  clock: Clock;
  meter: Meter;
}): Queue {
  const { store, dispatcher, sockets, settings, clock, meter } = parts;
  const lists = createQueueLists(parts.storage);
  const staleBefore = () => clock.now() - STALE_HOURS * HOUR;

  async function shown(rows: readonly ListedRow[]) {
    const { devices, channels } = await parts.names();
    return rows.map((row) => ({
      id: row.number,
      notificationId: row.id,
      deviceId: row.device_id ?? "",
      deviceName:
        row.device_id === null
          ? (channels.get(row.channel_id) ?? row.channel_id)
          : (devices.get(row.device_id) ?? row.device_id),
      channelId: row.channel_id,
      type: row.type,
      title: row.title,
      body: row.body,
      status: row.status as "pending",
      retryCount: row.retry_count,
      maxRetries: row.max_retries,
      createdAt: toInstant(row.created_at),
      expiresAt: toInstant(row.expires_at),
      ...times({
        sentAt: row.sent_at,
        nextAttemptAt: row.status === "pending" ? row.next_attempt_at : null,
        deliveredAt: row.delivered_at,
        lastAttemptAt: row.last_attempt_at,
      }),
      ...(row.error_message && { errorMessage: row.error_message }),
      isStale: row.status === "pending" && row.created_at < staleBefore(),
    }));
  }

  return {
    async add(tx, messages) {
      const now = clock.now();
      const { queue } = settings();
      await store.insert(
        tx,
        messages.map((message) => {
          const { ttlMs, maxRetries = queue.max_retries } = lifetimeOf(message.type);
          return { ...message, id: randomUUID(), maxRetries, createdAt: now, expiresAt: now + ttlMs };
        }),
      );
      for (const deviceId of new Set(messages.flatMap((message) => message.deviceId ?? []))) {
        await store.trim(tx, deviceId, queue.buffer_size, now);
      }
      meter.enqueued(messages.length);
    },

    async list({ query: { device_id: deviceId, limit, offset, ...filter } }) {
      const [rows, total] = await lists.find({ ...filter, deviceId }, limit, offset);
      return { body: { notifications: await shown(rows), total, limit, offset } };
    },

    async stats() {
      const counts = await lists.counts();
      return {
        body: {
          totalPending: counts.get("pending") ?? 0,
          totalDelivered: counts.get("delivered") ?? 0,
          totalFailed: counts.get("failed") ?? 0,
          staleCount: await lists.countStale(staleBefore()),
          enabled: settings().enabled,
        },
      };
    },

    async stale() {
      const { devices: names } = await parts.names();
      const devices = (await lists.staleDevices(staleBefore())).map(({ deviceId, count, oldest, newest, ...rest }) => ({
        ...rest,
        deviceId,
        deviceName: names.get(deviceId) ?? deviceId,
        count,
        pendingCount: count,
        oldestAt: toInstant(oldest),
        oldestNotification: toInstant(oldest),
        newestAt: toInstant(newest),
      }));
      return { body: { staleThresholdHours: STALE_HOURS, devices } };
    },

    async get({ params: { notificationId } }) {
      const row = await lists.one(notificationId);
      if (!row) throw missing(notificationId);
      const [listed] = await shown([row]);
      return { body: { ...(listed as NonNullable<typeof listed>), payload: lists.payloadOf(row) } };
    },

    async retryMany({ body: { ids } }) {
      const count = await lists.requeue(ids, clock.now());
      meter.retried(count);
      dispatcher.wake();
      return { body: { status: "queued", count, message: `${count} of ${ids.length} messages are sent again.` } };
    },

    async retry({ params: { notificationId: id } }) {
      const row = await lists.one(id);
      if (!row) throw missing(id);
      const now = clock.now();
      if (row.status === "expired" || row.expires_at <= now) {
        throw new Problem("EXPIRED", `The time of message ${id} is over.`);
      }
      if (row.status !== "pending" && row.status !== "failed") {
        throw new Problem("NOT_FOUND", `Message ${id} does not wait and did not fail: it is ${row.status}.`);
      }
      const away = row.device_id !== null && !sockets.connected(row.device_id);
      if (away && settings().enabled) {
        const message = "The device is not connected. It gets the message when it is.";
        return { body: { status: "offline", id, message } };
      }
      await lists.requeue([id], now);
      meter.retried(1);
      dispatcher.wake();
      if (row.device_id === null || !settings().enabled) {
        return { body: { status: "queued", id, message: "The message is sent soon." } };
      }
      await dispatcher.looked();
      const sent = (await lists.one(id))?.last_attempt_at === now;
      return sent
        ? { body: { status: "sent", id, message: "The message was handed over; the device has to confirm it." } }
        : { body: { status: "queued", id, message: "The message is sent soon." } };
    },

    async dismiss({ params: { notificationId: id } }) {
      if (!(await lists.dismiss({ id }, clock.now()))) {
        throw new Problem("NOT_FOUND", `There is no message ${id} that waits or failed.`);
      }
      return { body: { status: "dismissed", id, message: `Message ${id} was given up.` } };
    },

    async dismissDevice({ params: { deviceId } }) {
      const count = await lists.dismiss({ deviceId }, clock.now());
      return { body: { status: "dismissed", deviceId, count, message: `${count} messages were given up.` } };
    },

    async clear() {
      const count = await lists.clearDelivered();
      return { body: { status: "cleared", count, message: `${count} messages were removed from the list.` } };
    },

    prune: (before) => lists.prune(before),
    depth: async () => (await lists.counts()).get("pending") ?? 0,
  };
}

function missing(id: number): Problem {
  return new Problem("NOT_FOUND", `There is no message ${id}.`);
}

/** Unset times are left out (ruling R15). */
function times<T extends string>(all: Record<T, number | null>): { [N in T]?: string } {
  const set = Object.entries<number | null>(all).flatMap(([name, ms]) => {
    const instant = toOptionalInstant(ms);
    return instant === undefined ? [] : [[name, instant]];
  });
  return Object.fromEntries(set);
}
