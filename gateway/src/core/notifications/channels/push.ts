import { createHash } from "node:crypto";
import type { Network } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import type { Outbound } from "../../../kit/outbound.ts";
import { encryptPush, LONGEST_PUSH, type PushKeys } from "../push/encrypt.ts";
import type { Vapid } from "../push/vapid.ts";
import { type Channel, failed, type Message, type Severity } from "./channel.ts";
import { judgeAnswer } from "./http-answer.ts";

/** A browser's subscription. `origin` is the dashboard's address at which it was made. */
export type PushAddress = { endpoint: string; keys: PushKeys; origin: string };

/** How long push services keep a message for a browser that is away, in seconds. */
const KEEP_SECONDS = 24 * 3600;
const ANSWER_MS = 20_000;
const ANSWER_BYTES = 4096;
/** Longest title, in characters, so that something is left for the text. */
const LONGEST_TITLE = 200;

const URGENCY: Record<Severity, string> = { info: "normal", warning: "normal", critical: "high" };

/** The channel to one browser, by its push service (RFC 8030), encrypted so that the service cannot read it (RFC 8291). */
export function createPushChannel(parts: {
  address: PushAddress;
  vapid: Vapid;
  outbound: Pick<Outbound, "fetchFrom">;
  networks: readonly Network[];
  clock: Clock;
}): Channel {
  const { address, vapid, outbound, networks, clock } = parts;
  return {
    kind: "push",
    async send(message, signal) {
      const now = clock.now();
      let body: Buffer;
      try {
        body = encryptPush(textOf(message), address.keys);
      } catch {
        return failed("The browser's key cannot be used.", { final: true, gone: true });
      }
      try {
        const endpoint = new URL(address.endpoint);
        const answer = await outbound.fetchFrom({
          url: endpoint,
          method: "POST",
          body,
          headers: {
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            ttl: String(KEEP_SECONDS),
            urgency: URGENCY[message.severity],
            // The same each time it is sent: a service that still holds it replaces it. At most 32 characters.
            topic: createHash("sha256").update(message.id).digest("base64url").slice(0, 32),
          },
          credentials: { authorization: vapid.authorization(endpoint, address.origin, now) },
          allow: ["public"],
          networks,
          maxBytes: ANSWER_BYTES,
          timeoutMs: ANSWER_MS,
          signal,
        });
        if (answer.status === 404 || answer.status === 410) {
          return failed("The browser is no longer subscribed.", { final: true, gone: true });
        }
        return judgeAnswer(answer, clock.now());
      } catch (error) {
        return failed((error as Error).message);
      }
    },
  };
}

/** What the service worker shows, short enough for one record. */
function textOf({ id, type, title, body, severity, at, data: { event } }: Message): string {
  const about = typeof event === "string" ? { event } : {};
  const text = (shown: string) =>
    JSON.stringify({ id, type, ...about, title: title.slice(0, LONGEST_TITLE), body: shown, severity, timestamp: at });
  let shown = body.slice(0, LONGEST_PUSH);
  while (shown && Buffer.byteLength(text(shown)) > LONGEST_PUSH) {
    shown = `${shown.slice(0, Math.floor(shown.length * 0.9) - 1)}…`;
    if (shown === "…") shown = "";
  }
  return text(shown);
}
