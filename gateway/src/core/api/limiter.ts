import { LIMITS, type LimitClass } from "@nekzus/contract";
import { LRUCache } from "lru-cache";
import { limitKey, wideLimitKey } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";

/** What a limited answer tells about its bucket. */
export type Allowance = {
  allowed: boolean;
  /** The burst (ruling R25). */
  limit: number;
  remaining: number;
  /** Unix seconds at which the bucket is full again. */
  resetAt: number;
  /** Seconds until the next request is allowed; 0 when this one was. */
  retryAfter: number;
};

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

type Bucket = { tokens: number; at: number };

/** Buckets that are kept; the one used longest ago makes room. */
const MAX_BUCKETS = 10_000;
/** A signed-in dashboard has a bucket of its own, this many times larger (ruling R4). */
const SESSION_FACTOR = 20;
/** A /48 of IPv6 is counted too, this many times larger than one client: it may be one household or one attacker. */
const WIDE_FACTOR = 10;

/** Makes the limiter: a token bucket per class and client, where IPv6 clients are counted by /64. */
export function createLimiter(rates: () => Rates, clock: Clock): Limiter {
  const buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  function draw(key: string, perSecond: number, burst: number): Allowance {
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    buckets.set(key, bucket);
    return {
      allowed,
      limit: burst,
      remaining: Math.floor(bucket.tokens),
      resetAt: Math.ceil(clock.now() / 1000 + (burst - bucket.tokens) / perSecond),
      retryAfter: allowed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
    };
  }

  return {
    take(limit, address, sessionId, own) {
      if (limit === "none") return undefined;
      if (own) return draw(`own ${own.id}`, own.perMinute / 60, own.perMinute);
      const { perSecond, burst } = rates()[limit] ?? LIMITS[limit];
      if (sessionId) return draw(`${limit} ${sessionId}`, perSecond * SESSION_FACTOR, burst * SESSION_FACTOR);
      const wide = wideLimitKey(address);
      const one = draw(`${limit} ${limitKey(address)}`, perSecond, burst);
      if (!one.allowed || wide === undefined) return one;
      const shared = draw(`${limit} ${wide}`, perSecond * WIDE_FACTOR, burst * WIDE_FACTOR);
      return shared.allowed ? one : shared;
    },
  };
}
