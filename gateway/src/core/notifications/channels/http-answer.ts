import type { OutboundAnswer } from "../../../kit/outbound.ts";
import { type Delivery, failed } from "./channel.ts";

/** The longest wait that the other side may ask for, in ms. */
const LONGEST_RETRY_AFTER = 3_600_000;

/** What an HTTP answer means. Refusals are final but for those that pass: 408, 425, 429 (RFC 9110, RFC 6585) and 5xx. */
export function judgeAnswer({ status, headers }: Pick<OutboundAnswer, "status" | "headers">, now: number): Delivery {
  if (status >= 200 && status < 300) return { state: "delivered" };
  const passes = status >= 500 || status === 408 || status === 425 || status === 429;
  const wait = retryAfter(headers["retry-after"], now);
  return failed(`The other side answered HTTP ${status}.`, {
    final: !passes,
    ...(passes && wait !== undefined && { retryAfterMs: wait }),
  });
}

function retryAfter(value: string | string[] | undefined, now: number): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = /^\d{1,7}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER) : undefined;
}
