const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a message is of use, in ms, and how often it is sent again; undefined: as the settings say. */
type Lifetime = { ttlMs: number; maxRetries: number | undefined };

const LIFETIMES: Readonly<Record<string, Lifetime>> = {
  health_alert: { ttlMs: 30 * DAY, maxRetries: 10 },
  port_exposure_warning: { ttlMs: DAY, maxRetries: 5 },
  "webhook.activity": { ttlMs: 30 * DAY, maxRetries: 5 },
  "webhook.notify": { ttlMs: 30 * DAY, maxRetries: 5 },
};

/** The lifetime of a type of message (10 §8.1). */
export function lifetimeOf(type: string): Lifetime {
  return LIFETIMES[type] ?? { ttlMs: 30 * DAY, maxRetries: undefined };
}

/** The longest wait between two attempts, in ms. */
const LONGEST_WAIT = HOUR;

/** How long to wait after attempt number `attempt` (from 0), doubling from `firstMs`. */
export function backoff(firstMs: number, attempt: number): number {
  return Math.max(firstMs, Math.min(LONGEST_WAIT, firstMs * 2 ** Math.min(attempt, 30)));
}
