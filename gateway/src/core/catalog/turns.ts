import { atMost } from "../../kit/at-most.ts";
import type { Clock } from "../../kit/clock.ts";
import { Problem } from "../../kit/problem.ts";

const MINUTE_MS = 60_000;

export type Turns = {
  /**
   * Runs work of this caller when it has its turn. Throws `RATE_LIMIT_EXCEEDED` when the caller asked for too much, and
   * `SERVICE_UNAVAILABLE` when too many wait.
   */
  run<T>(callerId: string, work: () => Promise<T>): Promise<T>;
};

/** Keeps work that costs much within bounds: at the same time, in waiting, of one caller, and in a minute. */
export function createTurns(options: {
  clock: Clock;
  /** What is counted, in the plural, for messages: "connection tests". */
  what: string;
  atOnce: number;
  mostWaiting: number;
  mostOfOne: number;
  mostAMinute: number;
  /** Longest time of one, in ms. */
  totalMs: number;
}): Turns {
  const { clock, what, mostWaiting, mostOfOne, mostAMinute, totalMs } = options;
  const inTurn = atMost(options.atOnce);
  const underWay = new Map<string, number>();
  let recent: { id: string; at: number }[] = [];

  function tooMany(waitMs: number): Problem {
    const text = `You asked for too many ${what} in a short time. Wait a little and try again.`;
    return new Problem("RATE_LIMIT_EXCEEDED", text, undefined, Math.max(1, Math.ceil(waitMs / 1000)));
  }

  /** Counts work of a caller, and answers what to call when it is over. Throws when there is too much. */
  function admit(id: string): () => void {
    const now = clock.monotonic();
    recent = recent.filter(({ at }) => now - at < MINUTE_MS);
    const own = recent.filter((one) => one.id === id);
    const running = underWay.get(id) ?? 0;
    if (running >= mostOfOne) throw tooMany(totalMs);
    if (own.length >= mostAMinute) throw tooMany(MINUTE_MS - (now - (own[0]?.at ?? now)));
    if (inTurn.waiting() >= mostWaiting) {
      const text = `Too many ${what} run at this moment. Try again in a few seconds.`;
      throw new Problem("SERVICE_UNAVAILABLE", text, undefined, totalMs / 1000);
    }
    recent.push({ id, at: now });
    underWay.set(id, running + 1);
    return () => {
      const rest = (underWay.get(id) ?? 1) - 1;
      if (rest) underWay.set(id, rest);
      else underWay.delete(id);
    };
  }

  return {
    async run(callerId, work) {
      const over = admit(callerId);
      try {
        return await inTurn(work);
      } finally {
        over();
      }
    },
  };
}
