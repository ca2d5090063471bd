import type { EventData } from "@nekzus/contract";
import type { Selectable } from "kysely";
import { fromFlag, toFlag, toInstant, toOptionalInstant } from "../storage/codec.ts";
import type { JobRow } from "../storage/schema.ts";
import type { Storage } from "../storage/storage.ts";

/** A job as the contract shows it in lists and events. */
export type JobSummary = EventData<"job_changed">;
/** A job with what it printed. */
export type Job = JobSummary & { output?: string };

export type JobState = Omit<Selectable<JobRow>, "output" | "status"> & { status: JobSummary["status"] };

const COLUMNS = [
  "id",
  "kind",
  "title",
  "status",
  "progress",
  "message",
  "cancellable",
  "created_at",
  "started_at",
  "ended_at",
] as const satisfies (keyof JobState)[];

const UNENDED = ["accepted", "running"] as const satisfies JobSummary["status"][];
const LEASE_PREFIX = "job:";

/** The lease that a gateway holds for as long as it runs the job. */
export function jobLease(id: string): string {
  return LEASE_PREFIX + id;
}

export function hasEnded(status: JobSummary["status"]): boolean {
  return status !== "accepted" && status !== "running";
}

/** A row as the contract shows it. */
export function toSummary(row: JobState): JobSummary {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    status: row.status,
    ...(row.progress === null ? {} : { progress: row.progress }),
    ...(row.message ? { message: row.message } : {}),
    cancellable: fromFlag(row.cancellable),
    createdAt: toInstant(row.created_at),
    ...(row.started_at === null ? {} : { startedAt: toOptionalInstant(row.started_at) }),
    ...(row.ended_at === null ? {} : { endedAt: toOptionalInstant(row.ended_at) }),
  };
}

/** A job that was just accepted. */
export function newState(
  job: { id: string; kind: string; title: string; cancellable: boolean },
  now: number,
): JobState {
  return {
    ...job,
    status: "accepted",
    progress: null,
    message: "",
    cancellable: toFlag(job.cancellable),
    created_at: now,
    started_at: null,
    ended_at: null,
  };
}

export type JobStore = ReturnType<typeof createJobStore>;

/** The table of jobs. */
export function createJobStore(storage: Storage) {
  return {
    async insert(state: JobState): Promise<void> {
      await storage.write((tx) =>
        tx
          .insertInto("jobs")
          .values({ ...state, output: "" })
          .execute(),
      );
    },

    /** Saves what changed. `output` is left as it is when it is not given. */
    async save(state: JobState, output?: string): Promise<void> {
      const { id, status, progress, message, started_at, ended_at } = state;
      await storage.write((tx) =>
        tx
          .updateTable("jobs")
          .set({ status, progress, message, started_at, ended_at, ...(output === undefined ? {} : { output }) })
          .where("id", "=", id)
          .execute(),
      );
    },

    /** The newest jobs first. */
    async list(limit: number): Promise<JobSummary[]> {
      const rows = await storage.db
        .selectFrom("jobs")
        .select(COLUMNS)
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => toSummary(row as JobState));
    },

    async find(id: string): Promise<Job | undefined> {
      const row = await storage.db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && { ...toSummary(row as JobState), ...(row.output ? { output: row.output } : {}) };
    },

    /**
     * Marks the jobs that nobody runs any more, and answers them. `messages` say for each status what happened;
     * `alive` are the ids of those that run here.
     */
    async interrupt(
      messages: Record<(typeof UNENDED)[number], string>,
      alive: string[],
      now: number,
    ): Promise<JobSummary[]> {
      return storage.write(async (tx) => {
        const interrupted: JobSummary[] = [];
        for (const status of UNENDED) {
          const rows = await tx
            .updateTable("jobs")
            .set({ status: "interrupted", message: messages[status], ended_at: now })
            .where("status", "=", status)
            .$if(alive.length > 0, (query) => query.where("id", "not in", alive))
            .where((e) =>
              e.not(
                e.exists(
                  e
                    .selectFrom("leases")
                    .select("leases.name")
                    .whereRef("leases.name", "=", e(e.val(LEASE_PREFIX), "||", e.ref("jobs.id")))
                    .where("leases.expires_at", ">", now),
                ),
              ),
            )
            .returning(COLUMNS)
            .execute();
          interrupted.push(...rows.map((row) => toSummary(row as JobState)));
        }
        return interrupted;
      });
    },

    /** Removes jobs that ended before `before`; answers how many. */
    async prune(before: number): Promise<number> {
      const { numDeletedRows } = await storage.write((tx) =>
        tx
          .deleteFrom("jobs")
          .where("status", "not in", [...UNENDED])
          .where("ended_at", "<", before)
          .executeTakeFirstOrThrow(),
      );
      return Number(numDeletedRows);
    },
  };
}
