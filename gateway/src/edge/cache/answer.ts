import type { KeptAnswer } from "../forward/replay.ts";
import { without } from "./fields.ts";
import type { Entry, Store } from "./store.ts";
import { clientHasIt, notModifiedHeaders, validatorsOf } from "./validation.ts";

/** What the cache did for a request: the answer was kept; fetched; kept but no longer fresh; or is none of its business. */
export type CacheResult = "hit" | "miss" | "stale" | "bypass";

/** How old a kept answer is, in ms. `now`: of the clock's monotonic time. */
export function ageOf(entry: Entry, now: number): number {
  return entry.initialAgeMs + (now - entry.receivedAt);
}

/**
 * The answer to one request from what is kept: whole, or 304 when the client has it already. `asked`: the request's
 * header. Its memory counts until it was released.
 */
export function answerFrom(
  entry: Entry,
  method: string,
  asked: readonly string[],
  ageMs: number,
  result: CacheResult,
  store: Store,
): KeptAnswer {
  const hasIt = entry.status === 200 && clientHasIt(asked, validatorsOf(entry.headers));
  const headers = hasIt ? notModifiedHeaders(entry.headers) : [...entry.headers];
  headers.push("Age", String(Math.floor(ageMs / 1000)), "X-Cache", result.toUpperCase());
  store.hold(entry);
  return {
    status: hasIt ? 304 : entry.status,
    reason: hasIt ? "Not Modified" : entry.reason,
    headers,
    length: hasIt || entry.status === 204 ? undefined : entry.length,
    chunks: hasIt || method === "HEAD" ? [] : entry.chunks,
    released: () => store.release(entry),
  };
}

/** An app's header with what the cache did, in place of what a cache before us said. */
export function marked(raw: readonly string[], result: CacheResult): string[] {
  const headers = without(raw, (lower) => lower === "x-cache");
  headers.push("X-Cache", result.toUpperCase());
  return headers;
}
