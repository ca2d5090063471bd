import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import type { EventLog } from "../events/event-log.ts";
import { removeExpired } from "../storage/expired.ts";
import { getSetting, setSetting } from "../storage/settings.ts";
import type { Storage } from "../storage/storage.ts";
import type { JobSummary, Jobs } from "./jobs.ts";
import type { Lease, Leases } from "./leases.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What is kept. */
const KEPT_EVENTS = 10_000;
const KEPT_JOBS = 30 * DAY;

/** The hour of the night, by the machine's own time. */
const AT_HOUR = 3;
/** After a start that comes too late for the night (a machine that is off at night), in milliseconds. */
const CATCH_UP_DELAY = 10 * 60_000;
/** Another gateway on the same database has done it when its last run is younger than this. */
const DONE_RECENTLY = 12 * HOUR;
const LEASE = "retention";
const LEASE_TTL = 5 * 60_000;
const LAST_RUN = "retention.last-run";

export type Retention = {
  start(): Promise<void>;
  stop(): void;
  /** Begins a clean-up now and answers its job. Throws `SERVICE_UNAVAILABLE` when one is going on. */
  runNow(): Promise<JobSummary>;
};

/** Makes the nightly clean-up: old events, ended jobs, records of other rooms, and rows whose time has passed. One gateway does it for all. */
export function createRetention(deps: {
  storage: Storage;
  jobs: Jobs;
  leases: Leases;
  events: Pick<EventLog, "prune">;
  /** The records of other rooms; `what` is what is removed, in words. */
  records: readonly { what: string; prune(): Promise<number> }[];
  clock: Clock;
  log: Logger;
}): Retention {
  const { storage, jobs, leases, events, records, clock, log } = deps;
  let timer: Timer | undefined;

  async function lastRun(): Promise<number> {
    return Number((await getSetting(storage.db, LAST_RUN)) ?? "0");
  }

  async function clean(): Promise<string> {
    const errors: unknown[] = [];
    const attempt = async (run: () => Promise<number>) => {
      try {
        return await run();
      } catch (error) {
        errors.push(error);
        return 0;
      }
    };
    // One that fails must not keep the others from ever being done.
    const oldEvents = await attempt(() => events.prune(KEPT_EVENTS));
    const oldJobs = await attempt(() => jobs.prune(clock.now() - KEPT_JOBS));
    const old: string[] = [];
    for (const { what, prune } of records) old.push(`${await attempt(prune)} ${what}`);
    const expired = await attempt(() => removeExpired(storage, clock.now()));
    if (errors.length > 0) throw errors[0];
    await storage.write((tx) => setSetting(tx, LAST_RUN, String(clock.now())));
    return `Removed ${[`${oldEvents} events`, `${oldJobs} jobs`, ...old].join(", ")} and ${expired} expired entries.`;
  }

  async function begin(lease: Lease): Promise<JobSummary> {
    const run = async () => {
      try {
        return await clean();
      } finally {
        await lease.release();
      }
    };
    try {
      return await jobs.begin({ kind: "retention", title: "Nightly clean-up", cancellable: false, run });
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  async function nightly(): Promise<void> {
    const lease = await leases.acquire(LEASE, LEASE_TTL);
    if (!lease) return;
    if (clock.now() - (await lastRun()) < DONE_RECENTLY) await lease.release();
    else await begin(lease);
  }

  function schedule(delay: number): void {
    timer = clock.after(delay, () => {
      schedule(untilNight(clock.now()));
      nightly().catch((error: unknown) => log.error({ err: error }, "the nightly clean-up could not begin"));
    });
  }

  return {
    async start() {
      const missed = clock.now() - (await lastRun()) > DAY + HOUR;
      schedule(missed ? CATCH_UP_DELAY : untilNight(clock.now()));
    },
    stop() {
      timer?.cancel();
    },
    async runNow() {
      const lease = await leases.acquire(LEASE, LEASE_TTL);
      if (!lease) throw new Problem("SERVICE_UNAVAILABLE", "A clean-up is going on already");
      return begin(lease);
    },
  };
}

/** Milliseconds until the next time it is {@link AT_HOUR} o'clock. */
function untilNight(now: number): number {
  const next = new Date(now);
  next.setHours(AT_HOUR, 0, 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.getTime() - now;
}
