import { LRUCache } from "lru-cache";
import type { Clock, Timer } from "../../kit/clock.ts";

type Use = { id: string; at: number; address: string };

export type SubjectUse = {
  /** A device or key asked for something. */
  count(id: string, address: string, requests?: number): void;
  /** Its last use since the start (`at` 0: none), and its requests since midnight, UTC. */
  of(id: string): { at: number; address: string; today: number };
  forget(id: string): void;
  /** Begins to write uses down from time to time. */
  start(write: (uses: Use[]) => Promise<void>): void;
  stop(): void;
};

/** How often uses are written down, in ms. */
const WRITE_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Subjects whose use is remembered between two writings. */
const MOST = 10_000;

/** Counts what devices and API keys do in memory, by subject, so that a request costs no write. */
export function createSubjectUse({ clock }: { clock: Clock }): SubjectUse {
  const uses = new LRUCache<string, { at: number; address: string; day: number; today: number }>({ max: MOST });
  const unwritten = new Set<string>();
  let timer: Timer | undefined;

  const dayOf = (ms: number) => Math.floor(ms / DAY_MS);

  return {
    count(id, address, requests = 1) {
      const at = clock.now();
      const before = uses.get(id);
      const today = before?.day === dayOf(at) ? before.today : 0;
      uses.set(id, { at, address, day: dayOf(at), today: today + requests });
      unwritten.add(id);
    },
    of(id) {
      const use = uses.get(id);
      if (!use) return { at: 0, address: "", today: 0 };
      return { at: use.at, address: use.address, today: use.day === dayOf(clock.now()) ? use.today : 0 };
    },
    forget: (id) => void uses.delete(id),
    start(write) {
      timer = clock.every(WRITE_MS, () => {
        const due = [...unwritten].flatMap((id) => {
          const use = uses.get(id);
          return use ? [{ id, at: use.at, address: use.address }] : [];
        });
        unwritten.clear();
        // A use that is not written down is only missed in the list; the next one follows.
        if (due.length) write(due).catch(() => {});
      });
    },
    stop: () => timer?.cancel(),
  };
}
