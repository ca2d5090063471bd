import type { EventType } from "@nekzus/contract";
import { fromJson, toInstant } from "../storage/codec.ts";
import { getSetting, setSetting } from "../storage/settings.ts";
import type { Database, Storage, Write } from "../storage/storage.ts";

export type UnrecordedEvent = { type: EventType; data: string; created_at: number; sensitive: 0 | 1 };
/** An event as the contract lists it. */
export type RecordedEvent = { number: number; type: EventType; data: Record<string, unknown>; timestamp: string };

/** The same, with whether it is about an app that was sensitive when it happened. */
export type MarkedEvent = { event: RecordedEvent; sensitive: boolean };

/** Who has not seen this number misses events that are not kept. */
const GAP_BEFORE = "events.gap-before";

/** The table of events. */
export function createEventStore(storage: Storage) {
  return {
    /** Records events in order; answers their numbers. `afterLoss`: others before them could not be recorded. */
    append(events: UnrecordedEvent[], afterLoss: boolean): Promise<number[]> {
      return storage.write(async (tx) => {
        const rows = await tx.insertInto("events").values(events).returning("number").execute();
        // Numbers are given in the order of the rows, but nothing promises that they are answered in it.
        const numbers = rows.map((row) => row.number).sort((a, b) => a - b);
        if (afterLoss) await raiseGap(tx, numbers[0] as number);
        return numbers;
      });
    },

    latest: () => readLatest(storage.db),

    async since(after: number, limit: number) {
      // In this order: what is recorded meanwhile is left for the next call, and what is removed meanwhile is a gap.
      const latest = await readLatest(storage.db);
      const rows = await storage.db
        .selectFrom("events")
        .selectAll()
        .where("number", ">", after)
        .where("number", "<=", latest)
        .orderBy("number")
        .limit(limit)
        .execute();
      const events = rows.map(
        (row): MarkedEvent => ({
          event: {
            number: row.number,
            // A database that a later version wrote to may hold types unknown here.
            type: row.type as EventType,
            data: fromJson<Record<string, unknown>>(row.data),
            timestamp: toInstant(row.created_at),
          },
          sensitive: row.sensitive === 1,
        }),
      );
      const gapBefore = await readGap(storage.db);
      // A number from the future comes from another database, before a restore or a new beginning.
      return { events, latest, gap: after < gapBefore || after > latest };
    },

    async prune(keep: number): Promise<number> {
      return storage.write(async (tx) => {
        const newestToGo = await tx
          .selectFrom("events")
          .select("number")
          .orderBy("number", "desc")
          .limit(1)
          .offset(keep)
          .executeTakeFirst();
        if (!newestToGo) return 0;
        await raiseGap(tx, newestToGo.number);
        const { numDeletedRows } = await tx
          .deleteFrom("events")
          .where("number", "<=", newestToGo.number)
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      });
    },
  };
}

async function readLatest(db: Database): Promise<number> {
  const newest = await db
    .selectFrom("events")
    .select((e) => e.fn.max<number | null>("number").as("number"))
    .executeTakeFirst();
  return newest?.number ?? 0;
}

async function readGap(db: Database): Promise<number> {
  return Number((await getSetting(db, GAP_BEFORE)) ?? "0");
}

async function raiseGap(tx: Write, number: number): Promise<void> {
  if (number > (await readGap(tx))) await setSetting(tx, GAP_BEFORE, String(number));
}
