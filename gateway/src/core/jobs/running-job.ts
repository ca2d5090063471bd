import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import type { CoreBus } from "../events/topics.ts";
import { createJobOutput } from "./job-output.ts";
import type { Lease } from "./leases.ts";
import { hasEnded, type Job, type JobState, type JobStore, type JobSummary, toSummary } from "./store.ts";

/** How often progress becomes an event, and how often it is saved, in milliseconds. */
const EVENT_INTERVAL = 1_000;
const SAVE_INTERVAL = 5_000;
const LONGEST_MESSAGE = 1_000;

/** What the work of a job is given. */
export type JobContext = {
  /** Aborted when a person cancels the job or the gateway stops: end soon, by throwing. */
  signal: AbortSignal;
  /** How far it is, from 0 to 1 (undefined: unknown), and what it is doing. */
  progress(fraction: number | undefined, message?: string): void;
  /** Adds to the output; the newest MiB is kept. */
  output(text: string): void;
};

/** The work of a job. May answer a last message. A `Problem` that it throws is shown, other errors go to the log. */
export type JobWork = (context: JobContext) => Promise<string | undefined>;

export type RunningJob = {
  summary(): JobSummary;
  view(): Job;
  /** Asks the work to end because a person wants it. Nothing happens when it has ended. */
  cancel(): void;
  /** Asks the work to end because the gateway stops. */
  interrupt(): void;
  /** Gives up on work that did not end after {@link RunningJob.interrupt}. */
  abandon(): void;
  /** Resolves when the job has ended and its end is saved, or cannot be saved before the gateway stops. */
  ended: Promise<void>;
};

/** Runs a job that is already stored: follows its progress, saves it now and then, and tells how it ended. */
export function runJob(deps: {
  state: JobState;
  work: JobWork;
  lease: Lease;
  store: JobStore;
  clock: Clock;
  bus: CoreBus;
  log: Logger;
}): RunningJob {
  const { state, work, lease, store, clock, bus } = deps;
  const log = deps.log.child({ job: state.id, kind: state.kind });
  const printed = createJobOutput();
  const controller = new AbortController();
  const ended = Promise.withResolvers<void>();
  let cancelled = false;
  let stopping = false;
  let unsavedOutput = false;
  let lastEvent = Number.NEGATIVE_INFINITY;
  let eventTimer: Timer | undefined;
  let saveTimer: Timer | undefined;
  let saving: Promise<void> = Promise.resolve();
  let wake: (() => void) | undefined;

  function announce(): void {
    eventTimer?.cancel();
    eventTimer = undefined;
    lastEvent = clock.monotonic();
    bus.emit("job_changed", toSummary(state));
  }

  function announceSoon(): void {
    if (eventTimer) return;
    const wait = lastEvent + EVENT_INTERVAL - clock.monotonic();
    if (wait <= 0) announce();
    else eventTimer = clock.after(wait, announce);
  }

  /** One save after the other, so that an older state never overwrites a newer one. */
  function save(): Promise<void> {
    const run = saving.then(async () => {
      const output = unsavedOutput ? printed.text() : undefined;
      unsavedOutput = false;
      try {
        await store.save({ ...state }, output);
      } catch (error) {
        unsavedOutput = output !== undefined || unsavedOutput;
        throw error;
      }
    });
    saving = run.catch(() => undefined);
    return run;
  }

  function saveSoon(): void {
    saveTimer ??= clock.after(SAVE_INTERVAL, () => {
      saveTimer = undefined;
      save().catch((error: unknown) => log.warn({ err: error }, "the progress of a job could not be saved"));
    });
  }

  const context: JobContext = {
    signal: controller.signal,
    progress(fraction, message) {
      if (hasEnded(state.status)) return;
      state.progress = fraction === undefined || Number.isNaN(fraction) ? null : Math.min(1, Math.max(0, fraction));
      if (message !== undefined) state.message = clean(message);
      announceSoon();
      saveSoon();
    },
    output(text) {
      if (hasEnded(state.status)) return;
      printed.append(text);
      unsavedOutput = true;
      saveSoon();
    },
  };

  function end(status: JobSummary["status"], message: string): void {
    if (hasEnded(state.status)) return;
    state.status = status;
    state.message = clean(message);
    state.ended_at = clock.now();
    saveTimer?.cancel();
    announce();
    void settle();
  }

  async function settle(): Promise<void> {
    for (;;) {
      try {
        await save();
        break;
      } catch (error) {
        log.error({ err: error, status: state.status }, "the end of a job could not be saved yet");
        if (stopping) break;
        await new Promise<void>((resolve) => {
          const timer = clock.after(SAVE_INTERVAL, resolve);
          wake = () => {
            timer.cancel();
            resolve();
          };
        });
      }
    }
    await lease.release();
    ended.resolve();
  }

  async function run(): Promise<void> {
    state.status = "running";
    state.started_at = clock.now();
    announce();
    try {
      // Before the work, so that after a crash nobody is told that it never began.
      await save();
    } catch (error) {
      log.warn({ err: error }, "the beginning of a job could not be saved");
    }
    try {
      const message = await work(context);
      if (state.progress !== null) state.progress = 1;
      end("succeeded", message ?? "");
    } catch (error) {
      if (cancelled) end("cancelled", "Cancelled.");
      else if (stopping) end("interrupted", STOPPED);
      else {
        log.warn({ err: error }, "a job failed");
        end("failed", failure(error));
      }
    }
  }
  // A turn later, so that whoever started the job has it before its first event.
  queueMicrotask(() => void run());

  return {
    summary: () => toSummary(state),
    view() {
      const output = printed.text();
      return { ...toSummary(state), ...(output ? { output } : {}) };
    },
    cancel() {
      if (cancelled || stopping || hasEnded(state.status)) return;
      cancelled = true;
      state.message = "Cancelling.";
      announceSoon();
      controller.abort(new Error("The job was cancelled"));
    },
    interrupt() {
      stopping = true;
      wake?.();
      controller.abort(new Error("The gateway is stopping"));
    },
    abandon: () => end("interrupted", STOPPED),
    ended: ended.promise,
  };
}

const STOPPED = "The gateway was stopped while this was running. What was done until then stays done.";

function failure(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return "Something went wrong inside the gateway. The log names this job and the reason.";
}

function clean(text: string): string {
  const safe = text.replaceAll("\0", "\uFFFD");
  return safe.length <= LONGEST_MESSAGE ? safe : `${safe.slice(0, LONGEST_MESSAGE - 1)}…`;
}
