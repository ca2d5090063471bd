import type { Clock, Timer } from "../../kit/clock.ts";
import { randomId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { Storage } from "../storage/storage.ts";

/** The right to do what must be done only once. Renews itself until it is released. */
export type Lease = {
  /** Aborted when the lease could not be renewed in time: somebody else may hold it now. */
  lost: AbortSignal;
  release(): Promise<void>;
};

/** What came of a piece of work that must run once. */
export type Once<T> = { ran: true; value: T } | { ran: false };

export type Leases = {
  /**
   * Forgets the leases of a killed process, where it is certain that no holder lives: with SQLite at the start of the
   * gateway, before anything takes a lease.
   */
  forgetDead(): Promise<void>;
  /** Takes a lease; undefined when somebody holds it. `ttlMs`: how long it outlives a holder that was killed. */
  acquire(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** Runs `run` while holding the lease, or not at all when somebody holds it. */
  withLease<T>(name: string, ttlMs: number, run: (lost: AbortSignal) => Promise<T>): Promise<Once<T>>;
};

/**
 * Makes the leases of one gateway. They lie in the database, so gateways that share one agree; their clocks may
 * differ by less than the shortest lease.
 */
export function createLeases(deps: { storage: Storage; clock: Clock; log: Logger }): Leases {
  const { storage, clock, log } = deps;

  async function take(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const now = clock.now();
    const row = { holder, expires_at: now + ttlMs };
    const taken = await storage.write((tx) =>
      tx
        .insertInto("leases")
        .values({ name, ...row })
        .onConflict((c) => c.column("name").doUpdateSet(row).where("leases.expires_at", "<=", now))
        .returning("name")
        .executeTakeFirst(),
    );
    return taken !== undefined;
  }

  async function renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const renewed = await storage.write((tx) =>
      tx
        .updateTable("leases")
        .set({ expires_at: clock.now() + ttlMs })
        .where("name", "=", name)
        .where("holder", "=", holder)
        .returning("name")
        .executeTakeFirst(),
    );
    return renewed !== undefined;
  }

  async function acquire(name: string, ttlMs: number): Promise<Lease | undefined> {
    const holder = randomId();
    let end = clock.monotonic() + ttlMs;
    if (!(await take(name, holder, ttlMs))) return undefined;
    const lost = new AbortController();
    let released = false;

    async function keep(): Promise<void> {
      const attempt = clock.monotonic();
      try {
        if (await renew(name, holder, ttlMs)) end = attempt + ttlMs;
        else end = attempt;
      } catch (error) {
        log.warn({ err: error, lease: name }, "a lease could not be renewed");
      }
      if (released || clock.monotonic() < end) return;
      timer.cancel();
      lost.abort(new Error(`The lease ${name} was lost`));
    }
    const timer: Timer = clock.every(ttlMs / 3, () => void keep());

    return {
      lost: lost.signal,
      async release() {
        if (released) return;
        released = true;
        timer.cancel();
        try {
          await storage.write((tx) =>
            tx.deleteFrom("leases").where("name", "=", name).where("holder", "=", holder).execute(),
          );
        } catch (error) {
          // It ends by itself; the work that it guarded is done and must not seem to have failed.
          log.warn({ err: error, lease: name }, "a lease could not be given back and will expire");
        }
      },
    };
  }

  return {
    async forgetDead() {
      // The file belongs to the gateway that locked the data folder, so no holder is alive but those of this start.
      if (storage.dialect === "sqlite") await storage.write((tx) => tx.deleteFrom("leases").execute());
    },
    acquire,
    async withLease(name, ttlMs, run) {
      const lease = await acquire(name, ttlMs);
      if (!lease) return { ran: false };
      try {
        return { ran: true, value: await run(lease.lost) };
      } finally {
        await lease.release();
      }
    },
  };
}
