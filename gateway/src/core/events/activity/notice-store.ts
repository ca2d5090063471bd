import type { ExpressionBuilder } from "kysely";
import type { Tables } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import { entryOfRow, isVisible, type Reader, type StoredEntry } from "./activity-store.ts";

/** A person, and what they may see. */
export type NoticeReader = Pick<Reader, "who"> & { userId: number };

/** Table `notices_read`, and the entries of `activity` that are notices. */
export function createNoticeStore({ db }: Storage) {
  return {
    /** The newest first. */
    async find(reader: NoticeReader, limit: number, offset: number): Promise<(StoredEntry & { read: boolean })[]> {
      const rows = await db
        .selectFrom("activity")
        .selectAll()
        .where((eb) => isFor(eb, reader))
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      const known = await db
        .selectFrom("notices_read")
        .select("number")
        .where("user_id", "=", reader.userId)
        .where("number", "in", [0, ...rows.map(({ number }) => number)])
        .execute();
      const read = new Set(known.map(({ number }) => number));
      return rows.map((row) => ({ ...entryOfRow(row), read: read.has(row.number) }));
    },

    async count(reader: NoticeReader): Promise<number> {
      const row = await db
        .selectFrom("activity")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => isFor(eb, reader))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async unread(reader: NoticeReader, from: Write | typeof db = db): Promise<number> {
      const row = await from
        .selectFrom("activity")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => eb.and([isFor(eb, reader), isUnread(eb, reader)]))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    /** Marks what of these is a notice for the reader, and all up to the one with the id `upTo`. */
    async markRead(tx: Write, reader: NoticeReader, ids: readonly string[], upTo: string | undefined): Promise<void> {
      const numbers = await tx
        .selectFrom("activity")
        .select("number")
        .where((eb) => {
          const last = eb
            .selectFrom("activity as last")
            .select("last.number")
            .where("last.id", "=", upTo ?? "");
          return eb.and([
            isFor(eb, reader),
            isUnread(eb, reader),
            eb.or([eb("id", "in", ["", ...ids]), eb("number", "<=", last)]),
          ]);
        })
        .execute();
      if (!numbers.length) return;
      await tx
        .insertInto("notices_read")
        .values(numbers.map(({ number }) => ({ user_id: reader.userId, number })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}

/** Notices that the reader may see, from the time since there is the account. */
function isFor(eb: ExpressionBuilder<Tables, "activity">, { who, userId }: NoticeReader) {
  return eb.and([
    eb("notice", "=", 1),
    // What is sensitive is kept from devices alone, and these are people.
    isVisible(eb, { who, device: undefined }, []),
    eb("at", ">=", eb.selectFrom("users").select("users.created_at").where("users.id", "=", userId)),
  ]);
}

function isUnread(eb: ExpressionBuilder<Tables, "activity">, { userId }: NoticeReader) {
  const read = eb.selectFrom("notices_read").select("notices_read.number").where("user_id", "=", userId);
  return eb("activity.number", "not in", read);
}
