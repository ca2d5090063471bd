import { LRUCache } from "lru-cache";
import type { Clock } from "../../kit/clock.ts";
import type { Outcome } from "./recording.ts";

/** A fetch for which others wait. */
export type Flight = {
  /** It is over for those who wait; later calls do nothing. */
  over(outcome: Outcome): void;
};

export type Flights = {
  /** Begins a fetch that others may wait for, unless there is one. */
  begin(id: string): Flight | undefined;
  /** Waits for a fetch. `onOver` is called once, later; the returned function ends the waiting. Undefined: nothing to wait for. */
  wait(id: string, ms: number, onOver: (outcome: Outcome | "late") => void): (() => void) | undefined;
};

/** For so long after an answer turned out to be for one client only, in ms, nobody waits for the next of its kind. */
const UNSHARED_MS = 10_000;
const MAX_UNSHARED = 10_000;

/** Makes the list of fetches under way, so that many who ask for the same at the same time make one. */
export function createFlights(clock: Clock): Flights {
  const waiting = new Map<string, Set<(outcome: Outcome) => void>>();
  const unshared = new LRUCache<string, number>({ max: MAX_UNSHARED });

  return {
    begin(id) {
      if (waiting.has(id)) return undefined;
      const waiters = new Set<(outcome: Outcome) => void>();
      waiting.set(id, waiters);
      let over = false;
      return {
        over(outcome) {
          if (over) return;
          over = true;
          waiting.delete(id);
          if (outcome === "unshared") unshared.set(id, clock.monotonic() + UNSHARED_MS);
          else if (outcome === "kept") unshared.delete(id);
          for (const wake of waiters) wake(outcome);
        },
      };
    },
    wait(id, ms, onOver) {
      const waiters = waiting.get(id);
      if (!waiters || (unshared.get(id) ?? 0) > clock.monotonic()) return undefined;
      const timer = clock.after(ms, () => {
        waiters.delete(wake);
        onOver("late");
      });
      function wake(outcome: Outcome): void {
        timer.cancel();
        onOver(outcome);
      }
      waiters.add(wake);
      return () => {
        timer.cancel();
        waiters.delete(wake);
      };
    },
  };
}
