import type { notificationRules as contract } from "@nekzus/contract";
import type { z } from "zod";
import { fromJson, toJson } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";

export type RuleBody = z.output<typeof contract.RuleInput>;
/** A rule as it is stored. Times are milliseconds since 1970. */
export type StoredRule = RuleBody & { id: string; createdAt: number; updatedAt: number };

/** Table `notification_rules`. */
export function createRuleStore(storage: Storage) {
  return {
    async all(): Promise<StoredRule[]> {
      const rows = await storage.db
        .selectFrom("notification_rules")
        .selectAll()
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map((row) => ({
        ...fromJson<RuleBody>(row.body),
        id: row.id,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }));
    },

    /** Adds a rule, or puts it in the place of the one with its id. */
    async put(tx: Write, { id, createdAt, updatedAt, ...body }: StoredRule): Promise<void> {
      const row = { body: toJson(body), created_at: createdAt, updated_at: updatedAt };
      await tx
        .insertInto("notification_rules")
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    /** Removes a rule and what it follows; answers whether there was one. */
    async remove(id: string): Promise<boolean> {
      const done = await storage.write((tx) =>
        tx.deleteFrom("notification_rules").where("id", "=", id).executeTakeFirst(),
      );
      return Number(done.numDeletedRows) > 0;
    },
  };
}

export type RuleStore = ReturnType<typeof createRuleStore>;
