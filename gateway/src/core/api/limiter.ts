import { LIMITS, type LimitClass } from "@nekzus/contract";
import { type Allowance, createBuckets } from "../../kit/buckets.ts";
import type { Clock } from "../../kit/clock.ts";

export type Limiter = {
  /**
   * Takes one token from the bucket of the class and the caller: of a browser session, of a key with a limit of its own,
   * or of the address. Undefined: the class is not limited.
   */
  take(limit: LimitClass, address: string, sessionId: string | undefined, own?: OwnLimit): Allowance | undefined;
};

/** The limit of a caller that has one of its own, for all classes together. */
type OwnLimit = { id: string; perMinute: number };

export type Rates = Readonly<Record<string, { perSecond: number; burst: number }>>;

/** A signed-in dashboard has a bucket of its own, this many times larger (ruling R4). */
const SESSION_FACTOR = 20;

/** Makes the limiter: a token bucket per class and client, where IPv6 clients are counted by /64 and /48. */
export function createLimiter(rates: () => Rates, clock: Clock): Limiter {
  const buckets = createBuckets(clock);
  return {
    take(limit, address, sessionId, own) {
      if (limit === "none") return undefined;
      if (own) return buckets.draw(`own ${own.id}`, own.perMinute / 60, own.perMinute);
      const { perSecond, burst } = rates()[limit] ?? LIMITS[limit];
      if (sessionId) return buckets.draw(`${limit} ${sessionId}`, perSecond * SESSION_FACTOR, burst * SESSION_FACTOR);
      return buckets.drawFor(limit, address, perSecond, burst);
    },
  };
}
