import { AsyncLocalStorage } from "node:async_hooks";
import { EVENTS, type EventType } from "@nekzus/contract";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import { fromJson, toInstant, toJson } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import { type Audience, type Audiences, scopeOf, type Viewer } from "./audience.ts";
import { createEventStore, type RecordedEvent, type UnrecordedEvent } from "./store.ts";
import type { CoreBus, Topics } from "./topics.ts";

export type { RecordedEvent } from "./store.ts";

/** Events that wait for a disk that fails; beyond them the oldest are given up. */
const BUFFER = 10_000;
const BATCH = 500;
/** Milliseconds until the next attempt after a failed one. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
/** How long stop() waits for the last events to be written, in milliseconds. */
const STOP_TIMEOUT = 5_000;

/** What happened after a number. */
export type EventsSince = {
  /** Oldest first, only those that the caller may see. */
  events: RecordedEvent[];
  /** The number of the newest event of all. */
  latest: number;
  /** Some of what happened after that number is not kept any more: read the state itself again. */
  gap: boolean;
};

/** An event as it was recorded, for those who hear of it at once. */
export type PublishedEvent = Omit<RecordedEvent, "data"> & {
  /** Its data, as JSON. */
  json: string;
  audience: Audience;
};

export type EventLog = {
  /** Begins to record. Call it outside any request. */
  start(): void;
  /** Ends recording after what waits is written, at most 5 s. */
  stop(): Promise<void>;
  /** The events with a number above `after` that `who` may see, at most `limit`. */
  since(after: number, limit: number, who: Viewer): Promise<EventsSince>;
  /** The number of the newest event that is recorded; 0 when there never was one. */
  latest(): Promise<number>;
  /** Tells of events once they have a number, in the order of the numbers. The returned function ends it. */
  onRecorded(listener: (events: readonly PublishedEvent[]) => void): () => void;
  /** Keeps the newest `keep` events and removes the rest; answers how many. */
  prune(keep: number): Promise<number>;
};

/**
 * Makes the record of everything that clients can see happen. Events get numbers that only grow, in the order in
 * which they were emitted. Nobody who emits waits for the disk; while it fails, events wait in memory.
 */
export function createEventLog(deps: {
  storage: Storage;
  bus: CoreBus;
  audiences: Audiences;
  clock: Clock;
  log: Logger;
}): EventLog {
  const { storage, bus, audiences, clock, log } = deps;
  const store = createEventStore(storage);
  let waiting: UnrecordedEvent[] = [];
  let lost = 0;
  let failures = 0;
  let writing: Promise<void> | undefined;
  let retry: Timer | undefined;
  let unsubscribe: (() => void) | undefined;
  const listeners = new Set<(events: readonly PublishedEvent[]) => void>();
  // Emitters may stand inside a write transaction, in which a write of our own would be refused.
  let outside: (run: () => void) => void = (run) => run();

  function collect<T extends keyof Topics>(topic: T, payload: Topics[T]): void {
    if (!isEvent(topic)) return;
    const { sensitive } = audiences.of(scopeOf(topic, payload as Record<string, unknown>));
    waiting.push({ type: topic, data: toJson(payload), created_at: clock.now(), sensitive: sensitive ? 1 : 0 });
    trim();
    outside(write);
  }

  function trim(): void {
    const excess = waiting.length - BUFFER;
    if (excess <= 0) return;
    waiting.splice(0, excess);
    lost += excess;
  }

  function write(): void {
    if (writing || retry || waiting.length === 0) return;
    // What is said in one go is written, and told, in one go.
    writing = Promise.resolve()
      .then(drain)
      .finally(() => {
        writing = undefined;
        write();
      });
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      const missing = lost;
      try {
        const numbers = await store.append(batch, missing > 0);
        lost -= missing;
        publish(batch, numbers);
        if (failures > 0) log.info({ lost: missing }, "events are recorded again");
        failures = 0;
      } catch (error) {
        failed(batch, error);
        return;
      }
    }
  }

  function publish(batch: readonly UnrecordedEvent[], numbers: readonly number[]): void {
    if (!listeners.size) return;
    const published = batch.map(({ type, data: json, created_at, sensitive }, i): PublishedEvent => {
      const audience = { scope: scopeOf(type, fromJson(json)), sensitive: sensitive === 1 };
      return { number: numbers[i] as number, type, json, audience, timestamp: toInstant(created_at) };
    });
    for (const listener of listeners) {
      try {
        listener(published);
      } catch (error) {
        // They are recorded, whoever could not bear to hear of it.
        log.error({ err: error }, "a listener to recorded events failed");
      }
    }
  }

  function failed(batch: UnrecordedEvent[], error: unknown): void {
    if (error instanceof Problem && error.code === "STORAGE_UNAVAILABLE") {
      waiting = [...batch, ...waiting];
      trim();
    } else {
      // Not the disk but one of these events: trying again would only hold up all that follow.
      lost += batch.length;
    }
    const delay = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** failures);
    if (failures++ === 0) log.error({ err: error, waiting: waiting.length, lost }, "events cannot be recorded");
    retry = clock.after(delay, () => {
      retry = undefined;
      write();
    });
  }

  return {
    start() {
      outside = AsyncLocalStorage.snapshot();
      unsubscribe = bus.onAny(collect);
    },

    async stop() {
      unsubscribe?.();
      retry?.cancel();
      retry = undefined;
      const late = Promise.withResolvers<void>();
      const timer = clock.after(STOP_TIMEOUT, late.resolve);
      write();
      await Promise.race([writing, late.promise]);
      timer.cancel();
      (retry as Timer | undefined)?.cancel();
      if (waiting.length + lost > 0) log.error({ lost: waiting.length + lost }, "events could not be recorded");
    },

    async since(after, limit, who) {
      // So that whoever changed something finds its event; a failing disk does not hold the answer up.
      await writing;
      const events: RecordedEvent[] = [];
      const first = await store.since(after, limit);
      let page = first.events;
      for (;;) {
        const seen = page.filter(({ event: { type, data }, sensitive }) =>
          audiences.maySee(who, { scope: scopeOf(type, data), sensitive }),
        );
        events.push(...seen.map(({ event }) => event));
        const last = page.at(-1);
        if (!last || page.length < limit || events.length >= limit) break;
        page = (await store.since(last.event.number, limit)).events;
      }
      return { ...first, events: events.slice(0, limit) };
    },

    latest: () => store.latest(),

    onRecorded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    prune: (keep) => store.prune(keep),
  };
}

function isEvent(topic: keyof Topics): topic is EventType {
  return Object.hasOwn(EVENTS, topic);
}
