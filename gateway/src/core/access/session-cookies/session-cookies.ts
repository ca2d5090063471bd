import type { sessionCookies as contract } from "@nekzus/contract";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import type { JarAnswer, JarQuestion } from "../../../wire/session-cookies.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage } from "../../storage/storage.ts";
import { createSessionCookieStore } from "./store.ts";

/** How often what has expired is removed, in ms. */
const PURGE_MS = 3_600_000;

export type SessionCookies = {
  list(call: Call<typeof contract.sessionCookiesList>): Promise<Answer<typeof contract.sessionCookiesList>>;
  clear(call: Call<typeof contract.sessionCookiesClear>): Promise<Answer<typeof contract.sessionCookiesClear>>;
  clearApp(call: Call<typeof contract.sessionCookiesClearApp>): Promise<Answer<typeof contract.sessionCookiesClearApp>>;
  /** For how many apps cookies are kept, by device id; only of one when it is given. */
  keptSignIns(deviceId?: string): Promise<Map<string, number>>;
  /** Forgets what is kept for a device, or of one app for it. */
  forget(deviceId: string, app?: string): Promise<void>;
  /** What an edge asks or captured. `answer` goes to this edge, `others` to all but this one. */
  onEdge(message: JarQuestion, answer: (jar: JarAnswer) => void, others: (jar: JarAnswer) => void): void;
  start(): void;
  stop(): Promise<void>;
};

/** Cookies of apps, kept for the devices whose web views lose them (10 §9). */
export function createSessionCookies(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  log: Logger;
}): SessionCookies {
  const { clock, bus, log } = parts;
  const store = createSessionCookieStore(parts.storage);
  /** The last thing to do for each device: one after the other, so that edges hear of changes in their order. */
  const turns = new Map<string, Promise<void>>();
  let purging: Timer | undefined;
  let endListening = () => {};

  function inTurn(deviceId: string, work: () => Promise<void>): Promise<void> {
    const done = (turns.get(deviceId) ?? Promise.resolve()).then(work);
    const turn = done
      .catch(() => {})
      .then(() => {
        if (turns.get(deviceId) === turn) turns.delete(deviceId);
      });
    turns.set(deviceId, turn);
    return done;
  }

  function forget(deviceId: string, app?: string): Promise<void> {
    return inTurn(deviceId, async () => {
      await store.remove(deviceId, app);
      bus.emit("session-cookies-forgotten", { device: `device:${deviceId}`, ...(app !== undefined && { app }) });
    });
  }

  async function purge(): Promise<void> {
    try {
      await store.removeExpired(clock.now());
    } catch (error) {
      log.error({ err: error }, "expired cookies could not be removed; it is tried again in an hour");
    }
  }

  return {
    async list({ caller }) {
      const kept = await store.ofDevice(ownId(caller.principal.id), clock.now());
      const sessions = kept.map(({ appId, cookies, setAt, expiresAt }) => ({
        appId,
        cookieCount: cookies,
        lastUpdated: toInstant(setAt),
        ...(expiresAt !== undefined && { expiresAt: toInstant(expiresAt) }),
      }));
      return { body: { sessions } };
    },

    async clear({ caller }) {
      await forget(ownId(caller.principal.id));
      return {};
    },

    async clearApp({ caller, params }) {
      await forget(ownId(caller.principal.id), params.appId);
      return {};
    },

    keptSignIns: (deviceId) => store.appsByDevice(clock.now(), deviceId),
    forget,

    onEdge(message, answer, others) {
      const { jar } = message;
      inTurn(ownId(jar.device), async () => {
        if (message.type === "jar-wanted") {
          answer({ type: "jar", jar, cookies: await store.jar(jar) });
          return;
        }
        const { cookies, shortened } = await store.change(jar, message.changes, clock.now());
        const now: JarAnswer = { type: "jar", jar, cookies: [...cookies] };
        others(now);
        answer({ ...now, taken: message.number });
        for (const app of shortened) {
          const other: JarAnswer = { type: "jar", jar: { ...jar, app }, cookies: await store.jar({ ...jar, app }) };
          others(other);
          answer(other);
        }
      }).catch((error) => {
        // The edge goes on with what it knows, and says again what was not taken.
        log.error({ err: error, device: jar.device, app: jar.app }, "kept cookies could not be read or saved");
      });
    },

    start() {
      // Another app may take the id: it must not be shown what this one set.
      endListening = bus.on("app_removed", ({ appId }) => bus.emit("session-cookies-forgotten", { app: appId }));
      void purge();
      purging = clock.every(PURGE_MS, () => void purge());
    },
    async stop() {
      endListening();
      purging?.cancel();
      await Promise.all(turns.values());
    },
  };
}

/** The id of a device in its table. */
function ownId(subject: string): string {
  return subject.slice("device:".length);
}
