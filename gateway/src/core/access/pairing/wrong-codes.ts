import { LRUCache } from "lru-cache";
import { addressKind, limitKey } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";

/** Wrong codes of one network after which it must wait, and how long, in ms. */
const MOST_OF_NETWORK = 5;
const NETWORK_WAITS_MS = 5 * 60_000;
/** Wrong codes of all networks within an hour after which strangers from the internet must wait. */
const MOST_OF_ALL = 100;
const HOUR_MS = 3_600_000;
const MOST_NETWORKS = 10_000;

export type WrongCodes = {
  /** Throws `RATE_LIMIT_EXCEEDED` for a network that guessed too often, and for strangers while too many guess. */
  check(address: string): void;
  count(address: string): void;
};

/**
 * Slows down guessing. One network cannot close pairing for others: it adds at most five to what counts for all, and
 * what counts for all only keeps out who comes from the internet.
 */
export function createWrongCodes({ clock }: { clock: Clock }): WrongCodes {
  const networks = new LRUCache<string, { count: number; since: number }>({ max: MOST_NETWORKS });
  let all: number[] = [];

  function refuse(untilMs: number): never {
    const seconds = Math.max(1, Math.ceil((untilMs - clock.monotonic()) / 1000));
    throw new Problem("RATE_LIMIT_EXCEEDED", `Too many wrong codes. Wait ${seconds} s.`, undefined, seconds);
  }

  return {
    check(address) {
      const now = clock.monotonic();
      const network = networks.get(limitKey(address));
      if (network && network.count >= MOST_OF_NETWORK && now - network.since < NETWORK_WAITS_MS) {
        refuse(network.since + NETWORK_WAITS_MS);
      }
      all = all.filter((at) => now - at < HOUR_MS);
      const kind = addressKind(address);
      const stranger = kind !== "lan" && kind !== "host";
      if (all.length >= MOST_OF_ALL && stranger) refuse((all[0] as number) + HOUR_MS);
    },
    count(address) {
      const now = clock.monotonic();
      const key = limitKey(address);
      const network = networks.get(key);
      if (!network || now - network.since >= NETWORK_WAITS_MS) networks.set(key, { count: 1, since: now });
      else network.count++;
      if (all.length < MOST_OF_ALL) all.push(now);
    },
  };
}
