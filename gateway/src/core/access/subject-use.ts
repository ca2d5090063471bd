import { LRUCache } from "lru-cache";
import type { Clock, Timer } from "../../kit/clock.ts";

/** What a subject did since the last writing. `day` counts days since 1970, UTC. */
export type Use = { id: string; at: number; address: string; day: number; requests: number };

export type SubjectUse = {
  /** A device or key asked for something. */
  count(id: string, address: string, requests?: number): void;
  /** What is not written down yet: the last use (`at` 0: none), and the requests of today. */
  of(id: string): { at: number; address: string; requests: number };
  forget(id: string): void;
  /** Begins to write uses down from time to time. */
  start(write: (uses: Use[]) => Promise<void>): void;
  /** Writes the last ones down. */
  stop(): Promise<void>;
};

/** How often uses are written down, in ms. */
const WRITE_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Subjects whose use is remembered between two writings. */
const MOST = 10_000;

/** The day of a time in ms since 1970, UTC. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Counts what devices and API keys do in memory, by subject, so that a request costs no write. */
export function createSubjectUse({ clock }: { clock: Clock }): SubjectUse {
  let uses = new LRUCache<string, Use>({ max: MOST });
  let write: ((uses: Use[]) => Promise<void>) | undefined;
  let timer: Timer | undefined;

  async function flush(): Promise<void> {
    const due = [...uses.values()];
    uses = new LRUCache<string, Use>({ max: MOST });
    // What cannot be written is only missed in the list; the next use follows.
    if (due.length) await write?.(due).catch(() => {});
  }

  return {
    count(id, address, requests = 1) {
      const at = clock.now();
      const before = uses.get(id);
      const counted = before?.day === dayOf(at) ? before.requests : 0;
      uses.set(id, { id, at, address, day: dayOf(at), requests: counted + requests });
    },
    of(id) {
      const use = uses.get(id);
      if (!use) return { at: 0, address: "", requests: 0 };
      return { at: use.at, address: use.address, requests: use.day === dayOf(clock.now()) ? use.requests : 0 };
    },
    forget: (id) => void uses.delete(id),
    start(to) {
      write = to;
      timer = clock.every(WRITE_MS, () => void flush());
    },
    async stop() {
      timer?.cancel();
      await flush();
    },
  };
}
