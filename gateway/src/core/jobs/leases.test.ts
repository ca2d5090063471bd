import { expect, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { createLeases } from "./leases.ts";

const log = createLogger("test", "silent");
/** A busy machine may need long; nobody waits longer than it takes. */
const PATIENT = { timeout: 10_000, interval: 5 };

eachStorage((_, open, openBeside) => {
  async function two() {
    const clock = createVirtualClock();
    const storage = await open();
    return {
      clock,
      storage,
      one: createLeases({ storage, clock, log }),
      other: createLeases({ storage: await openBeside(), clock, log }),
    };
  }

  test("what must run once runs once, and again when it has ended", async () => {
    const { one, other } = await two();
    let runs = 0;
    const finish = Promise.withResolvers<void>();
    const run = async () => {
      runs++;
      await finish.promise;
      return "done";
    };
    let turnedAway = 0;
    const attempts = [one, other, one, other].map(async (leases) => {
      const result = await leases.withLease("nightly", 60_000, run);
      if (!result.ran) turnedAway++;
      return result;
    });
    await expect.poll(() => turnedAway, PATIENT).toBe(3);
    expect(runs).toBe(1);
    finish.resolve();
    expect((await Promise.all(attempts)).filter((result) => result.ran)).toEqual([{ ran: true, value: "done" }]);
    expect(await other.withLease("nightly", 60_000, async () => "again")).toEqual({ ran: true, value: "again" });
  });

  test("work that throws gives its lease back", async () => {
    const { one, other } = await two();
    const failing = one.withLease("nightly", 60_000, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await other.acquire("nightly", 60_000)).toBeDefined();
  });

  test("a lease is renewed for as long as its holder lives", async () => {
    const { clock, one, other, storage } = await two();
    const lease = await one.acquire("nightly", 60_000);
    const end = () => storage.db.selectFrom("leases").select("expires_at").executeTakeFirst();
    for (let i = 0; i < 6; i++) {
      await clock.advance(20_000);
      await expect.poll(async () => (await end())?.expires_at, PATIENT).toBe(clock.now() + 60_000);
    }
    expect(await other.acquire("nightly", 60_000)).toBeUndefined();
    expect(lease?.lost.aborted).toBe(false);
  });

  test("a lease that ran out is taken over, and who lost it is told and cannot give away the new one", async () => {
    const { clock, one, other, storage } = await two();
    const lost = await one.acquire("nightly", 60_000);
    await storage.write((tx) => tx.updateTable("leases").set({ expires_at: clock.now() }).execute());
    expect(await other.acquire("nightly", 600_000)).toBeDefined();
    const told = new Promise((resolve) => lost?.lost.addEventListener("abort", resolve));
    await clock.advance(20_000);
    await told;
    await lost?.release();
    expect(await one.acquire("nightly", 60_000)).toBeUndefined();
  });
});
