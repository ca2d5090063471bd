import { expect, test } from "vitest";
import { createBus } from "../../kit/bus.ts";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { createAudiences } from "../events/audience.ts";
import { createEventLog } from "../events/event-log.ts";
import type { Topics } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createJobs, type JobSummary } from "./jobs.ts";
import { createLeases } from "./leases.ts";
import { createRetention } from "./retention.ts";

const log = createLogger("test", "silent");
/** A busy machine may need long; nobody waits longer than it takes. */
const PATIENT = { timeout: 10_000, interval: 5 };
const DAY = 24 * 3_600_000;
/** One o'clock at night by the clock of this machine. */
const NIGHT = new Date(2026, 4, 10, 1, 0).getTime();

async function start(storage: Storage, clock = createVirtualClock(NIGHT)) {
  const bus = createBus<Topics>(() => {});
  const leases = createLeases({ storage, clock, log });
  const jobs = createJobs({ storage, leases, clock, bus, log });
  const events = createEventLog({ storage, bus, audiences: createAudiences(() => new Set()), clock, log });
  await jobs.start();
  const retention = createRetention({
    storage,
    jobs,
    leases,
    events,
    records: [{ what: "entries of the audit log", prune: async () => 2 }],
    clock,
    log,
  });
  await retention.start();
  const ended: JobSummary[] = [];
  bus.on("job_changed", (job) => job.endedAt && ended.push(job));
  return { clock, jobs, leases, retention, ended };
}

eachStorage((_, open, openBeside) => {
  test("old events, jobs and expired entries go, the rest stays", async () => {
    const storage = await open();
    const { clock, jobs, retention, ended } = await start(storage);
    const now = clock.now();
    const row = { kind: "x", title: "X", progress: null, message: "", output: "", cancellable: 0, started_at: null };
    const event = { type: "app_removed", data: '{"appId":"a"}', created_at: now };
    await storage.write(async (tx) => {
      for (let i = 0; i < 21; i++) await tx.insertInto("events").values(Array(500).fill(event)).execute();
      for (const [id, age] of Object.entries({ old: 31, young: 29 })) {
        const at = now - age * DAY;
        await tx
          .insertInto("jobs")
          .values({ ...row, id, status: "failed", created_at: at, ended_at: at })
          .execute();
      }
      const expiring = [now - 1, now + DAY].map((expires_at) => ({ id: `token-${expires_at}`, expires_at }));
      await tx.insertInto("revoked_credentials").values(expiring).execute();
    });

    await retention.runNow();
    await expect
      .poll(() => ended[0]?.message, PATIENT)
      .toBe("Removed 500 events, 1 jobs, 2 entries of the audit log and 1 expired entries.");
    expect((await jobs.list(10)).map((job) => job.id)).toEqual([expect.stringMatching(/^job-/), "young"]);
    expect(await storage.db.selectFrom("revoked_credentials").select("id").execute()).toHaveLength(1);
    await jobs.stop();
  });

  test("it runs each night, and once for all gateways on a database", async () => {
    const storage = await open();
    const beside = await openBeside();
    const clock = createVirtualClock(NIGHT);
    await storage.write((tx) =>
      tx
        .insertInto("settings")
        .values({ name: "retention.last-run", value: String(NIGHT - 22 * 3_600_000) })
        .execute(),
    );
    const one = await start(storage, clock);
    const two = await start(beside, clock);
    const ran = () => one.ended.length + two.ended.length;
    await clock.advance(1.9 * 3_600_000);
    expect(ran()).toBe(0);
    await clock.advance(0.1 * 3_600_000);
    await expect.poll(ran, PATIENT).toBe(1);
    await clock.advance(DAY);
    await expect.poll(ran, PATIENT).toBe(2);
    for (const gateway of [one, two]) {
      gateway.retention.stop();
      await gateway.jobs.stop();
    }
  });

  test("a machine that is off at night is cleaned up after its start", async () => {
    const storage = await open();
    const noon = createVirtualClock(NIGHT + 11 * 3_600_000);
    const { clock, jobs, retention, ended } = await start(storage, noon);
    await clock.advance(10 * 60_000);
    await expect.poll(() => ended.length, PATIENT).toBe(1);
    retention.stop();
    await jobs.stop();
  });

  test("a second one at the same time is refused", async () => {
    const { jobs, leases, retention } = await start(await open());
    const held = await leases.acquire("retention", 60_000);
    await expect(retention.runNow()).rejects.toThrow("A clean-up is going on already");
    await held?.release();
    await retention.runNow();
    await jobs.stop();
  });
});
