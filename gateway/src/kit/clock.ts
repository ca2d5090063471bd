/** A scheduled call that can be taken back. */
export type Timer = { cancel(): void };

/**
 * The only source of time. Making things take a clock as a parameter lets the tests run them on
 * virtual time.
 */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that only grow, for measuring. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /** Calls `run` every `ms` milliseconds. Does not keep the process alive. */
  every(ms: number, run: () => void): Timer;
};

/** The longest delay a node timer can hold, in milliseconds; longer ones fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_DELAY)).unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every(ms, run) {
    const timer = setInterval(run, Math.min(ms, LONGEST_DELAY)).unref();
    return { cancel: () => clearInterval(timer) };
  },
};
