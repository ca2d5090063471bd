import type { Clock, Timer } from "../../kit/clock.ts";

/** Longest wait for memory, in ms: then an answer passes as it is, which is better than none. */
const WAIT_MS = 10_000;
/** Most answers that wait. Each holds no more than what was read of it at once. */
const MAX_WAITING = 1024;

const DEFAULT_BYTES = 128 * 1024 * 1024;

/** Somebody who needs memory. */
export type Borrower = {
  /** It has what it asked for. */
  granted(): void;
  /** It gets none. */
  denied(): void;
};

/**
 * The memory that answers may use together while they are rewritten: what decoders, encoders and rewriters come to hold,
 * and what lies between them. It is taken when an answer begins, for as long as it lasts, and given whole: nobody waits
 * who holds some already. Those who wait are served in the order in which they came.
 */
export type MemoryBudget = {
  /** Takes bytes at once, or has one of the callbacks called later; true when they were taken. */
  borrow(bytes: number, borrower: Borrower): boolean;
  /** Gives back what was taken, or leaves the line. To be called once for each that was not denied. */
  giveBack(bytes: number, borrower: Borrower): void;
  /** Sets how much there is. What is in use already goes on. */
  limit(bytes: number): void;
  /** Bytes in use now. */
  readonly used: number;
};

type Waiting = { bytes: number; timer: Timer };

export function createMemoryBudget(clock: Clock): MemoryBudget {
  const line = new Map<Borrower, Waiting>();
  let most = DEFAULT_BYTES;
  let used = 0;

  // One that wants more than there is gets it when nobody else has any.
  const fits = (bytes: number) => used + bytes <= most || used === 0;

  function serve(): void {
    for (const [borrower, { bytes, timer }] of line) {
      if (!fits(bytes)) return;
      timer.cancel();
      line.delete(borrower);
      used += bytes;
      borrower.granted();
    }
  }

  return {
    borrow(bytes, borrower) {
      if (line.size === 0 && fits(bytes)) {
        used += bytes;
        return true;
      }
      if (line.size >= MAX_WAITING) {
        clock.after(0, () => borrower.denied());
        return false;
      }
      const timer = clock.after(WAIT_MS, () => {
        if (line.delete(borrower)) borrower.denied();
        serve();
      });
      line.set(borrower, { bytes, timer });
      return false;
    },
    giveBack(bytes, borrower) {
      const waiting = line.get(borrower);
      if (waiting) {
        waiting.timer.cancel();
        line.delete(borrower);
      } else used -= bytes;
      serve();
    },
    limit(bytes) {
      most = bytes;
      serve();
    },
    get used() {
      return used;
    },
  };
}
