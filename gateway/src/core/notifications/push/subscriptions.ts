import { AsyncLocalStorage } from "node:async_hooks";
import { createECDH } from "node:crypto";
import type { push as contract } from "@nekzus/contract";
import type { z } from "zod";
import { canonicalAddress } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import { randomId } from "../../../kit/ids.ts";
import type { Logger } from "../../../kit/log.ts";
import { Problem } from "../../../kit/problem.ts";
import type { CoreBus } from "../../events/topics.ts";
import type { Answer, Call, Caller } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { PushStore, StoredSubscription } from "./store.ts";
import type { Vapid } from "./vapid.ts";

/** Browsers of one user; beyond them the oldest goes. */
const MOST = 20;

export type Subscriptions = {
  /**
   * Begins to end subscriptions with the session that they belong to: who was signed out hears nothing any more. Ends
   * those at once whose session was ended while nobody looked.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when those are ended of whose end was heard so far. */
  settled(): Promise<void>;
  state(call: Call<typeof contract.pushState>): Promise<Answer<typeof contract.pushState>>;
  subscribe(call: Call<typeof contract.pushSubscribe>): Promise<Answer<typeof contract.pushSubscribe>>;
  unsubscribe(call: Call<typeof contract.pushUnsubscribe>): Promise<Answer<typeof contract.pushUnsubscribe>>;
};

/** The browsers that people had their messages sent to. */
export function createSubscriptions(parts: {
  store: PushStore;
  vapid(): Promise<Vapid>;
  /** The dashboard's address as the caller's browser reaches it. */
  origin(call: { caller: Caller; header(name: string): string | undefined }): string;
  /** Names a browser by its User-Agent. */
  browserName(userAgent: string | undefined): string;
  /** The ids of sessions and tokens that were withdrawn of late. */
  revokedIds(): Promise<readonly string[]>;
  bus: CoreBus;
  clock: Clock;
  log: Logger;
}): Subscriptions {
  const { store, vapid, bus, clock, log } = parts;
  let work: Promise<void> = Promise.resolve();
  let endings: (() => void)[] = [];

  return {
    async start() {
      // Who withdraws something may stand inside a write transaction.
      const outside = AsyncLocalStorage.snapshot();
      const end = (isOver: Parameters<PushStore["end"]>[0]) =>
        outside(() => {
          work = work
            .then(() => store.end(isOver))
            .catch((error) => log.error({ err: error }, "subscriptions of a browser that was signed out stay"));
        });
      endings = [
        bus.on("credentials-revoked", ({ ids }) => end(({ madeBy }) => ids.includes(madeBy))),
        bus.on("browsers-signed-out", (whose) =>
          end(({ userId, madeBy }) => userId === whose.userId && madeBy !== whose.keep),
        ),
      ];
      const revoked = new Set(await parts.revokedIds());
      end(({ madeBy }) => revoked.has(madeBy));
      await work;
    },

    async stop() {
      for (const end of endings) end();
      await work;
    },

    settled: () => work,

    async state(call) {
      const reason = missing(call.caller, parts.origin(call));
      const all = await store.all(userOf(call.caller));
      return {
        body: {
          available: reason === undefined,
          ...(reason !== undefined && { reason }),
          publicKey: (await vapid()).publicKey,
          subscriptions: all.map((one) => shown(one, call.caller)),
        },
      };
    },

    async subscribe(call) {
      const { body, caller, header } = call;
      const origin = parts.origin(call);
      const reason = missing(caller, origin);
      if (reason !== undefined) throw new Problem("PUSH_UNAVAILABLE", reason);
      const { endpoint, keys } = body;
      if (!isPoint(keys.p256dh)) {
        throw new Problem("VALIDATION_FAILED", "keys.p256dh is no point of P-256", [
          { path: "keys.p256dh", reason: "is no point of P-256" },
        ]);
      }
      const subscription = await store.put(
        {
          id: randomId("push-", 9),
          userId: userOf(caller),
          madeBy: credentialOf(caller),
          address: { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, origin },
          service: new URL(endpoint).host,
          browser: parts.browserName(header("user-agent")),
          createdAt: clock.now(),
          usedAt: undefined,
        },
        MOST,
      );
      return { status: 201, body: shown(subscription, caller) };
    },

    async unsubscribe({ params: { subscriptionId }, caller }) {
      if (await store.remove(subscriptionId, userOf(caller))) return {};
      throw new Problem("NOT_FOUND", `You have no subscription with the id "${subscriptionId}".`);
    },
  };
}

/** What stands in the way of push messages (ruling R17); undefined when nothing does. */
function missing({ facts }: Caller, origin: string): string | undefined {
  const { protocol, hostname } = new URL(origin);
  if (canonicalAddress(hostname.replace(/^\[|\]$/g, "")) !== undefined) {
    return "Push messages need a host name: open the dashboard by its name instead of its address.";
  }
  if (protocol !== "https:" || !facts.secure) {
    return "Push messages need an encrypted connection with a certificate that the browser trusts.";
  }
  return undefined;
}

function isPoint(key: string): boolean {
  const own = createECDH("prime256v1");
  own.generateKeys();
  try {
    own.computeSecret(Buffer.from(key, "base64url"));
    return true;
  } catch {
    return false;
  }
}

/** The guard lets only people in. */
function userOf({ principal }: Caller): number {
  return Number(principal.id.slice("user:".length));
}

/** The id of the session or token that somebody shows; empty for none. */
function credentialOf({ sessionId, token }: Caller): string {
  return sessionId ?? token?.sid ?? token?.jti ?? "";
}

function shown(
  { id, madeBy, browser, service, createdAt, usedAt }: StoredSubscription,
  caller: Caller,
): z.input<typeof contract.PushSubscription> {
  return {
    id,
    current: madeBy === credentialOf(caller),
    browser,
    service,
    createdAt: toInstant(createdAt),
    ...(usedAt !== undefined && { lastUsedAt: toInstant(usedAt) }),
  };
}
