import type { Clock, Timer } from "../../kit/clock.ts";
import { randomId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import type { Leases } from "./leases.ts";
import { type JobWork, type RunningJob, runJob } from "./running-job.ts";
import { createJobStore, hasEnded, type Job, type JobSummary, jobLease, newState } from "./store.ts";

export type { JobContext } from "./running-job.ts";
export type { Job, JobSummary } from "./store.ts";

/** How long the jobs of a gateway that was killed count as running, for others on the same database. */
const LEASE_TTL = 60_000;
/** How long stop() waits for work to end, in milliseconds. */
const STOP_TIMEOUT = 10_000;

const LOST = {
  accepted: "The gateway stopped before this began.",
  running: "The gateway stopped while this was running. What was done until then stays done; the rest is not.",
};

/** Long work to be done. `kind` is a word for programs (`backup`), `title` one for people. */
export type JobSpec = { kind: string; title: string; cancellable: boolean; run: JobWork };

export type Jobs = {
  /** Tells the truth about jobs that a stop has cut off, and lets new ones begin. Before anything takes a lease. */
  start(): Promise<void>;
  /** Asks all work to end and waits for it, at most 10 s. What has not ended then is marked as interrupted. */
  stop(): Promise<void>;
  /**
   * Stores a job and begins it in the background; answers it as accepted. Throws `STORAGE_UNAVAILABLE` when it
   * cannot be stored (then nothing runs) and `SERVICE_UNAVAILABLE` while the gateway starts or stops.
   */
  begin(spec: JobSpec): Promise<JobSummary>;
  /** The newest first, without output. */
  list(limit: number): Promise<JobSummary[]>;
  /** One with its output. Throws `NOT_FOUND`. */
  get(id: string): Promise<Job>;
  /** Asks a job to end; one that has ended is answered as it is. Throws `NOT_FOUND`, or says why it cannot be. */
  cancel(id: string): Promise<Job>;
  /** Removes what ended before `before` (milliseconds since 1970); answers how many. */
  prune(before: number): Promise<number>;
};

/** Makes the room for long work: it is stored, goes on without its caller, can be followed and cancelled. */
export function createJobs(deps: { storage: Storage; leases: Leases; clock: Clock; bus: CoreBus; log: Logger }): Jobs {
  const { storage, leases, clock, bus, log } = deps;
  const store = createJobStore(storage);
  const running = new Map<string, RunningJob>();
  let open = false;
  let watch: Timer | undefined;

  async function interruptLost(): Promise<void> {
    for (const job of await store.interrupt(LOST, [...running.keys()], clock.now())) bus.emit("job_changed", job);
  }

  async function get(id: string): Promise<Job> {
    const job = running.get(id)?.view() ?? (await store.find(id));
    if (!job) throw new Problem("NOT_FOUND", `There is no job ${id}; ended jobs are kept for 30 days`);
    return job;
  }

  return {
    async start() {
      await leases.forgetDead();
      await interruptLost();
      // Other gateways may share a PostgreSQL database, and one of them, or this one before, may have been killed.
      if (storage.dialect === "postgres") {
        let looking = false;
        watch = clock.every(LEASE_TTL, async () => {
          if (looking) return;
          looking = true;
          try {
            await interruptLost();
          } catch (error) {
            log.warn({ err: error }, "lost jobs could not be looked for");
          } finally {
            looking = false;
          }
        });
      }
      open = true;
    },

    async stop() {
      open = false;
      watch?.cancel();
      const left = [...running.values()];
      for (const job of left) job.interrupt();
      const all = Promise.all(left.map((job) => job.ended));
      const late = Promise.withResolvers<void>();
      const timer = clock.after(STOP_TIMEOUT, late.resolve);
      await Promise.race([all, late.promise]);
      timer.cancel();
      for (const job of running.values()) job.abandon();
      await all;
    },

    async begin({ kind, title, cancellable, run }) {
      const refuse = () => new Problem("SERVICE_UNAVAILABLE", "The gateway is starting or stopping; try again soon");
      if (!open) throw refuse();
      const id = randomId("job-");
      const state = newState({ id, kind, title: title.replaceAll("\0", "\uFFFD"), cancellable }, clock.now());
      const lease = await leases.acquire(jobLease(id), LEASE_TTL);
      if (!lease) throw new Error(`The new job id ${id} is in use`);
      try {
        await store.insert(state);
      } catch (error) {
        await lease.release();
        throw error;
      }
      const job = runJob({ state, work: run, lease, store, clock, bus, log });
      running.set(id, job);
      void job.ended.then(() => running.delete(id));
      // The gateway began to stop meanwhile: stop() did not see this one.
      if (!open) job.interrupt();
      return job.summary();
    },

    async list(limit) {
      const jobs = await store.list(limit);
      return jobs.map((job) => running.get(job.id)?.summary() ?? job);
    },

    get,

    async cancel(id) {
      const job = await get(id);
      if (hasEnded(job.status)) return job;
      if (!job.cancellable)
        throw new Problem("VALIDATION_FAILED", `"${job.title}" cannot be cancelled: it must finish`);
      const here = running.get(id);
      if (!here) throw new Problem("SERVICE_UNAVAILABLE", `"${job.title}" runs on another gateway: cancel it there`);
      here.cancel();
      return here.view();
    },

    prune: (before) => store.prune(before),
  };
}
