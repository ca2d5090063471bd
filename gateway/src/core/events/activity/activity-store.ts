import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from "kysely";
import { grants } from "../../../kit/scopes.ts";
import { countingScopes } from "../../../wire/route-access.ts";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { ActivityRow, Tables } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import { type Audiences, READ_ALL, type Viewer } from "../audience.ts";

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
  /** About an app that was sensitive when it happened. */
  sensitive: boolean;
  /** Devices that see it whatever their scopes. */
  devices: readonly string[];
  /** Somebody should look at it. */
  notice: boolean;
};

/** Who reads, and the device's id if it is one. */
export type Reader = { who: Viewer; device: string | undefined };

/** Entries of these types alone; all without. */
export type Filter = { types: readonly string[] | undefined };

/** Table `activity`. */
export function createActivityStore(storage: Storage, audiences: Audiences) {
  const { db } = storage;
  const visible = (eb: ExpressionBuilder<Tables, "activity">, reader: Reader) =>
    isVisible(eb, reader, audiences.sensitiveScopes());
  return {
    async add(tx: Write, entry: StoredEntry): Promise<void> {
      const { iconClass, devices, sensitive, notice, ...same } = entry;
      await tx
        .insertInto("activity")
        .values({
          ...same,
          icon_class: iconClass,
          devices: toJson(devices),
          sensitive: Number(sensitive),
          notice: Number(notice),
        })
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
export function entryOfRow(row: Selectable<ActivityRow>): StoredEntry {
  const { number: _, icon_class, devices, sensitive, notice, ...same } = row;
  return {
    ...same,
    iconClass: icon_class,
    devices: fromJson(devices),
    sensitive: sensitive === 1,
    notice: notice === 1,
  };
}

/** Mirrors {@link Audiences.maySee}: who holds `access:*` sees what is about any app that it counts for. */
export function isVisible(
  eb: ExpressionBuilder<Tables, "activity">,
  { who, device }: Reader,
  sensitiveScopes: readonly string[],
): Expression<SqlBool> {
  const { scopes } = who;
  if (grants(scopes, READ_ALL)) return eb.lit(true);
  const within = (held: readonly string[]) => {
    const named = eb("scope", "in", ["", ...held]);
    return held.includes("access:*") ? eb.or([named, eb("scope", "like", "access:%")]) : named;
  };
  const isPlain = eb.and([eb("sensitive", "=", 0), eb("scope", "not in", ["", ...sensitiveScopes])]);
  const seen: Expression<SqlBool>[] = [within(countingScopes(who, true)), eb.and([within(scopes), isPlain])];
  if (device !== undefined) {
    // Not LIKE: SQLite's takes Pixel for pixel, and devices choose their ids.
    seen.push(sql<SqlBool>`replace(devices, ${toJson(device)}, '') <> devices`);
  }
  return eb.or(seen);
}
