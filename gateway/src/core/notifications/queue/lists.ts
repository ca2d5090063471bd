import type { Expression, ExpressionBuilder, Selectable, SqlBool } from "kysely";
import { fromJson } from "../../storage/codec.ts";
import type { NotificationRow, Tables } from "../../storage/schema.ts";
import type { Storage } from "../../storage/storage.ts";

export type ListedRow = Selectable<NotificationRow>;

type Filter = {
  status?: string | undefined;
  deviceId?: string | undefined;
  type?: string | undefined;
  channel?: string | undefined;
};

/** What people read of table `notifications`, and what they change by hand. */
export function createQueueLists(storage: Storage) {
  const { db } = storage;
  return {
    /** The newest first, and how many there are. */
    async find(filter: Filter, limit: number, offset: number): Promise<[ListedRow[], number]> {
      const rows = await db
        .selectFrom("notifications")
        .selectAll()
        .where((eb) => eb.and(conditions(eb, filter)))
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      const all = await db
        .selectFrom("notifications")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => eb.and(conditions(eb, filter)))
        .executeTakeFirstOrThrow();
      return [rows, Number(all.count)];
    },

    one: (number: number): Promise<ListedRow | undefined> =>
      db.selectFrom("notifications").selectAll().where("number", "=", number).executeTakeFirst(),

    payloadOf: ({ payload }: ListedRow): Record<string, unknown> => fromJson(payload),

    /** How many there are of each status. */
    async counts(): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom("notifications")
        .select((eb) => ["status", eb.fn.countAll().as("count")])
        .groupBy("status")
        .execute();
      return new Map(rows.map(({ status, count }) => [status, Number(count)]));
    },

    /** How many have waited since before `before`. */
    async countStale(before: number): Promise<number> {
      const row = await db
        .selectFrom("notifications")
        .select((eb) => eb.fn.countAll().as("count"))
        .where("status", "=", "pending")
        .where("created_at", "<", before)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    /** The same by device. */
    async staleDevices(before: number) {
      const rows = await db
        .selectFrom("notifications")
        .select(({ fn }) => [
          "device_id",
          "type",
          fn.countAll().as("count"),
          fn.min("created_at").as("oldest"),
          fn.max("created_at").as("newest"),
          fn.sum("retry_count").as("retries"),
        ])
        .where("status", "=", "pending")
        .where("created_at", "<", before)
        .where("device_id", "is not", null)
        .groupBy(["device_id", "type"])
        .orderBy("device_id")
        .orderBy("type")
        .execute();
      return [...Map.groupBy(rows, ({ device_id }) => device_id ?? "")].map(([deviceId, some]) => ({
        deviceId,
        count: some.reduce((sum, { count }) => sum + Number(count), 0),
        oldest: Math.min(...some.map(({ oldest }) => oldest)),
        newest: Math.max(...some.map(({ newest }) => newest)),
        types: some.map(({ type }) => type),
        totalRetries: some.reduce((sum, { retries }) => sum + Number(retries), 0),
      }));
    },

    /** Makes waiting and failed messages due whose time is not over, but none that is being sent; answers how many. */
    async requeue(numbers: readonly number[], now: number): Promise<number> {
      const done = await storage.write((tx) =>
        tx
          .updateTable("notifications")
          .set({
            status: "pending",
            retry_count: 0,
            next_attempt_at: now,
            lease_until: 0,
            sent_at: null,
            ended_at: null,
            error_message: "",
          })
          .where("number", "in", numbers)
          .where("status", "in", ["pending", "failed"])
          .where("expires_at", ">", now)
          .where("lease_until", "<=", now)
          .executeTakeFirst(),
      );
      return Number(done.numUpdatedRows);
    },

    /** Gives up what waits or failed; answers how many. */
    async dismiss(which: { id: number } | { deviceId: string }, now: number): Promise<number> {
      const done = await storage.write((tx) => {
        const change = tx
          .updateTable("notifications")
          .set({ status: "dismissed", ended_at: now })
          .where("status", "in", ["pending", "failed"]);
        return (
          "id" in which ? change.where("number", "=", which.id) : change.where("device_id", "=", which.deviceId)
        ).executeTakeFirst();
      });
      return Number(done.numUpdatedRows);
    },

    async clearDelivered(): Promise<number> {
      const done = await storage.write((tx) =>
        tx.deleteFrom("notifications").where("status", "=", "delivered").executeTakeFirst(),
      );
      return Number(done.numDeletedRows);
    },

    /** Removes what ended before `before`; answers how many. */
    async prune(before: number): Promise<number> {
      const done = await storage.write((tx) =>
        tx.deleteFrom("notifications").where("ended_at", "<", before).executeTakeFirst(),
      );
      return Number(done.numDeletedRows);
    },
  };
}

function conditions(eb: ExpressionBuilder<Tables, "notifications">, filter: Filter): Expression<SqlBool>[] {
  const { status, deviceId, type, channel } = filter;
  return [
    ...(status === undefined ? [] : [eb("status", "=", status)]),
    ...(deviceId === undefined ? [] : [eb("device_id", "=", deviceId)]),
    ...(type === undefined ? [] : [eb("type", "=", type)]),
    ...(channel === undefined ? [] : [eb("channel_id", "=", channel)]),
  ];
}
