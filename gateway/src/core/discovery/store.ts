import { fromJson, toJson } from "../storage/codec.ts";
import type { ProposalRow } from "../storage/schema.ts";
import type { Database, Storage, Write } from "../storage/storage.ts";
import type { Discovered } from "./sources/source.ts";

export type ProposalState = "pending" | "approved" | "dismissed";

/** What is known about a discovered service and what was decided about it. Times in milliseconds since 1970. */
export type StoredProposal = {
  id: string;
  source: string;
  state: ProposalState;
  identity: string;
  /** The app id it is proposed under, or was approved with. */
  appId: string;
  /** The service as it was last seen. */
  service: Discovered;
  firstSeen: number;
  lastSeen: number;
  missedScans: number;
};

/** What one snapshot changes; written in one transaction. */
export type ProposalChanges = {
  puts: StoredProposal[];
  /** Ids that were seen again without any change. */
  seen: string[];
  seenAt: number;
  deletes: string[];
};

/** More values than this in one statement would meet the limits of databases. */
const CHUNK = 500;

export type ProposalStore = ReturnType<typeof createProposalStore>;

/** The table `proposals`. */
export function createProposalStore(storage: Storage) {
  return {
    /** All of them, the oldest first. */
    async all(): Promise<StoredProposal[]> {
      const rows = await storage.db.selectFrom("proposals").selectAll().orderBy("first_seen").orderBy("id").execute();
      return rows.map(toProposal);
    },
    /** Those that wait for a decision, newest first. */
    async pending(): Promise<StoredProposal[]> {
      const rows = await storage.db
        .selectFrom("proposals")
        .selectAll()
        .where("state", "=", "pending")
        .orderBy("last_seen", "desc")
        .orderBy("id")
        .execute();
      return rows.map(toProposal);
    },
    find: (id: string): Promise<StoredProposal | undefined> => findIn(storage.db, id),
    /** Keeps under which app id a waiting proposal is being approved. */
    reserve(id: string, appId: string): Promise<void> {
      return storage.write(async (tx) => {
        await tx
          .updateTable("proposals")
          .set({ app_id: appId })
          .where("id", "=", id)
          .where("state", "=", "pending")
          .execute();
      });
    },
    /** Lets a decided proposal wait for a decision again. */
    reopen(id: string): Promise<void> {
      return storage.write(async (tx) => {
        await tx.updateTable("proposals").set({ state: "pending", missed_scans: 0 }).where("id", "=", id).execute();
      });
    },
    /** Moves a proposal on from `pending`; false when somebody else was faster. */
    decide(id: string, state: "approved" | "dismissed"): Promise<boolean> {
      return storage.write(async (tx) => {
        const result = await tx
          .updateTable("proposals")
          .set({ state })
          .where("id", "=", id)
          .where("state", "=", "pending")
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      });
    },
    apply(changes: ProposalChanges): Promise<void> {
      return storage.write(async (tx) => {
        await remove(tx, changes.deletes);
        for (const proposal of changes.puts) await put(tx, proposal);
        for (const ids of chunks(changes.seen)) {
          await tx
            .updateTable("proposals")
            .set({ last_seen: changes.seenAt, missed_scans: 0 })
            .where("id", "in", ids)
            .execute();
        }
      });
    },
  };
}

async function findIn(db: Database, id: string): Promise<StoredProposal | undefined> {
  const row = await db.selectFrom("proposals").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toProposal(row);
}

async function put(tx: Write, proposal: StoredProposal): Promise<void> {
  const row = toRow(proposal);
  await tx
    .insertInto("proposals")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

async function remove(tx: Write, deletes: readonly string[]): Promise<void> {
  for (const ids of chunks(deletes)) await tx.deleteFrom("proposals").where("id", "in", ids).execute();
}

function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += CHUNK) yield ids.slice(at, at + CHUNK);
}

function toProposal(row: ProposalRow): StoredProposal {
  return {
    id: row.id,
    source: row.source,
    state: row.state as ProposalState,
    identity: row.identity,
    appId: row.app_id,
    service: withRemarks(fromJson(row.body)),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    missedScans: row.missed_scans,
  };
}

/** What an earlier version kept has no remarks; the next look brings them. */
function withRemarks(service: Omit<Discovered, "remarks"> & { remarks?: Discovered["remarks"] }): Discovered {
  return { ...service, remarks: service.remarks ?? [] };
}

function toRow(proposal: StoredProposal): ProposalRow {
  return {
    id: proposal.id,
    source: proposal.source,
    state: proposal.state,
    identity: proposal.identity,
    app_id: proposal.appId,
    body: toJson(proposal.service),
    first_seen: proposal.firstSeen,
    last_seen: proposal.lastSeen,
    missed_scans: proposal.missedScans,
  };
}
