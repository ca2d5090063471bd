import type { Selectable } from "kysely";
import type { WebhookCallRow } from "../../storage/schema.ts";
import type { Storage, Write } from "../../storage/storage.ts";

/** Most calls that are kept, however young they are. */
const MOST = 10_000;

/** A call as it is stored; `at` in milliseconds since 1970. */
export type StoredCall = Omit<WebhookCallRow, "number">;

/** Table `webhook_calls`. */
export function createCallStore(storage: Storage) {
  return {
    async add(tx: Write, call: StoredCall): Promise<void> {
      await tx.insertInto("webhook_calls").values(call).execute();
    },

    /** The newest first, and how many there are. */
    async find(limit: number, offset: number): Promise<[Selectable<WebhookCallRow>[], number]> {
      const rows = await storage.db
        .selectFrom("webhook_calls")
        .selectAll()
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      const all = await storage.db
        .selectFrom("webhook_calls")
        .select((eb) => eb.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return [rows, Number(all.count)];
    },

    async byNumber(number: number): Promise<Selectable<WebhookCallRow> | undefined> {
      return storage.db.selectFrom("webhook_calls").selectAll().where("number", "=", number).executeTakeFirst();
    },

    /** Removes what is older than `before`, and all but the newest {@link MOST}; answers how many. */
    async prune(before: number): Promise<number> {
      return storage.write(async (tx) => {
        const oldest = await tx
          .selectFrom("webhook_calls")
          .select("number")
          .orderBy("number", "desc")
          .limit(1)
          .offset(MOST)
          .executeTakeFirst();
        const done = await tx
          .deleteFrom("webhook_calls")
          .where((eb) => eb.or([eb("at", "<", before), ...(oldest ? [eb("number", "<=", oldest.number)] : [])]))
          .executeTakeFirst();
        return Number(done.numDeletedRows);
      });
    },
  };
}
