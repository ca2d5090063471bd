import type { Selectable } from "kysely";
import type { Audience } from "../../events/audience.ts";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { NotificationRow } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { Message, Severity } from "../channels/channel.ts";
import type { Incident } from "../rules/incident-store.ts";
import type { DueLane, Lane } from "./turns.ts";

/** Who may be told a part of a message; `incident` is what it says, where other parts may be told to others. */
export type Part = Audience & { incident?: Incident };

/** A message to be stored, for one recipient. Times are milliseconds since 1970. */
export type NewRow = {
  id: string;
  channelId: string;
  deviceId?: string;
  subscriptionId?: string;
  type: string;
  title: string;
  body: string;
  severity: Severity;
  data: Readonly<Record<string, unknown>>;
  /** Its parts; nothing: it is told as it is, to whoever it is for. */
  about?: readonly Part[];
  maxRetries: number;
  createdAt: number;
  expiresAt: number;
};

/** A message that is to be sent now. */
export type ClaimedRow = {
  number: number;
  channelId: string;
  deviceId: string | null;
  subscriptionId: string | null;
  message: Message;
  about: readonly Part[];
  retryCount: number;
  maxRetries: number;
  sentAt: number | null;
};

/** Rows that are written in one statement: SQLite takes so many values. */
const BATCH = 500;

/** What is done with table `notifications` to send messages. */
export function createQueueStore(storage: Storage) {
  /** Changes a message that still waits; answers whether it did. */
  async function change(number: number, set: Partial<Omit<NotificationRow, "number">>): Promise<boolean> {
    const done = await storage.write((tx) =>
      tx
        .updateTable("notifications")
        .set({ lease_until: 0, ...set })
        .where("number", "=", number)
        .where("status", "=", "pending")
        .executeTakeFirst(),
    );
    return Number(done.numUpdatedRows) > 0;
  }

  return {
    /** Of these devices, those that are paired: the others would break the reference. */
    async knownDevices(tx: Write, ids: readonly string[]): Promise<Set<string>> {
      if (!ids.length) return new Set();
      const rows = await tx.selectFrom("devices").select("id").where("id", "in", ids).execute();
      return new Set(rows.map(({ id }) => id));
    },

    async insert(tx: Write, rows: readonly NewRow[]): Promise<void> {
      for (let at = 0; at < rows.length; at += BATCH) {
        await tx
          .insertInto("notifications")
          .values(rows.slice(at, at + BATCH).map(rowOf))
          .execute();
      }
    },

    /** Gives up the oldest messages of a device beyond `most`. */
    async trim(tx: Write, deviceId: string, most: number, now: number): Promise<void> {
      const oldest = await tx
        .selectFrom("notifications")
        .select("number")
        .where("device_id", "=", deviceId)
        .where("status", "=", "pending")
        .orderBy("number", "desc")
        .limit(1)
        .offset(most)
        .executeTakeFirst();
      if (!oldest) return;
      await tx
        .updateTable("notifications")
        .set({ status: "dismissed", ended_at: now, error_message: "Too many messages waited for this device." })
        .where("device_id", "=", deviceId)
        .where("status", "=", "pending")
        .where("number", "<=", oldest.number)
        .execute();
    },

    /** Forgets who was sending. With SQLite at the start: nobody else can be. */
    async freeAll(): Promise<void> {
      if (storage.dialect !== "sqlite") return;
      await storage.write((tx) =>
        tx.updateTable("notifications").set({ lease_until: 0 }).where("status", "=", "pending").execute(),
      );
    },

    /** Ends what came too late; answers how many messages. */
    async expire(now: number): Promise<number> {
      const late = await storage.db
        .selectFrom("notifications")
        .select("number")
        .where("status", "=", "pending")
        .where("expires_at", "<=", now)
        .limit(1)
        .executeTakeFirst();
      if (!late) return 0;
      const done = await storage.write((tx) =>
        tx
          .updateTable("notifications")
          .set({ status: "expired", ended_at: now })
          .where("status", "=", "pending")
          .where("expires_at", "<=", now)
          .executeTakeFirst(),
      );
      return Number(done.numUpdatedRows);
    },

    /** What was made or tried later than now is due: the clock was set back, and the time it waits for may be years away. */
    async hurry(now: number): Promise<void> {
      const waiting = storage.db
        .selectFrom("notifications")
        .select("number")
        .where("status", "=", "pending")
        .where("next_attempt_at", ">", now)
        .where(({ fn }) => fn.coalesce("last_attempt_at", "created_at"), ">", now);
      if (!(await waiting.limit(1).executeTakeFirst())) return;
      await storage.write((tx) =>
        tx.updateTable("notifications").set({ next_attempt_at: now }).where("number", "in", waiting).execute(),
      );
    },

    /** Devices for which something is due. */
    async dueDevices(now: number): Promise<string[]> {
      const rows = await storage.db
        .selectFrom("notifications")
        .select("device_id")
        .distinct()
        .where("status", "=", "pending")
        .where("next_attempt_at", "<=", now)
        .where("device_id", "is not", null)
        .execute();
      return rows.flatMap(({ device_id }) => device_id ?? []);
    },

    /** For whom something is due on these channels, other than devices, and not being sent; who waits longest first. */
    async dueLanes(channels: readonly string[], now: number): Promise<DueLane[]> {
      const rows = await storage.db
        .selectFrom("notifications")
        .select(({ fn }) => ["channel_id", "subscription_id", fn.countAll().as("due"), fn.min("number").as("oldest")])
        .where("status", "=", "pending")
        .where("next_attempt_at", "<=", now)
        .where("lease_until", "<=", now)
        .where("device_id", "is", null)
        .where("channel_id", "in", ["", ...channels])
        .groupBy(["channel_id", "subscription_id"])
        .orderBy("oldest")
        .execute();
      return rows.map((row) => ({
        channelId: row.channel_id,
        subscriptionId: row.subscription_id,
        due: Number(row.due),
      }));
    },

    /** Takes what is due for one recipient, the oldest first, so that nobody else sends it before `until`. */
    async claim(
      { channels, ...of }: { channels: readonly string[] } & ({ deviceId: string } | Pick<Lane, "subscriptionId">),
      most: number,
      now: number,
      until: number,
    ): Promise<ClaimedRow[]> {
      if (!channels.length || most <= 0) return [];
      const free = (tx: Write) => {
        const due = tx
          .selectFrom("notifications")
          .select("number")
          .where("status", "=", "pending")
          .where("next_attempt_at", "<=", now)
          .where("lease_until", "<=", now)
          .where("channel_id", "in", channels);
        if ("deviceId" in of) return due.where("device_id", "=", of.deviceId);
        const others = due.where("device_id", "is", null);
        return of.subscriptionId === null
          ? others.where("subscription_id", "is", null)
          : others.where("subscription_id", "=", of.subscriptionId);
      };
      const rows = await storage.write((tx) =>
        tx
          .updateTable("notifications")
          .set({ lease_until: until })
          .where("number", "in", free(tx).orderBy("number").limit(most))
          .where("status", "=", "pending")
          .where("lease_until", "<=", now)
          .returningAll()
          .execute(),
      );
      return rows.map(claimedOf).sort((a, b) => a.number - b.number);
    },

    /** When the next message is due, after `now`; undefined when none is. */
    async nextDue(now: number): Promise<number | undefined> {
      const row = await storage.db
        .selectFrom("notifications")
        .select((eb) => eb.fn.min<number | null>("next_attempt_at").as("at"))
        .where("status", "=", "pending")
        .where("next_attempt_at", ">", now)
        .executeTakeFirst();
      return row?.at ?? undefined;
    },

    /** It was handed over and is to be confirmed before `next`. */
    sent: (row: ClaimedRow, now: number, next: number) =>
      change(row.number, {
        sent_at: row.sentAt ?? now,
        last_attempt_at: now,
        next_attempt_at: next,
        retry_count: row.sentAt === null ? row.retryCount : row.retryCount + 1,
        error_message: "",
      }),

    /** It is tried again at `next`. `counts`: it was an attempt. */
    later: (row: ClaimedRow, now: number, next: number, reason: string, counts: boolean) =>
      change(row.number, {
        next_attempt_at: next,
        error_message: reason,
        ...(counts && { last_attempt_at: now, retry_count: row.retryCount + 1 }),
      }),

    delivered: (row: ClaimedRow, now: number) =>
      change(row.number, {
        status: "delivered",
        sent_at: row.sentAt ?? now,
        last_attempt_at: now,
        delivered_at: now,
        ended_at: now,
        error_message: "",
      }),

    failed: (row: ClaimedRow, now: number, reason: string) =>
      change(row.number, { status: "failed", last_attempt_at: now, ended_at: now, error_message: reason }),

    /** A device confirms a message that is its own; answers it when it had not before. */
    async acknowledge(
      deviceId: string,
      id: string,
      now: number,
    ): Promise<{ type: string; createdAt: number } | undefined> {
      const row = await storage.write((tx) =>
        tx
          .updateTable("notifications")
          .set({ status: "delivered", delivered_at: now, ended_at: now, lease_until: 0, error_message: "" })
          .where("id", "=", id)
          .where("device_id", "=", deviceId)
          .where("status", "in", ["pending", "failed"])
          .returning(["type", "created_at"])
          .executeTakeFirst(),
      );
      return row && { type: row.type, createdAt: row.created_at };
    },

    /**
     * A device connected: what waits for it is due, what was given up is tried again, and the tries are counted anew.
     * `unsentOnly`: another connection of it may still confirm the rest.
     */
    async deviceIsHere(deviceId: string, now: number, unsentOnly: boolean): Promise<void> {
      await storage.write(async (tx) => {
        const its = tx.updateTable("notifications").where("device_id", "=", deviceId);
        await its
          .set({ status: "pending", retry_count: 0, next_attempt_at: now, ended_at: null, sent_at: null })
          .where("status", "=", "failed")
          .where("expires_at", ">", now)
          .execute();
        const waiting = its
          .set({ retry_count: 0, next_attempt_at: now, sent_at: null, lease_until: 0 })
          .where("status", "=", "pending");
        await (unsentOnly ? waiting.where("sent_at", "is", null) : waiting).execute();
      });
    },
  };
}

export type QueueStore = ReturnType<typeof createQueueStore>;

function rowOf(row: NewRow): Omit<NotificationRow, "number"> {
  return {
    id: row.id,
    channel_id: row.channelId,
    device_id: row.deviceId ?? null,
    subscription_id: row.subscriptionId ?? null,
    type: row.type,
    title: row.title,
    body: row.body,
    severity: row.severity,
    payload: toJson(row.data),
    status: "pending",
    retry_count: 0,
    max_retries: row.maxRetries,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    next_attempt_at: row.createdAt,
    sent_at: null,
    last_attempt_at: null,
    delivered_at: null,
    ended_at: null,
    lease_until: 0,
    error_message: "",
    about: toJson(row.about ?? []),
  };
}

function claimedOf(row: Selectable<NotificationRow>): ClaimedRow {
  return {
    number: row.number,
    channelId: row.channel_id,
    deviceId: row.device_id,
    subscriptionId: row.subscription_id,
    retryCount: row.retry_count,
    maxRetries: row.max_retries,
    sentAt: row.sent_at,
    about: fromJson(row.about),
    message: {
      id: row.id,
      type: row.type,
      title: row.title,
      body: row.body,
      severity: row.severity as Severity,
      at: row.created_at,
      data: fromJson(row.payload),
    },
  };
}
