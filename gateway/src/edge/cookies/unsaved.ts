import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import {
  type CookieChange,
  cookieKey,
  type JarName,
  type JarQuestion,
  MAX_COOKIES_OF_APP,
} from "../../wire/session-cookies.ts";

/** Shortest time between two messages about one jar, in ms: some apps set a new cookie with each answer. */
const PAUSE_MS = 500;
/** When what the core did not take is said again, in ms. */
const AGAIN_MS = 5000;
/** Jars with changes that the core has not taken: more only while it is away, and then the oldest are lost. */
const MAX_JARS = 1000;
/** Changes of one jar that are kept for the core; no jar holds as many cookies. */
const MAX_CHANGES = 2 * MAX_COOKIES_OF_APP;

/** What was captured and is not known to be stored. */
export type Unsaved = {
  /** Changes of a jar, in their order. */
  of(key: string): CookieChange[];
  add(key: string, jar: JarName, changes: readonly CookieChange[]): void;
  /** The core has taken the changes of a jar up to this number. */
  taken(key: string, number: number): void;
  drop(whose: (jar: JarName) => boolean): void;
  connect(send: (message: JarQuestion) => void): void;
  disconnect(): void;
  /** Resolves when nothing is left, or after `ms`. */
  empty(ms: number): Promise<void>;
};

type Entry = {
  jar: JarName;
  /** By cookie: the last change of each counts. `number`: the message that told it last, 0 for none. */
  changes: Map<string, { change: CookieChange; number: number }>;
  /** When it was told last, of the clock's monotonic time. */
  toldAt: number;
  timer: Timer | undefined;
};

/**
 * Tells the core what was captured until it has taken it. A message holds everything about its jar that is not taken
 * yet, so that one which got lost takes nothing with it.
 */
export function createUnsaved({ clock, log }: { clock: Clock; log: Logger }): Unsaved {
  const entries = new Map<string, Entry>();
  let send: ((message: JarQuestion) => void) | undefined;
  const waiting: (() => void)[] = [];
  let lastNumber = 0;
  /** It was said that cookies are lost, since the core came last. */
  let isLosing = false;

  function tell(entry: Entry): void {
    entry.timer?.cancel();
    entry.timer = undefined;
    if (!send) return;
    const number = ++lastNumber;
    for (const told of entry.changes.values()) told.number = number;
    entry.toldAt = clock.monotonic();
    entry.timer = clock.after(AGAIN_MS, () => tell(entry));
    const changes = [...entry.changes.values()].map(({ change }) => change);
    send({ type: "jar-changes", jar: entry.jar, number, changes });
  }

  function remove(key: string, entry: Entry): void {
    entry.timer?.cancel();
    entries.delete(key);
    wake();
  }

  const isLeft = () => [...entries.values()].some(({ changes }) => changes.size > 0);

  function wake(): void {
    if (waiting.length && !isLeft()) for (const done of waiting.splice(0)) done();
  }

  /** What is left of the pause, in ms. */
  function restOf({ toldAt }: Entry): number {
    return Math.max(0, toldAt + PAUSE_MS - clock.monotonic());
  }

  function makeRoom(): void {
    const [oldest] = entries;
    if (entries.size <= MAX_JARS || !oldest) return;
    if (oldest[1].changes.size && !isLosing) {
      isLosing = true;
      log.warn({ jars: MAX_JARS }, "too many cookies wait for the core: the oldest are lost until it takes them");
    }
    remove(...oldest);
  }

  return {
    of: (key) => [...(entries.get(key)?.changes.values() ?? [])].map(({ change }) => change),

    add(key, jar, changes) {
      let entry = entries.get(key);
      if (!entry) {
        entry = { jar, changes: new Map(), toldAt: Number.NEGATIVE_INFINITY, timer: undefined };
        entries.set(key, entry);
        makeRoom();
      }
      for (const change of changes) {
        const cookie = cookieKey(change.cookie);
        const before = entry.changes.get(cookie)?.change;
        const merged = before ? afterChange(before, change) : change;
        if (merged === before) continue;
        entry.changes.delete(cookie);
        entry.changes.set(cookie, { change: merged, number: 0 });
      }
      for (const cookie of entry.changes.keys()) {
        if (entry.changes.size <= MAX_CHANGES) break;
        entry.changes.delete(cookie);
      }
      const changed = entry;
      changed.timer?.cancel();
      changed.timer = clock.after(restOf(changed), () => tell(changed));
    },

    taken(key, number) {
      const entry = entries.get(key);
      if (!entry) return;
      for (const [cookie, told] of entry.changes) {
        if (told.number > 0 && told.number <= number) entry.changes.delete(cookie);
      }
      if (entry.changes.size) return;
      // It stays for the pause, so that the next change waits for its end.
      entry.timer?.cancel();
      entry.timer = clock.after(restOf(entry), () => remove(key, entry));
      wake();
    },

    drop(whose) {
      for (const [key, entry] of [...entries]) if (whose(entry.jar)) remove(key, entry);
    },

    connect(to) {
      send = to;
      isLosing = false;
      for (const entry of entries.values()) if (entry.changes.size) tell(entry);
    },
    disconnect() {
      send = undefined;
    },

    async empty(ms) {
      if (!isLeft()) return;
      for (const entry of entries.values()) if (entry.changes.size) tell(entry);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        clock.after(ms, resolve);
      });
    },
  };
}

/** The last change of a cookie that changed twice. One that only fills a gap leaves what was set before, also by another. */
function afterChange(before: CookieChange, change: CookieChange): CookieChange {
  if (change.kind === "remove" || !change.onlyIfNew) return change;
  return before.kind === "set" ? before : { kind: "set", cookie: change.cookie };
}
