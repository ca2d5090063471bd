import type { Network } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import type { Outbound } from "../../../kit/outbound.ts";
import { type Channel, failed } from "./channel.ts";
import { judgeAnswer } from "./http-answer.ts";
import { PRESETS, type WebhookSettings } from "./presets.ts";

/** Longest wait for an answer, in ms, and how much of it is read, in bytes. */
const ANSWER_MS = 20_000;
const ANSWER_BYTES = 4096;

/**
 * The channel to an HTTP service: a plain, signed webhook, or the shape that a known service wants. It goes to public
 * addresses, and to networks that the configuration lists.
 */
export function createWebhookChannel(parts: {
  settings: WebhookSettings;
  outbound: Pick<Outbound, "fetchFrom">;
  networks: readonly Network[];
  clock: Clock;
}): Channel {
  const { settings, outbound, networks, clock } = parts;
  return {
    kind: "webhook",
    async send(message, signal) {
      try {
        const { url, ...request } = PRESETS[settings.preset](message, settings, clock.now());
        const answer = await outbound.fetchFrom({
          ...request,
          url,
          method: "POST",
          // The same id each time it is sent, so that a receiver, or what stands before it, can drop what it has.
          headers: { ...request.headers, "user-agent": "Nekzus", "x-nekzus-id": message.id },
          allow: ["public"],
          networks,
          maxBytes: ANSWER_BYTES,
          timeoutMs: ANSWER_MS,
          signal,
        });
        return judgeAnswer(answer, clock.now());
      } catch (error) {
        // The guard names hosts and addresses only, never a path.
        return failed((error as Error).message);
      }
    },
  };
}
