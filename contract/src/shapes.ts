import { z } from "zod";

/** An app's id (20 §2.1). */
export const AppId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 letters, digits, hyphens or underscores")
  .meta({ example: "grafana" });

/** Ids of routes, proposals and jobs: what discovery makes contains a colon. */
export const EntityId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,200}$/, "1 to 200 letters, digits, dots, colons, hyphens or underscores");

export const Username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,255}$/, "1 to 255 letters, digits, dots, hyphens or underscores")
  .meta({ example: "anna" });

/** A new password: at least 8 bytes. The upper bound keeps the work of hashing bounded. */
export const NewPassword = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length >= 8, "at least 8 bytes")
  .refine((text) => new TextEncoder().encode(text).length <= 1024, "at most 1024 bytes");

/** A point in time: RFC 3339, UTC. */
export const Instant = z.string().meta({ format: "date-time", example: "2026-01-31T12:00:00.000Z" });

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/;
const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration such as `500ms`, `30s` or `1h30m`. */
export const Duration = z.string().regex(DURATION, "a duration such as 500ms, 30s or 1h30m").meta({ example: "30s" });

/** Milliseconds of a duration text such as `1h30m`; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit as string] as number);
  }
  return total;
}

/** A scope that a person, device or key can hold. */
export const Scope = z
  .string()
  .regex(/^(read|write|access):(\*|[A-Za-z0-9_-]{1,64})$/, "read:, write: or access: followed by a name or *")
  .meta({ example: "access:grafana" });

/** The `If-Match` version of an object. */
export const Version = z.int().min(1).describe("Grows with each change; send it as If-Match to guard a change.");
