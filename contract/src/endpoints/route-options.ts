import { z } from "zod";
import { Duration } from "../shapes.ts";

/** Stands for a value that is never answered. Sent back, it means the value that is kept. */
export const HIDDEN_VALUE = "[hidden]";

/** A header's name (RFC 9110, section 5.1). */
export const HeaderName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, "a header name");

/** Printable ASCII, so that no value can end its line or mean different text to different apps. */
const HeaderValue = z
  .string()
  .max(4000)
  .regex(/^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/, "printable ASCII without spaces at its ends");

/** Names and values; each name once, whatever its case. */
export const SetHeaders = z
  .record(HeaderName, HeaderValue)
  .refine((headers) => Object.keys(headers).length <= 50, "must hold at most 50 headers");

/** Networks by CIDR, or single addresses, of IPv4 and IPv6. */
export const Networks = z.array(z.string().min(1).max(60)).max(100);

/** How much one client may ask for. */
export const RateLimit = z.object({
  perMinute: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("Requests of one client in a minute, in the long run; 0: no limit."),
  burst: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("How many may come at once after a pause; 0: as many as in a minute."),
});

/** Bytes of one answer that are kept at most when nothing is said: 1 MiB. */
const CACHED_BYTES = 1_048_576;

/** What is kept of the app's answers. */
export const Cache = z.object({
  enabled: z.boolean().default(false).describe("Keep answers that may be shared."),
  ttl: Duration.or(z.literal(""))
    .default("")
    .describe("How long an answer is fresh that does not say so itself, 1s to 24h; empty: such answers are not kept."),
  maxBytes: z
    .int()
    .min(1_000)
    .max(67_108_864)
    .default(CACHED_BYTES)
    .describe("Largest body of one answer that is kept, in bytes, 1 kB to 64 MiB."),
});

/** The defaults, as PUT fills them in. */
export const NO_RATE_LIMIT: z.output<typeof RateLimit> = { perMinute: 0, burst: 0 };
export const NO_CACHE: z.output<typeof Cache> = { enabled: false, ttl: "", maxBytes: CACHED_BYTES };
