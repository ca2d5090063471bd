import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import type { activity as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { randomId } from "../../../kit/ids.ts";
import type { Logger } from "../../../kit/log.ts";
import type { Answer, Call } from "../../http/binding.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { Audiences } from "../audience.ts";
import type { CoreBus, Topics } from "../topics.ts";
import { createActivityStore, type StoredEntry } from "./activity-store.ts";
import { entryOf } from "./entries.ts";

/** An entry of the feed as clients see it. */
export type ActivityEntry = z.input<typeof contract.ActivityEntry>;

/** What a webhook says; for these devices alone, or for everybody who may read events when there are none. */
export type WebhookEntry = {
  message: string;
  icon: string;
  iconClass: string;
  details?: string | undefined;
  devices: readonly string[];
};

const DEFAULT_LIMIT = 50;
/** How many additions pass between two looks at the number of entries. */
const PRUNE_EVERY = 100;

export type Activity = {
  /** Begins to record what happens. Call it outside any request. */
  start(): void;
  /** Ends recording after what waits is written. */
  stop(): Promise<void>;
  recent(call: Call<typeof contract.activityRecent>): Promise<Answer<typeof contract.activityRecent>>;
  /** Makes an entry of what a webhook said, in the caller's transaction; `tell` it once that is committed. */
  addWebhook(tx: Write, entry: WebhookEntry): Promise<{ entry: ActivityEntry; tell(): void }>;
  /** Resolves when everything heard of so far is in the feed. */
  settled(): Promise<void>;
  /** Keeps as many entries as the settings say; answers how many went. */
  prune(): Promise<number>;
};

/** Makes the activity feed: what happened in the house, in words for people, fed from the bus and by webhooks. */
export function createActivity(parts: {
  storage: Storage;
  bus: CoreBus;
  audiences: Audiences;
  clock: Clock;
  log: Logger;
  keepEntries: () => number;
}): Activity {
  const { storage, bus, audiences, clock, log, keepEntries } = parts;
  const store = createActivityStore(storage, audiences);
  let writing: Promise<void> = Promise.resolve();
  let added = 0;
  let unsubscribe = () => {};
  // Emitters may stand inside a write transaction, in which a write of our own would be refused.
  let outside: (run: () => void) => void = (run) => run();

  function collect<T extends keyof Topics>(topic: T, payload: Topics[T]): void {
    const text = entryOf(topic, payload);
    if (!text) return;
    const { about, ...same } = text;
    const { sensitive } = audiences.of(text.scope);
    const entry = {
      details: "",
      devices: [],
      notice: false,
      ...same,
      sensitive,
      id: `${about}_${randomId("", 6)}`,
      at: clock.now(),
    };
    outside(() => {
      writing = writing.then(() => add(entry));
    });
  }

  async function add(entry: StoredEntry): Promise<void> {
    try {
      await storage.write((tx) => store.add(tx, entry));
      tell(entry);
      if (++added % PRUNE_EVERY === 0) await store.prune(keepEntries());
    } catch (error) {
      // The event log keeps what happened until the disk works again; this is its summary for people.
      log.warn({ err: error, type: entry.type }, "an entry of the activity feed could not be written");
    }
  }

  function tell(entry: StoredEntry): void {
    bus.emit("activity-added", { entry: shown(entry), audience: entry, notice: entry.notice });
  }

  return {
    start() {
      outside = AsyncLocalStorage.snapshot();
      unsubscribe = bus.onAny(collect);
    },

    async stop() {
      unsubscribe();
      await writing;
    },

    async recent({ query, caller: { principal } }) {
      await writing;
      const device = principal.kind === "device" ? principal.id.slice("device:".length) : undefined;
      const reader = { who: principal, device };
      const limit = query.limit ?? DEFAULT_LIMIT;
      const offset = query.offset ?? 0;
      const filter = { types: query.type?.split(",") };
      const activities = (await store.find(reader, filter, limit, offset)).map(shown);
      if (query.limit === undefined && query.offset === undefined) return { body: activities };
      return { body: { activities, total: await store.count(reader, filter), limit, offset } };
    },

    async addWebhook(tx, { devices, details = "", ...text }) {
      const at = clock.now();
      // P's form is Unix nanoseconds; what a millisecond does not tell is drawn, so that no two are the same.
      const id = `webhook-${at}${String(randomInt(1_000_000)).padStart(6, "0")}`;
      const scope = devices.length ? "read:*" : "read:events";
      const about = { scope, sensitive: false, devices, notice: true };
      const entry = { ...text, ...about, id, type: "webhook.activity", details, at };
      await store.add(tx, entry);
      return { entry: shown(entry), tell: () => tell(entry) };
    },

    settled: () => writing,

    prune: () => store.prune(keepEntries()),
  };
}

/** An entry as clients see it. */
export function shown({ id, type, icon, iconClass, message, details, at, scope }: StoredEntry): ActivityEntry {
  const appId = /^access:(.+)$/.exec(scope)?.[1];
  return { id, type, icon, iconClass, message, ...(details && { details }), timestamp: at, ...(appId && { appId }) };
}
