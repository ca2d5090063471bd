import type { Failure } from "./failure.ts";

/** How often a read is asked again when nothing usable came back. */
const TRIES = 2;
/** The first pause in ms; it doubles. Up to as much again is added by chance. */
const PAUSE_MS = 500;
/** A limit that lasts longer is said to the person at once, in ms. */
const PATIENCE_MS = 30_000;
/** After the moment that the gateway named, in ms. */
const MARGIN_MS = 250;

/** May a read be asked again after `failures` tries? Changes never are. Instants in ms since 1970. */
export function mayRetry(failures: number, { kind, retryAt }: Failure, now: number): boolean {
  if (failures >= TRIES) return false;
  if (kind === "limited") return retryAt !== undefined && retryAt - now <= PATIENCE_MS;
  return kind === "unreachable" || kind === "slow" || kind === "unavailable";
}

/** The pause before the next try, in ms; `random` is a number from 0 to 1. */
export function retryPause(failures: number, { kind, retryAt }: Failure, now: number, random: number): number {
  if (kind === "limited" && retryAt !== undefined) return Math.max(0, retryAt - now) + MARGIN_MS + random * MARGIN_MS;
  return PAUSE_MS * 2 ** failures * (1 + random);
}

/**
 * The pause before the next look of a panel that looks every `every` ms; false when looking again is in vain until
 * the person does something.
 */
export function pollPause(every: number, failure: Failure | null, now: number): number | false {
  if (!failure) return every;
  if (failure.kind === "signed-out" || failure.kind === "forbidden") return false;
  if (failure.kind === "limited") return Math.max(every, (failure.retryAt ?? now) - now + MARGIN_MS);
  return every;
}
