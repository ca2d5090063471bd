import type { HealthRecord } from "./health-store.ts";

/** What one check found; `ms` is how long it took, `message` why it failed. */
export type Outcome = { ok: boolean; ms: number; statusCode?: number; message: string };

/** An app that was never checked. */
export const UNKNOWN: HealthRecord = {
  status: "unknown",
  lastCheck: undefined,
  lastSuccess: undefined,
  responseMs: undefined,
  statusCode: undefined,
  failures: 0,
  message: "",
  since: undefined,
};

/**
 * The record after a check (20 §3.2): `degraded` below `threshold` failures in a row, then `unhealthy`. `now` is in ms
 * since 1970.
 */
export function after(before: HealthRecord, outcome: Outcome, threshold: number, now: number): HealthRecord {
  const failures = outcome.ok ? 0 : before.failures + 1;
  const failing = failures >= threshold ? "unhealthy" : "degraded";
  const status = outcome.ok ? "healthy" : failing;
  return {
    status,
    lastCheck: now,
    lastSuccess: outcome.ok ? now : before.lastSuccess,
    responseMs: outcome.ms,
    statusCode: outcome.statusCode,
    failures,
    message: outcome.message,
    since: sinceOf(before, status, now),
  };
}

/** The record of an app that is not to be checked: it counts as healthy. */
export function skipped(before: HealthRecord, now: number): HealthRecord {
  const message = "The health check is skipped.";
  return { ...UNKNOWN, status: "healthy", message, since: sinceOf(before, "healthy", now) };
}

/** Why an app is not healthy, in one sentence; empty when it is. */
export function reasonOf({ status, statusCode, message }: HealthRecord): string {
  if (status !== "degraded" && status !== "unhealthy") return "";
  if (statusCode !== undefined) return `It answered with the HTTP status ${statusCode}.`;
  return `It did not answer: ${message.replace(/^request failed: /, "").replace(/\.$/, "")}.`;
}

function sinceOf(before: HealthRecord, status: HealthRecord["status"], now: number): number | undefined {
  return before.status === status ? before.since : now;
}
