import { LRUCache } from "lru-cache";
import { limitKey, wideLimitKey } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import { Problem } from "../../kit/problem.ts";

/**
 * Failed sign-ins make the next one wait. What is counted: one account from one network, the account as a whole,
 * and the network as a whole. `free` failures cost nothing, then the wait doubles from one second up to `longest`.
 */
type Rule = { free: number; longest: number };

const MINUTE = 60_000;
const RULES = {
  /** Some 15 guesses on the first day and 4 an hour after that. */
  accountFromNetwork: { free: 3, longest: 15 * MINUTE },
  /** A guesser with many networks: at most 288 guesses a day. Not for networks the account has signed in from. */
  account: { free: 10, longest: 5 * MINUTE },
  /** One password tried on many names. Short, because a household can share an address. */
  network: { free: 20, longest: MINUTE },
  /** The /48 of an IPv6 address: its owner has 65 536 networks. */
  wideNetwork: { free: 80, longest: MINUTE },
} satisfies Record<string, Rule>;

/** Failures are forgotten after this time without another one, in ms. */
const FORGET_AFTER = 24 * 60 * MINUTE;
/** For how long a network stays known to an account after a sign-in, in ms. */
const KNOWN_FOR = 30 * 24 * 60 * MINUTE;
/** How many keys are kept of each kind; the longest unused is dropped first. */
const MAX_KEYS = 10_000;

type Failures = { count: number; waitUntil: number; last: number };

/** One sign-in that is being tried. It counts as failed until it says otherwise. */
type Attempt = {
  /** The password was right: forgets the failures of this account from this network. */
  succeeded(): void;
  /** The password was never looked at: takes the attempt back. */
  abandoned(): void;
};

export type Lockout = {
  /**
   * Begins a sign-in. Counting begins here and not at the end, so that many at the same moment gain nothing.
   * Throws RATE_LIMIT_EXCEEDED with the time to wait. Names that do not exist are treated alike.
   */
  attempt(username: string, address: string): Attempt;
  /** Forgets the failures of an account, from wherever they came; answers whether it had to wait. */
  lift(username: string): boolean;
};

/** Slows down guessing. Kept in memory, by a clock that nobody sets; no account is ever closed for good. */
export function createLockout({ clock }: { clock: Clock }): Lockout {
  const failures = new LRUCache<string, Failures>({ max: MAX_KEYS });
  const networks = new LRUCache<string, Failures>({ max: MAX_KEYS });
  /** Account and network → last sign-in that succeeded. */
  const known = new LRUCache<string, number>({ max: MAX_KEYS });

  type Counter = { table: LRUCache<string, Failures>; key: string; rule: Rule };

  function current({ table, key }: Counter): Failures {
    const found = table.get(key);
    if (found && clock.monotonic() - found.last <= FORGET_AFTER) return found;
    return { count: 0, waitUntil: 0, last: clock.monotonic() };
  }

  /** Counts one failure; the returned function takes it back. */
  function count(counter: Counter): () => void {
    const record = current(counter);
    const before = record.waitUntil;
    record.count++;
    record.last = clock.monotonic();
    record.waitUntil = clock.monotonic() + delay(record.count, counter.rule);
    const mine = record.waitUntil;
    counter.table.set(counter.key, record);
    return () => {
      record.count--;
      if (record.waitUntil === mine) record.waitUntil = before;
    };
  }

  return {
    lift(username) {
      const account = username.toLowerCase();
      const keys = [...failures.keys()].filter(
        (key) => key === `account:${account}` || (key.startsWith("pair:") && key.endsWith(` ${account}`)),
      );
      const waited = keys.some((key) => (failures.get(key)?.waitUntil ?? 0) > clock.monotonic());
      for (const key of keys) failures.delete(key);
      return waited;
    },
    attempt(username, address) {
      const account = username.toLowerCase();
      const network = limitKey(address);
      const wide = wideLimitKey(address);
      const together = `${network} ${account}`;
      const pair: Counter = { table: failures, key: `pair:${together}`, rule: RULES.accountFromNetwork };
      const counters: Counter[] = [pair, { table: networks, key: network, rule: RULES.network }];
      if (wide) counters.push({ table: networks, key: wide, rule: RULES.wideNetwork });
      const familiar = clock.monotonic() - (known.get(together) ?? Number.NEGATIVE_INFINITY) < KNOWN_FOR;
      if (!familiar) counters.push({ table: failures, key: `account:${account}`, rule: RULES.account });

      const wait = Math.max(...counters.map((counter) => current(counter).waitUntil)) - clock.monotonic();
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000);
        const text = `Too many sign-ins failed. Wait ${spoken(seconds)}, then try again.`;
        throw new Problem("RATE_LIMIT_EXCEEDED", text, undefined, seconds);
      }
      const takeBack = counters.map(count);
      return {
        succeeded() {
          for (const undo of takeBack) undo();
          failures.delete(pair.key);
          known.set(together, clock.monotonic());
        },
        abandoned() {
          for (const undo of takeBack) undo();
        },
      };
    },
  };
}

function delay(count: number, rule: Rule): number {
  const over = count - rule.free;
  return over <= 0 ? 0 : Math.min(1000 * 2 ** Math.min(over - 1, 30), rule.longest);
}

function spoken(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
