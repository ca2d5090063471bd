import { LRUCache } from "lru-cache";
import { limitKey, wideLimitKey } from "./addresses.ts";
import type { Clock } from "./clock.ts";

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

/** Token buckets by key. */
export type Buckets = {
  /** Takes one token from the bucket of this key. */
  draw(key: string, perSecond: number, burst: number): Allowance;
  /** The same for a client's address, by /64 and /48 where it is of IPv6. `name` keeps limits apart. */
  drawFor(name: string, address: string, perSecond: number, burst: number): Allowance;
};

type Bucket = { tokens: number; at: number };

/** Buckets that are kept; the one used longest ago makes room. */
const MAX_BUCKETS = 10_000;
/** A /48 of IPv6 is counted too, this many times larger than one client: it may be one household or one attacker. */
const WIDE_FACTOR = 10;

/** Makes buckets, all of them full. Their memory is bounded. */
export function createBuckets(clock: Clock): Buckets {
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
    draw,
    drawFor(name, address, perSecond, burst) {
      const wide = wideLimitKey(address);
      const one = draw(`${name} ${limitKey(address)}`, perSecond, burst);
      if (!one.allowed || wide === undefined) return one;
      const shared = draw(`${name} ${wide}`, perSecond * WIDE_FACTOR, burst * WIDE_FACTOR);
      return shared.allowed ? one : shared;
    },
  };
}
