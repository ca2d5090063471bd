import type { Storage } from "../storage/storage.ts";

/** Table `preferences`: one text for each user, gone with the user. */
export function createPreferencesStore(storage: Storage) {
  return {
    async read(userId: number): Promise<string | undefined> {
      const row = await storage.db
        .selectFrom("preferences")
        .select("body")
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row?.body;
    },

    /**
     * Replaces the text by what `change` makes of it, and answers the new one. Of two changes at once neither is lost.
     * What `change` throws leaves everything as it was.
     */
    async change(userId: number, now: number, change: (stored: string | undefined) => string): Promise<string> {
      return storage.write(async (tx) => {
        const row = await tx.selectFrom("preferences").select("body").where("user_id", "=", userId).executeTakeFirst();
        const values = { body: change(row?.body), updated_at: now };
        await tx
          .insertInto("preferences")
          .values({ user_id: userId, ...values })
          .onConflict((conflict) => conflict.column("user_id").doUpdateSet(values))
          .execute();
        return values.body;
      });
    },
  };
}
