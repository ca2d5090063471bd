import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import { grants } from "../../../kit/scopes.ts";
import { countingScopes } from "../../../wire/route-access.ts";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { Tables } from "../../storage/schema.ts";
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
};

/** Who reads, and the device's id if it is one. */
export type Reader = { who: Viewer; device: string | undefined };

/** Table `activity`. */
export function createActivityStore(storage: Storage, audiences: Audiences) {
  const { db } = storage;
  const visible = (eb: ExpressionBuilder<Tables, "activity">, reader: Reader) =>
    isVisible(eb, reader, audiences.sensitiveScopes());
  return {
    async add(tx: Write, entry: StoredEntry): Promise<void> {
      const { iconClass, devices, sensitive, ...same } = entry;
      await tx
        .insertInto("activity")
        .values({ ...same, icon_class: iconClass, devices: toJson(devices), sensitive: sensitive ? 1 : 0 })
        .execute();
    },

    /** The newest first. */
    async find(reader: Reader, limit: number, offset: number): Promise<StoredEntry[]> {
      const rows = await db
        .selectFrom("activity")
        .selectAll()
        .where((eb) => visible(eb, reader))
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(({ number: _, icon_class, devices, sensitive, ...same }) => ({
        ...same,
        iconClass: icon_class,
        sensitive: sensitive === 1,
        devices: fromJson(devices),
      }));
    },

    async count(reader: Reader): Promise<number> {
      const row = await db
        .selectFrom("activity")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => visible(eb, reader))
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

/** Mirrors {@link Audiences.maySee}: who holds `access:*` sees what is about any app that it counts for. */
function isVisible(
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
  const seen = [within(countingScopes(who, true)), eb.and([within(scopes), isPlain])];
  if (device !== undefined) {
    const quoted = toJson(device).replace(/[\\%_]/g, "\\$&");
    seen.push(eb(sql<string>`devices`, "like", sql<string>`${`%${quoted}%`} escape '\\'`));
  }
  return eb.or(seen);
}
