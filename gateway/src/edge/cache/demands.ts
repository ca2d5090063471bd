import { readDirectives, secondsOf } from "./directives.ts";
import { valuesOf } from "./fields.ts";
import type { Policy } from "./policy.ts";

/** What a client asks of caches (RFC 9111, section 5.2.1). Durations in ms; undefined without. */
export type Demands = {
  noStore: boolean;
  noCache: boolean;
  onlyIfCached: boolean;
  maxAgeMs: number | undefined;
  minFreshMs: number;
  /** How stale an answer the client takes; without a limit Infinity. */
  maxStaleMs: number;
};

export function readDemands(raw: readonly string[]): Demands {
  const directives = readDirectives(valuesOf(raw, "cache-control"));
  const ms = (name: string) => {
    const seconds = secondsOf(directives, name);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  // RFC 9111, section 5.4: Pragma counts only without Cache-Control.
  const pragma = !directives.size && valuesOf(raw, "pragma").some((value) => /\bno-cache\b/i.test(value));
  return {
    noStore: directives.has("no-store"),
    noCache: pragma || directives.has("no-cache"),
    onlyIfCached: directives.has("only-if-cached"),
    maxAgeMs: ms("max-age"),
    minFreshMs: ms("min-fresh") ?? 0,
    maxStaleMs: directives.get("max-stale") === "" ? Number.POSITIVE_INFINITY : (ms("max-stale") ?? 0),
  };
}

/**
 * What becomes of a kept answer of this age: given as fresh, given stale because the client or the app allows it,
 * `refresh` (given stale while a new one is fetched), or not before the upstream was asked.
 */
export function judge(policy: Policy, ageMs: number, demands: Demands): "fresh" | "stale" | "refresh" | "ask" {
  if (policy.noCache || demands.noCache) return "ask";
  const left = policy.freshMs - ageMs;
  const tooOld = demands.maxAgeMs !== undefined && ageMs >= demands.maxAgeMs && !(policy.immutable && left > 0);
  if (tooOld) return "ask";
  if (left > 0) return left >= demands.minFreshMs ? "fresh" : "ask";
  if (policy.strict || demands.minFreshMs > 0) return "ask";
  if (-left <= demands.maxStaleMs && demands.maxStaleMs > 0) return "stale";
  return -left < policy.staleWhileRevalidateMs ? "refresh" : "ask";
}

/** May a kept answer of this age stand in for an app that fails (RFC 5861, section 4)? */
export function mayStandIn(policy: Policy, ageMs: number): boolean {
  return !policy.strict && policy.staleIfErrorMs > 0 && ageMs - policy.freshMs < policy.staleIfErrorMs;
}
