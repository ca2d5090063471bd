import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { fromFlag, fromJson, toFlag, toJson } from "../../storage/codec.ts";
import type { AuditRow, Tables } from "../../storage/schema.ts";
import type { Storage } from "../../storage/storage.ts";

/** One entry of the record. `at` in milliseconds since 1970. */
export type AuditEntry = {
  number: number;
  at: number;
  action: string;
  actor: string;
  actorName: string;
  address: string;
  target: string;
  details: Record<string, unknown> | undefined;
  success: boolean;
  /** The error code; empty when it succeeded. */
  error: string;
};

/** What entries to read; times in milliseconds since 1970. */
export type AuditFilter = {
  action?: string | undefined;
  /** Id or name. */
  actor?: string | undefined;
  target?: string | undefined;
  success?: boolean | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

/** Table `audit_log`. Entries are only added, and removed by age and number. */
export function createAuditStore(storage: Storage) {
  return {
    async add(entry: Omit<AuditEntry, "number">): Promise<void> {
      const { actorName, details, success, ...same } = entry;
      const row = {
        ...same,
        actor_name: actorName,
        details: details ? toJson(details) : null,
        success: toFlag(success),
      };
      await storage.write((tx) => tx.insertInto("audit_log").values(row).execute());
    },

    /** The newest first. */
    async find(filter: AuditFilter, limit: number, offset: number): Promise<AuditEntry[]> {
      const rows = await storage.db
        .selectFrom("audit_log")
        .selectAll()
        .where((eb) => eb.and(conditions(eb, filter)))
        .orderBy("number", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(entryOf);
    },

    async count(filter: AuditFilter): Promise<number> {
      const row = await storage.db
        .selectFrom("audit_log")
        .select((eb) => eb.fn.countAll().as("count"))
        .where((eb) => eb.and(conditions(eb, filter)))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    /** Removes what is older than `before`, and all but the newest `keep`; answers how many. */
    async prune(before: number, keep: number): Promise<number> {
      return storage.write(async (tx) => {
        const oldest = await tx
          .selectFrom("audit_log")
          .select("number")
          .orderBy("number", "desc")
          .limit(1)
          .offset(keep)
          .executeTakeFirst();
        const done = await tx
          .deleteFrom("audit_log")
          .where((eb) => eb.or([eb("at", "<", before), ...(oldest ? [eb("number", "<=", oldest.number)] : [])]))
          .executeTakeFirst();
        return Number(done.numDeletedRows);
      });
    },
  };
}

function conditions(eb: ExpressionBuilder<Tables, "audit_log">, filter: AuditFilter): Expression<SqlBool>[] {
  const { action, actor, target, success, from, to } = filter;
  return [
    ...(action === undefined ? [] : [eb("action", "=", action)]),
    ...(actor === undefined ? [] : [eb.or([eb("actor", "=", actor), eb("actor_name", "=", actor)])]),
    ...(target === undefined ? [] : [eb("target", "=", target)]),
    ...(success === undefined ? [] : [eb("success", "=", toFlag(success))]),
    ...(from === undefined ? [] : [eb("at", ">=", from)]),
    ...(to === undefined ? [] : [eb("at", "<", to)]),
  ];
}

function entryOf(row: Omit<AuditRow, "number"> & { number: number }): AuditEntry {
  return {
    number: row.number,
    at: row.at,
    action: row.action,
    actor: row.actor,
    actorName: row.actor_name,
    address: row.address,
    target: row.target,
    details: row.details === null ? undefined : fromJson(row.details),
    success: fromFlag(row.success),
    error: row.error,
  };
}
