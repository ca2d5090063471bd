import type { SessionRow } from "../storage/schema.ts";
import type { Storage } from "../storage/storage.ts";
import { type EndedSession, endSessionsOf, revoke, type SessionsEnd } from "./store.ts";

/** Tables `sessions` and `revoked_credentials`. All times are milliseconds since 1970. */
export function createCredentialStore(storage: Storage) {
  return {
    /**
     * Adds a session and ends the user's longest unused ones beyond `keep`. Answers the ids of those; they count
     * as revoked for `revokedForMs`.
     */
    async insertSession(row: SessionRow, keep: number, revokedForMs: number): Promise<string[]> {
      return storage.write(async (tx) => {
        await tx.insertInto("sessions").values(row).execute();
        const surplus = await tx
          .selectFrom("sessions")
          .select(["id", "expires_at"])
          .where("user_id", "=", row.user_id)
          .where("id", "!=", row.id)
          .orderBy("seen_at", "desc")
          .orderBy("id")
          // SQLite takes an offset only after a limit.
          .limit(1000)
          .offset(keep - 1)
          .execute();
        for (const { id, expires_at } of surplus) {
          await tx.deleteFrom("sessions").where("id", "=", id).execute();
          await revoke(tx, id, Math.min(expires_at, row.created_at + revokedForMs));
        }
        return surplus.map(({ id }) => id);
      });
    },

    async sessionByCookie(cookieHash: string): Promise<SessionRow | undefined> {
      return storage.db.selectFrom("sessions").selectAll().where("cookie_hash", "=", cookieHash).executeTakeFirst();
    },

    async sessionById(id: string): Promise<SessionRow | undefined> {
      return storage.db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
    },

    /** A user's sessions of the given generation, the one used last first. */
    async sessionsOf(userId: number, generation: number): Promise<SessionRow[]> {
      return storage.db
        .selectFrom("sessions")
        .selectAll()
        .where("user_id", "=", userId)
        .where("generation", "=", generation)
        .orderBy("seen_at", "desc")
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute();
    },

    /** Writes down the last use: when, from where, with what. */
    async touchSession({ id, seen_at, address, user_agent }: SessionRow): Promise<void> {
      await storage.write((tx) =>
        tx.updateTable("sessions").set({ seen_at, address, user_agent }).where("id", "=", id).execute(),
      );
    },

    async endSessionsOf(userId: number, ending: SessionsEnd): Promise<EndedSession[]> {
      return storage.write((tx) => endSessionsOf(tx, userId, ending));
    },

    /** Ends a session; false when there is none. It counts as revoked for `revokedForMs`. */
    async endSession(id: string, now: number, revokedForMs: number): Promise<boolean> {
      return storage.write(async (tx) => {
        const ended = await tx.deleteFrom("sessions").where("id", "=", id).returning("expires_at").executeTakeFirst();
        if (!ended) return false;
        await revoke(tx, id, Math.min(ended.expires_at, now + revokedForMs));
        return true;
      });
    },

    async revoke(id: string, expiresAt: number): Promise<void> {
      await storage.write((tx) => revoke(tx, id, expiresAt));
    },

    /** Is one of these ids withdrawn? */
    async anyRevoked(ids: readonly string[]): Promise<boolean> {
      const row = await storage.db
        .selectFrom("revoked_credentials")
        .select("id")
        .where("id", "in", ids)
        .executeTakeFirst();
      return row !== undefined;
    },

    async revokedIds(now: number): Promise<string[]> {
      const rows = await storage.db
        .selectFrom("revoked_credentials")
        .select("id")
        .where("expires_at", ">", now)
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
