import type { Clock, Timer } from "../../kit/clock.ts";
import type { UpstreamFault } from "../forward/fault.ts";
import type { Passage } from "../forward/forward.ts";
import { ageOf, answerFrom, type CacheResult } from "./answer.ts";
import { Body } from "./body.ts";
import { mayStandIn } from "./demands.ts";
import { copied, valuesOf } from "./fields.ts";
import { type Key, selectedBy } from "./key.ts";
import { initialAgeMs, mayKeep, type Policy, readPolicy } from "./policy.ts";
import type { Entry, Place, Store } from "./store.ts";
import { Through } from "./through.ts";
import { confirms, freshened, keptHeaders, validatorsOf } from "./validation.ts";

/** How a fetch ended for those who wait for it: there is an answer for all; there is none for others; or none at all. */
export type Outcome = "kept" | "unshared" | "failed";

export type Fetch = {
  key: Key;
  place: Place;
  /** The request's own header. */
  asked: readonly string[];
  /** What the upstream was asked about, whether it is still right. */
  stale: Entry | undefined;
  /** From the route. */
  ttlMs: number;
  maxBytes: number;
  onResult(result: CacheResult): void;
  /** Told once. */
  onOutcome(outcome: Outcome): void;
};

type Head = Pick<Entry, "status" | "reason" | "headers" | "policy" | "selected" | "initialAgeMs">;

/** A client that takes nothing for this long, in ms, is slow: nobody waits for what it is being sent. */
const SLOW_MS = 250;
/** Failures of an app for which an old answer may stand in (RFC 5861, section 4). */
const FAILURES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Passes the answer to a GET on, and keeps it if that is allowed; or answers with what is kept, if the upstream says so. */
export class Recording extends Through {
  readonly #fetch: Fetch;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sentAt: number;
  /** The head that is kept, while its body is gathered. */
  #head: Head | undefined;
  #body: Body | undefined;
  /** What a 304 said. */
  #told: readonly string[] | undefined;
  /** Something else is answered; the rest of what comes is nobody's. */
  #replaced = false;
  #slow: Timer | undefined;
  #ended = false;

  constructor(passage: Passage, fetch: Fetch, store: Store, clock: Clock) {
    super(passage, "miss", () => {});
    this.#fetch = fetch;
    this.#store = store;
    this.#clock = clock;
    this.#sentAt = clock.monotonic();
  }

  override onHead(status: number, reason: string, raw: string[], length: number | undefined): void {
    const { stale } = this.#fetch;
    if (stale && status === 304) {
      this.#told = raw;
      return;
    }
    if (stale && FAILURES.has(status) && mayStandIn(stale.policy, this.#age(stale))) {
      this.#answerWith(stale, "stale", "broken off");
      this.end("failed");
      return;
    }
    if (stale && status < 500) this.#store.drop(stale);
    this.#begin(status, reason, raw, length);
    super.onHead(status, reason, raw, length);
  }

  #begin(status: number, reason: string, raw: string[], length: number | undefined): void {
    const { key, ttlMs, maxBytes, place } = this.#fetch;
    const policy = readPolicy({ status, raw }, ttlMs, this.#clock.now());
    const selected = selectedBy(valuesOf(raw, "vary"), key);
    if (!selected || (length ?? 0) > maxBytes || !mayKeep({ status, raw, length }, policy, key)) {
      this.end("unshared");
      return;
    }
    this.#head = { status, reason, headers: keptHeaders(raw), policy, selected, initialAgeMs: this.#initialAge(raw) };
    this.#body = new Body(place, maxBytes, length);
  }

  override onData(chunk: Buffer): boolean {
    if (this.#told || this.#replaced) return true;
    this.#slow?.cancel();
    if (this.#body && !this.#body.add(chunk)) this.end("unshared");
    return super.onData(chunk);
  }

  override onPause(): void {
    if (this.#told || this.#replaced) return;
    super.onPause();
    if (!this.#body || !this.passage.heldUp) return;
    this.#slow?.cancel();
    this.#slow = this.#clock.after(SLOW_MS, () => {
      if (this.passage.heldUp) this.end("failed");
    });
  }

  override onEnd(trailers: string[]): void {
    if (this.#replaced) return;
    if (this.#told) {
      this.#confirmed(this.#told);
      return;
    }
    // What stood in trailers could not be told again.
    if (this.#head && this.#body && !trailers.length) this.#keep(this.#head, this.#body);
    else this.end("unshared");
    super.onEnd(trailers);
  }

  override onFault(fault: UpstreamFault, stale: boolean): void {
    if (!this.#replaced) super.onFault(fault, stale);
  }

  /** Nothing of it is gathered from here on; told again, it does nothing. */
  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#slow?.cancel();
    this.#head = undefined;
    this.#body = undefined;
    this.#fetch.place.leave();
    this.#fetch.onOutcome(outcome);
  }

  #keep(head: Head, body: Body): void {
    const { key, place } = this.#fetch;
    if (place.outdated) {
      this.end("failed");
      return;
    }
    const entry: Entry = {
      ...head,
      routeId: place.routeId,
      target: key.target,
      keyed: key.keyed,
      chunks: body.finish(),
      length: body.length,
      receivedAt: this.#clock.monotonic(),
      refreshing: false,
    };
    this.#store.keep(inOwnMemory(entry));
    this.end("kept");
  }

  /** The upstream says that what is kept is still right: it is kept anew, with what the upstream says now, and given. */
  #confirmed(raw: readonly string[]): void {
    const stale = this.#fetch.stale as Entry;
    const { key, place, ttlMs } = this.#fetch;
    const headers = freshened(stale.headers, raw);
    const { status, length } = stale;
    const policy: Policy = readPolicy({ status, raw: headers }, ttlMs, this.#clock.now());
    const selected = selectedBy(valuesOf(headers, "vary"), key);
    const fresh = inOwnMemory({
      ...stale,
      headers,
      policy,
      selected: selected ?? stale.selected,
      initialAgeMs: this.#initialAge(raw),
      receivedAt: this.#clock.monotonic(),
      refreshing: false,
    });
    const right = selected && !place.outdated && confirms(raw, validatorsOf(stale.headers));
    const kept = right && mayKeep({ status, raw: headers, length }, policy, key);
    // It may vary by something else now, and then it would be kept beside.
    this.#store.drop(stale);
    if (kept) this.#store.keep(fresh);
    this.#answerWith(fresh, "hit", "done");
    this.end(kept ? "kept" : "unshared");
  }

  #answerWith(entry: Entry, result: CacheResult, upstream: "done" | "broken off"): void {
    this.#replaced = true;
    this.#fetch.onResult(result);
    const answer = answerFrom(entry, "GET", this.#fetch.asked, this.#age(entry), result, this.#store);
    this.passage.replay(answer, upstream);
  }

  #age(entry: Entry): number {
    return ageOf(entry, this.#clock.monotonic());
  }

  #initialAge(raw: readonly string[]): number {
    return initialAgeMs(raw, this.#clock.now(), this.#clock.monotonic() - this.#sentAt);
  }
}

/** The same with its texts in memory of their own: only that is counted. */
function inOwnMemory(entry: Entry): Entry {
  const { target, reason, headers, selected } = entry;
  return {
    ...entry,
    target: copied(target),
    reason: copied(reason),
    headers: copied(headers.join("\n")).split("\n"),
    selected: selected.map(([name, value]) => [copied(name), value === undefined ? undefined : copied(value)]),
  };
}
