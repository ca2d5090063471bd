import type { Database, Write } from "../storage/storage.ts";
import type { HealthStatus } from "./answers.ts";

/** What is known about one app. Times in ms since 1970. */
export type HealthRecord = {
  status: HealthStatus;
  lastCheck: number | undefined;
  lastSuccess: number | undefined;
  responseMs: number | undefined;
  statusCode: number | undefined;
  /** Failures in a row. */
  failures: number;
  /** Why the last check failed; empty when it did not. */
  message: string;
  /** When the status became what it is; undefined when that was not noted. */
  since: number | undefined;
};

/** Everything that was stored, by app id. */
export async function readHealth(db: Database): Promise<Map<string, HealthRecord>> {
  const rows = await db.selectFrom("service_health").selectAll().execute();
  return new Map(
    rows.map((row) => [
      row.app_id,
      {
        status: row.status as HealthStatus,
        lastCheck: row.last_check ?? undefined,
        lastSuccess: row.last_success ?? undefined,
        responseMs: row.response_ms ?? undefined,
        statusCode: row.status_code ?? undefined,
        failures: row.consecutive_failures,
        message: row.message,
        since: row.since ?? undefined,
      },
    ]),
  );
}

/** Stores the records of apps that still exist. */
export async function writeHealth(tx: Write, records: ReadonlyMap<string, HealthRecord>): Promise<void> {
  const apps = await tx.selectFrom("apps").select("id").execute();
  for (const { id } of apps) {
    const record = records.get(id);
    if (!record) continue;
    const row = {
      status: record.status,
      last_check: record.lastCheck ?? null,
      last_success: record.lastSuccess ?? null,
      response_ms: record.responseMs ?? null,
      status_code: record.statusCode ?? null,
      consecutive_failures: record.failures,
      message: record.message,
      since: record.since ?? null,
    };
    await tx
      .insertInto("service_health")
      .values({ app_id: id, ...row })
      .onConflict((conflict) => conflict.column("app_id").doUpdateSet(row))
      .execute();
  }
}
