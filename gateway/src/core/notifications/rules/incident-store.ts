import { fromJson, toJson } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { Occurrence } from "./occurrences.ts";

/**
 * `waiting`: nobody was told yet. `held`: nor will be before the quiet hours end, whether it is over by then or not.
 * `told`: it is going on. `clearing`: it ended, which is told when it stays so.
 */
export type IncidentState = "waiting" | "held" | "told" | "clearing";

/** Something that a rule follows. Times are milliseconds since 1970. */
export type Incident = {
  ruleId: string;
  subject: string;
  state: IncidentState;
  occurrence: Occurrence;
  openedAt: number;
  /** When it ended, while it is `clearing` or `held`. */
  endedAt: number | undefined;
  dueAt: number | undefined;
};

/** Table `incidents`. */
export function createIncidentStore(storage: Storage) {
  const one = (tx: Write, { ruleId, subject }: Pick<Incident, "ruleId" | "subject">) =>
    tx.updateTable("incidents").where("rule_id", "=", ruleId).where("subject", "=", subject);

  return {
    /** All of them, or those about one subject; the oldest first. */
    async all(tx: Write, subject?: string): Promise<Incident[]> {
      let rows = tx.selectFrom("incidents").selectAll();
      if (subject !== undefined) rows = rows.where("subject", "=", subject);
      return (await rows.orderBy("opened_at").orderBy("subject").execute()).map((row) => ({
        ruleId: row.rule_id,
        subject: row.subject,
        state: row.state as IncidentState,
        occurrence: fromJson(row.occurrence),
        openedAt: row.opened_at,
        endedAt: row.ended_at ?? undefined,
        dueAt: row.due_at ?? undefined,
      }));
    },

    /** Opens an incident unless it is open. */
    async open(tx: Write, { ruleId, subject, state, occurrence, openedAt, endedAt, dueAt }: Incident): Promise<void> {
      await tx
        .insertInto("incidents")
        .values({
          rule_id: ruleId,
          subject,
          state,
          occurrence: toJson(occurrence),
          opened_at: openedAt,
          ended_at: endedAt ?? null,
          due_at: dueAt ?? null,
        })
        .onConflict((conflict) => conflict.columns(["rule_id", "subject"]).doNothing())
        .execute();
    },

    async move(
      tx: Write,
      incident: Incident,
      to: { state: IncidentState; dueAt?: number; endedAt?: number },
    ): Promise<void> {
      const { state, dueAt = null, endedAt = null } = to;
      await one(tx, incident).set({ state, due_at: dueAt, ended_at: endedAt }).execute();
    },

    async close(tx: Write, { ruleId, subject }: Incident): Promise<void> {
      await tx.deleteFrom("incidents").where("rule_id", "=", ruleId).where("subject", "=", subject).execute();
    },

    /** When the next one is due, in ms since 1970; undefined when none is. */
    async nextDue(): Promise<number | undefined> {
      const row = await storage.db
        .selectFrom("incidents")
        .select((eb) => eb.fn.min<number | null>("due_at").as("at"))
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
  };
}
