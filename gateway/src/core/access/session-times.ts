import type { SessionRow } from "../storage/schema.ts";

const DAY = 24 * 60 * 60 * 1000;
/** A session ends this long after it began, whatever happens; in ms. */
export const SESSION_LIFETIME_MS = 30 * DAY;
/** A session ends when it was not used for this long, in ms. */
const IDLE_MS = 7 * DAY;

/** Is a session still within its times? `now` is in milliseconds since 1970. */
export function livesAt(row: Pick<SessionRow, "expires_at" | "seen_at">, now: number): boolean {
  return row.expires_at > now && row.seen_at + IDLE_MS > now;
}
