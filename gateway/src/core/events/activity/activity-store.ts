import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from "kysely";
import { grants } from "../../../kit/scopes.ts";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { ActivityRow, Tables } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";

/** An entry as it is stored; `at` in milliseconds since 1970. */
export type StoredEntry = {
  id: string;
  type: string;
  icon: string;
  iconClass: string;
  message: string;
  details: string;
  at: number;
  scope: string;
  /** Devices that see it whatever their scopes. */
  devices: readonly string[];
  /** Somebody should look at it. */
  notice: boolean;
};

/** Who reads: scopes, and the device's id if it is one. */
export type Reader = { scopes: readonly string[]; device: string | undefined };

/** Entries of these types alone; all without. */
export type Filter = { types: readonly string[] | undefined };

/** Table `activity`. */
export function createActivityStore(storage: Storage) {
  const { db } = storage;
  return {
    async add(tx: Write, entry: StoredEntry): Promise<void> {
      const { iconClass, devices, notice, ...same } = entry;
      await tx
        .insertInto("activity")
        .values({ ...same, icon_class: iconClass, devices: toJson(devices), notice: Number(notice) })
        .execute();
    },

    /** The newest first. */
    async find(reader: Reader, filter: Filter, limit: number, offset: number): Promise<StoredEntry[]> {
      const rows = await db
        .selectFrom("activity")
        .selectAll()
        .where((eb) => eb.and([visible(eb, reader), isOf(eb, filter)]))
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(entryOfRow);
    },

    async count(reader: Reader, filter: Filter): Promise<number> {
      const row = await db
        .selectFrom("activity")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => eb.and([visible(eb, reader), isOf(eb, filter)]))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    /** Keeps the newest `keep` entries; answers how many went. */
    async prune(keep: number): Promise<number> {
      return storage.write(async (tx) => {
        const newest = await tx
          .selectFrom("activity")
          .select("number")
          .orderBy("number", "desc")
          .limit(1)
          .offset(keep)
          .executeTakeFirst();
        if (!newest) return 0;
        const done = await tx.deleteFrom("activity").where("number", "<=", newest.number).executeTakeFirst();
        return Number(done.numDeletedRows);
      });
    },
  };
}

function isOf(eb: ExpressionBuilder<Tables, "activity">, { types }: Filter): Expression<SqlBool> {
  return types ? eb("type", "in", ["", ...types]) : eb.lit(true);
}

/** An entry as it came out of the table. */
export function entryOfRow({ number: _, icon_class, devices, notice, ...same }: Selectable<ActivityRow>): StoredEntry {
  return { ...same, iconClass: icon_class, devices: fromJson(devices), notice: notice === 1 };
}

/** Mirrors `grants`: who holds `access:*` sees what is about any app. */
export function visible(eb: ExpressionBuilder<Tables, "activity">, { scopes, device }: Reader): Expression<SqlBool> {
  if (grants(scopes, "read:*")) return eb.lit(true);
  const seen = [eb("scope", "in", ["", ...scopes])];
  if (scopes.includes("access:*")) seen.push(eb("scope", "like", "access:%"));
  if (device !== undefined) {
    const quoted = toJson(device).replace(/[\\%_]/g, "\\$&");
    seen.push(eb(sql<string>`devices`, "like", sql<string>`${`%${quoted}%`} escape '\\'`));
  }
  return eb.or(seen);
}
