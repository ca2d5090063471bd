import type { Clock } from "../../kit/clock.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import type { FaultKind, UpstreamFault } from "../forward/fault.ts";
import type { Exchange, Forwarder, Passage } from "../forward/forward.ts";
import { requestHead } from "../rewrite/request-headers.ts";
import { ageOf, answerFrom, type CacheResult } from "./answer.ts";
import type { Ask } from "./ask.ts";
import { type Demands, judge, mayStandIn, readDemands } from "./demands.ts";
import type { Flight, Flights } from "./flights.ts";
import { invalidatedBy, isSafe } from "./invalidation.ts";
import { type Key, keyOf } from "./key.ts";
import { Nobody } from "./nobody.ts";
import { type Outcome, Recording } from "./recording.ts";
import type { Entry, Store } from "./store.ts";
import { Through } from "./through.ts";
import { askingWhether, isConditional, validatorsOf } from "./validation.ts";

export type CachingParts = {
  forwarder: Forwarder;
  store: Store;
  flights: Flights;
  clock: Clock;
  /** Is it the route as it is now? */
  isCurrent(route: RouteEntry): boolean;
};

/** Longest wait for what somebody else is fetching, in ms; then everybody asks for themselves. */
const WAIT_MS = 3_000;
/** Longest silence in an answer for which no client waits, in ms, where the route sets none: nobody would leave it. */
const REFRESH_SILENCE_MS = 60_000;
/** Faults for which an old answer may stand in: the app cannot be reached or does not answer. */
const STANDS_IN: ReadonlySet<FaultKind> = new Set([
  "timeout",
  "connection_refused",
  "connection_reset",
  "host_unreachable",
  "dns_error",
  "overloaded",
]);

/** One request at the cache: it is answered from there, waits for somebody else's fetch, or is on its way to the app. */
export class Caching implements Exchange {
  readonly #ask: Ask;
  readonly #parts: CachingParts;
  readonly #arrived: number;
  #inner: Exchange | undefined;
  #recording: Recording | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(ask: Ask, parts: CachingParts) {
    this.#ask = ask;
    this.#parts = parts;
    this.#arrived = parts.clock.monotonic();
  }

  get answerBegan(): number | undefined {
    return this.#inner?.answerBegan;
  }

  clientGone(): void {
    this.#end();
    this.#inner?.clientGone();
  }

  abort(): void {
    this.#end();
    if (this.#inner) this.#inner.abort();
    else this.#ask.request.abort();
  }

  giveUp(fault: UpstreamFault): void {
    this.#end();
    if (this.#inner) this.#inner.giveUp(fault);
    else this.#ask.onFault(fault);
  }

  /** Nobody waits for this one any more, nor it for anybody. */
  #end(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#recording?.end("failed");
  }

  start(): void {
    const { request, route, target, headers } = this.#ask;
    const { method } = request;
    if (!isSafe(method)) {
      this.#change();
      return;
    }
    const demands = readDemands(headers);
    const reads = (method === "GET" || method === "HEAD") && request.body === "none";
    // What an app says to somebody whom we named to it is for them alone.
    const key = reads && !route.identityHeaders && !demands.noStore ? keyOf(target, headers) : undefined;
    if (key) this.#read(key, demands, true);
    else this.#passOn("bypass");
  }

  #read(key: Key, demands: Demands, mayWait: boolean): void {
    const { request, route } = this.#ask;
    const { store, clock, isCurrent } = this.#parts;
    // What an old route's app says must not be kept for the new one; a request may have waited for long.
    if (!isCurrent(route)) {
      this.#passOn("bypass");
      return;
    }
    const entry = this.#usable(store.find(route.routeId, key), key);
    if (entry) {
      const ageMs = ageOf(entry, clock.monotonic());
      const verdict = judge(entry.policy, ageMs, demands);
      if (verdict !== "ask") {
        this.#answer(entry, ageMs, verdict === "fresh" ? "hit" : "stale");
        if (verdict === "refresh") this.#refresh(entry, key);
        return;
      }
    }
    if (demands.onlyIfCached) this.#ask.onNotKept();
    // What is answered to it has no body that could be kept.
    else if (request.method === "HEAD") this.#passOn("miss", () => {}, entry);
    else this.#get(key, demands, entry, mayWait);
  }

  /** Asks the app, or waits for somebody else who does. */
  #get(key: Key, demands: Demands, entry: Entry | undefined, mayWait: boolean): void {
    const { headers, route } = this.#ask;
    const id = `${route.routeId}\n${key.keyed}`;
    if (mayWait && this.#wait(id, key, demands)) return;
    // What is answered to a client's own condition may be for nobody else.
    const flight = !entry && isConditional(headers) ? undefined : this.#parts.flights.begin(id);
    this.#fetch(key, entry, flight);
  }

  /** Who has cookies for the app gets what was made for everybody, if the app says that it was. */
  #usable(entry: Entry | undefined, { personal, authorised }: Key): Entry | undefined {
    return entry && (personal || authorised) && !entry.policy.shared ? undefined : entry;
  }

  #answer(entry: Entry, ageMs: number, result: CacheResult): void {
    const { request, way, headers, onResult, onFault } = this.#ask;
    const { forwarder, store } = this.#parts;
    onResult(result);
    const answer = answerFrom(entry, request.method, headers, ageMs, result, store);
    this.#inner = forwarder.replay(request, way, answer, onFault);
  }

  /** Waits for somebody else who asks for the same; true when there is somebody. */
  #wait(id: string, key: Key, demands: Demands): boolean {
    const { clock, flights } = this.#parts;
    const left = WAIT_MS - (clock.monotonic() - this.#arrived);
    // Whoever wants a new answer does not want one that was asked for earlier.
    if (left <= 0 || demands.noCache || demands.maxAgeMs === 0) return false;
    this.#stopWaiting = flights.wait(id, left, (outcome) => {
      this.#stopWaiting = undefined;
      // When the one who asked went away, the next one asks for all others.
      this.#read(key, demands, outcome === "failed");
    });
    return this.#stopWaiting !== undefined;
  }

  /** Asks the app, and keeps the answer if it may be kept. `stale`: what is kept; the app is asked whether it is still right. */
  #fetch(key: Key, stale: Entry | undefined, flight: Flight | undefined): void {
    const { request, way, target, headers, onResult } = this.#ask;
    onResult("miss");
    const sent = stale ? askingWhether(headers, validatorsOf(stale.headers)) : headers;
    const before = (passage: Passage) => {
      this.#recording = this.#record(passage, key, stale, onResult, (outcome) => flight?.over(outcome));
      return this.#recording;
    };
    const onFault = (fault: UpstreamFault) => this.#failed(fault, stale);
    this.#inner = this.#parts.forwarder.forward(request, way, requestHead("GET", target, sent), onFault, before);
  }

  #record(
    passage: Passage,
    key: Key,
    stale: Entry | undefined,
    onResult: (result: CacheResult) => void,
    onOutcome: (outcome: Outcome) => void,
  ): Recording {
    const { store, clock } = this.#parts;
    const { headers, route, options } = this.#ask;
    const place = store.place(route.routeId, key.target);
    return new Recording(passage, { key, place, asked: headers, stale, ...options, onResult, onOutcome }, store, clock);
  }

  #failed(fault: UpstreamFault, stale: Entry | undefined): void {
    this.#end();
    const ageMs = stale && ageOf(stale, this.#parts.clock.monotonic());
    const mayAnswer = !this.#ask.request.answered && STANDS_IN.has(fault.kind);
    if (stale && ageMs !== undefined && mayAnswer && mayStandIn(stale.policy, ageMs)) {
      this.#ask.onStandIn(fault);
      this.#answer(stale, ageMs, "stale");
    } else {
      this.#ask.onFault(fault);
    }
  }

  /** Fetches a new answer while the old one is given (RFC 5861, section 3). No client waits for it. */
  #refresh(entry: Entry, key: Key): void {
    if (entry.refreshing) return;
    entry.refreshing = true;
    const { request, way, target, headers } = this.#ask;
    // What is kept is the app's own; rewriting is for clients.
    const { staged: _, ...same } = way;
    const plain = { ...same, idleTimeoutMs: way.idleTimeoutMs || REFRESH_SILENCE_MS };
    let recording: Recording | undefined;
    let exchange: Exchange | undefined;
    const over = () => {
      entry.refreshing = false;
      recording?.end("failed");
    };
    const nobody = new Nobody(request, over);
    const before = (passage: Passage) => {
      recording = this.#record(
        passage,
        key,
        entry,
        () => {},
        (outcome) => {
          // What is not kept is of no use to anybody.
          if (outcome !== "kept") exchange?.abort();
        },
      );
      return recording;
    };
    const head = requestHead("GET", target, askingWhether(headers, validatorsOf(entry.headers)));
    exchange = this.#parts.forwarder.forward(nobody, plain, head, () => nobody.abort(), before);
  }

  /** A request that may change what the app shows: what is kept of it is forgotten when the app agrees. */
  #change(): void {
    const { route, target, headers } = this.#ask;
    const { store } = this.#parts;
    this.#passOn("bypass", (status, raw) => {
      for (const changed of invalidatedBy(status, raw, headers, target)) store.empty(route.routeId, changed);
    });
  }

  /** `stale`: what is kept, and may stand in for an app that cannot be reached. */
  #passOn(
    result: CacheResult,
    onAnswer: (status: number, raw: readonly string[]) => void = () => {},
    stale?: Entry,
  ): void {
    const { request, way, target, headers, onResult } = this.#ask;
    const onFault = (fault: UpstreamFault) => this.#failed(fault, stale);
    onResult(result);
    const head = requestHead(request.method, target, headers);
    const before = (passage: Passage) => new Through(passage, result, onAnswer);
    this.#inner = this.#parts.forwarder.forward(request, way, head, onFault, before);
  }
}
