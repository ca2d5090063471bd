import { expect, test } from "vitest";
import { createBus } from "../../kit/bus.ts";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Topics } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createJobs, type JobContext, type JobSummary } from "./jobs.ts";
import { createLeases } from "./leases.ts";

const log = createLogger("test", "silent");
/** A busy machine may need long; nobody waits longer than it takes. */
const PATIENT = { timeout: 10_000, interval: 5 };
const DAY = 24 * 3_600_000;

async function start(storage: Storage, clock = createVirtualClock()) {
  const bus = createBus<Topics>((error) => {
    throw error;
  });
  const seen: JobSummary[] = [];
  const waiting: { matches(job: JobSummary): boolean; resolve(job: JobSummary): void }[] = [];
  bus.on("job_changed", (job) => {
    seen.push(job);
    for (const waiter of waiting) if (waiter.matches(job)) waiter.resolve(job);
  });
  const leases = createLeases({ storage, clock, log });
  const jobs = createJobs({ storage, leases, clock, bus, log });
  await jobs.start();
  /** The first event about the job, past or to come, that has this status. */
  const reached = (id: string, status: JobSummary["status"]) =>
    new Promise<JobSummary>((resolve) => {
      const matches = (job: JobSummary) => job.id === id && job.status === status;
      const past = seen.find(matches);
      if (past) resolve(past);
      else waiting.push({ matches, resolve });
    });
  return { jobs, leases, clock, seen, reached };
}

const untilAborted = ({ signal }: JobContext) =>
  new Promise<undefined>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason));
  });

eachStorage((_, open, openBeside) => {
  test("a job is accepted at once, runs in the background, and keeps what it did", async () => {
    const storage = await open();
    const { jobs, seen, reached } = await start(storage);
    const job = await jobs.begin({
      kind: "pull",
      title: "Pull grafana",
      cancellable: true,
      async run({ progress, output }) {
        progress(0.5, "Half way");
        output("one\n");
        output("two\0\n");
        return "Pulled grafana";
      },
    });
    expect(job).toMatchObject({ kind: "pull", title: "Pull grafana", status: "accepted", cancellable: true });
    await reached(job.id, "succeeded");
    expect(seen.map((event) => event.status)).toEqual(["running", "succeeded"]);
    expect(seen.some((event) => "output" in event)).toBe(false);

    const expected = { status: "succeeded", progress: 1, message: "Pulled grafana" };
    expect(await jobs.get(job.id)).toMatchObject({ ...expected, output: "one\ntwo\uFFFD\n" });
    await jobs.stop();
    const { jobs: later } = await start(storage);
    expect(await later.get(job.id)).toMatchObject({ ...expected, output: "one\ntwo\uFFFD\n" });
    const [listed] = await later.list(10);
    expect(listed).toMatchObject(expected);
    expect(listed).not.toHaveProperty("output");
  });

  test("progress is told at most once a second, and the last of it always", async () => {
    const { jobs, clock, seen, reached } = await start(await open());
    const working = Promise.withResolvers<JobContext>();
    const finish = Promise.withResolvers<undefined>();
    const job = await jobs.begin({
      kind: "copy",
      title: "Copy",
      cancellable: false,
      run(context) {
        working.resolve(context);
        return finish.promise;
      },
    });
    const { progress } = await working.promise;
    await clock.advance(1_000);
    for (let i = 0; i <= 50; i++) progress(i / 100, `${i} files`);
    expect(seen.map((event) => event.progress)).toEqual([undefined, 0]);
    await clock.advance(1_000);
    expect(seen.map((event) => event.progress)).toEqual([undefined, 0, 0.5]);
    expect((await jobs.list(1))[0]).toMatchObject({ progress: 0.5, message: "50 files" });
    progress(7);
    finish.resolve(undefined);
    expect((await reached(job.id, "succeeded")).progress).toBe(1);
    await jobs.stop();
  });

  test("a failure says why only when the reason is meant for people", async () => {
    const { Problem } = await import("../../kit/problem.ts");
    const { jobs, reached } = await start(await open());
    const fail = async (error: Error) => {
      const run = () => {
        throw error;
      };
      const { id } = await jobs.begin({ kind: "x", title: "X", cancellable: false, run });
      return (await reached(id, "failed")).message;
    };
    expect(await fail(new Problem("BAD_GATEWAY", "The registry does not answer"))).toBe("The registry does not answer");
    expect(await fail(new Error("password=canary"))).not.toContain("canary");
    await jobs.stop();
  });

  test("a job is cancelled when it can be, and says so when it cannot", async () => {
    const { jobs, reached } = await start(await open());
    const spec = { kind: "x", title: "Copy", run: untilAborted };
    const one = await jobs.begin({ ...spec, cancellable: true });
    const two = await jobs.begin({ ...spec, cancellable: false });
    await reached(one.id, "running");
    await jobs.cancel(one.id);
    await reached(one.id, "cancelled");
    expect(await jobs.cancel(one.id)).toMatchObject({ status: "cancelled" });
    await expect(jobs.cancel(two.id)).rejects.toThrow('"Copy" cannot be cancelled');
    await expect(jobs.cancel("nothing")).rejects.toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    await expect(jobs.get("nothing")).rejects.toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    await jobs.stop();
  });

  test("stopping ends what listens, gives up on what does not, and takes nothing new", async () => {
    const storage = await open();
    const { jobs, clock, reached } = await start(storage);
    const deaf = { kind: "x", title: "Deaf", cancellable: false, run: () => new Promise<undefined>(() => {}) };
    const polite = await jobs.begin({ kind: "x", title: "Polite", cancellable: false, run: untilAborted });
    const stubborn = await jobs.begin(deaf);
    await reached(stubborn.id, "running");
    const stopping = jobs.stop();
    await reached(polite.id, "interrupted");
    await expect(jobs.begin(deaf)).rejects.toThrow(expect.objectContaining({ code: "SERVICE_UNAVAILABLE" }));
    await clock.advance(10_000);
    await stopping;
    const { jobs: later } = await start(storage);
    for (const { id } of [polite, stubborn]) {
      expect(await later.get(id)).toMatchObject({
        status: "interrupted",
        message: expect.stringContaining("was stopped"),
      });
    }
  });

  test("after a crash the truth is told about each job, and jobs of a gateway that lives are left alone", async () => {
    const storage = await open();
    const clock = createVirtualClock();
    const crashed = await start(storage, clock);
    const job = await crashed.jobs.begin({ kind: "x", title: "Long", cancellable: false, run: untilAborted });
    await crashed.reached(job.id, "running");
    expect(await storage.db.selectFrom("leases").select("name").execute()).toHaveLength(1);

    // On PostgreSQL the other gateway might be alive; its lease shows it until it ends.
    const beside = await openBeside();
    const next = createVirtualClock(clock.now());
    const survivor = await start(beside, next);
    if (storage.dialect === "postgres") {
      expect(await survivor.jobs.get(job.id)).not.toMatchObject({ status: "interrupted" });
      await next.advance(60_000);
    }
    expect(await survivor.reached(job.id, "interrupted")).toMatchObject({
      message: expect.stringContaining("The gateway stopped"),
      endedAt: expect.any(String),
    });
    await survivor.jobs.stop();
    await crashed.jobs.stop();
  });

  test("only ended jobs grow old", async () => {
    const storage = await open();
    const { jobs, clock, reached } = await start(storage);
    const ended = await jobs.begin({ kind: "x", title: "Short", cancellable: false, run: async () => "" });
    await reached(ended.id, "succeeded");
    const running = await jobs.begin({ kind: "x", title: "Long", cancellable: false, run: untilAborted });
    await reached(running.id, "running");
    expect(await jobs.prune(clock.now())).toBe(0);
    // The end was announced before it was saved.
    await expect.poll(() => jobs.prune(clock.now() + DAY), PATIENT).toBe(1);
    expect((await jobs.list(10)).map((job) => job.id)).toEqual([running.id]);
    await jobs.stop();
  });
});
