import { LRUCache } from "lru-cache";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import {
  type CookieChange,
  changedJar,
  cookieKey,
  type JarAnswer,
  type JarName,
  type JarQuestion,
  type KeptCookie,
} from "../../wire/session-cookies.ts";
import { isNews } from "./news.ts";
import { createUnsaved, type Unsaved } from "./unsaved.ts";

/** Longest time that a request waits for a jar, in ms. */
const WAIT_MS = 1000;
/** When a core that does not answer is asked again, in ms. */
const AGAIN_MS = 5000;
/** Jars in memory, and their size in characters. */
const MAX_JARS = 2000;
const MAX_SIZE = 16 * 1024 * 1024;

/** The cookies of one app at one device, as this edge knows them. */
export type Jar = {
  /** What the core said last; undefined until it said something. */
  base: readonly KeptCookie[] | undefined;
  /** The same with what was captured since. */
  cookies: readonly KeptCookie[];
};

export type Jars = {
  /**
   * Calls `use` with the jar: at once when it is known, else as soon as the core told, and after a second in any case;
   * then without a base, or with what an earlier core said.
   */
  open(name: JarName, use: (jar: Jar) => void): void;
  /** Notes what an answer did to a jar; the core is told. */
  change(name: JarName, changes: readonly CookieChange[]): void;
  take(answer: JarAnswer): void;
  /** Kept cookies were removed: of one device, of one app, or of one app at one device. */
  forget(whose: { device?: string; app?: string }): void;
  /** A core is there; what an earlier one did not take is said again. */
  connect(send: (message: JarQuestion) => void): void;
  disconnect(): void;
  /** Resolves when the core has taken everything, or after a second. */
  saved(): Promise<void>;
};

type Held = Jar & {
  name: JarName;
  /** Was it told by the core that is there now? Another may know more. */
  fresh: boolean;
  /** When the core that is there now was asked, of the clock's monotonic time. */
  askedAt: number | undefined;
  /** A request waited in vain: the next ones do not until the core answers. */
  givenUp: boolean;
  waiting: ((jar: Jar) => void)[];
  timer: Timer | undefined;
};

/** The jars that an edge works with: asked of the core once, then kept up to date by it. */
export function createJars({ clock, log }: { clock: Clock; log: Logger }): Jars {
  const held = new LRUCache<string, Held>({ max: MAX_JARS, maxSize: MAX_SIZE, sizeCalculation: sizeOf });
  const unsaved: Unsaved = createUnsaved({ clock, log });
  let send: ((message: JarQuestion) => void) | undefined;

  function hold(name: JarName): Held {
    const key = keyOf(name);
    let jar = held.get(key);
    if (!jar) {
      const state = { fresh: false, askedAt: undefined, givenUp: false, waiting: [], timer: undefined };
      jar = { name, base: undefined, cookies: [], ...state };
      update(jar);
    }
    return jar;
  }

  /** Puts what was captured on top of what the core said. */
  function update(jar: Held): void {
    const key = keyOf(jar.name);
    jar.cookies = changedJar(jar.base ?? [], unsaved.of(key), clock.now());
    // Its size may be another one, which is asked only of what is new.
    held.delete(key);
    held.set(key, jar);
  }

  function ask(jar: Held): void {
    const now = clock.monotonic();
    if (!send || (jar.askedAt !== undefined && now - jar.askedAt < AGAIN_MS)) return;
    jar.askedAt = now;
    send({ type: "jar-wanted", jar: jar.name });
  }

  function serveWaiting(jar: Held): void {
    jar.timer?.cancel();
    jar.timer = undefined;
    for (const use of jar.waiting.splice(0)) use(jar);
  }

  function giveUp(jar: Held): void {
    jar.givenUp = true;
    serveWaiting(jar);
  }

  return {
    open(name, use) {
      const jar = hold(name);
      if (!jar.fresh) ask(jar);
      // Without a core there is no use in waiting for what is known in part.
      if (jar.fresh || jar.givenUp || (!send && jar.base)) {
        use(jar);
        return;
      }
      jar.waiting.push(use);
      jar.timer ??= clock.after(WAIT_MS, () => giveUp(jar));
    },

    change(name, changes) {
      const jar = hold(name);
      const news = jar.base ? changes.filter((change) => isNews(change, jar.cookies)) : changes;
      if (!news.length) return;
      unsaved.add(keyOf(name), name, news);
      update(jar);
    },

    take({ jar: name, cookies, taken }) {
      const key = keyOf(name);
      if (taken !== undefined) unsaved.taken(key, taken);
      const jar = held.get(key);
      if (!jar) return;
      // What another edge captured is no answer to a question that is still to be answered, but as good as one.
      Object.assign(jar, { base: cookies, fresh: true, askedAt: undefined, givenUp: false });
      update(jar);
      serveWaiting(jar);
    },

    forget({ device, app }) {
      const meant = (name: JarName) =>
        (device === undefined || name.device === device) && (app === undefined || name.app === app);
      unsaved.drop(meant);
      for (const jar of [...held.values()]) {
        if (!meant(jar.name)) continue;
        if (jar.base) jar.base = [];
        update(jar);
      }
    },

    connect(to) {
      send = to;
      for (const jar of [...held.values()]) {
        Object.assign(jar, { fresh: false, askedAt: undefined, givenUp: false });
        if (jar.waiting.length) ask(jar);
      }
      unsaved.connect(to);
    },

    disconnect() {
      send = undefined;
      for (const jar of held.values()) Object.assign(jar, { fresh: false, askedAt: undefined });
      unsaved.disconnect();
    },

    saved: () => unsaved.empty(WAIT_MS),
  };
}

function keyOf({ device, generation, app }: JarName): string {
  return `${device}\n${generation}\n${app}`;
}

function sizeOf({ cookies }: Held): number {
  let size = 500;
  for (const cookie of cookies) size += cookieKey(cookie).length + cookie.value.length + 200;
  return size;
}
