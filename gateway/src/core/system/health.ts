import type { health } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../kit/clock.ts";

export type HealthReport = z.input<typeof health.HealthReport>;
export type Component = { status: HealthReport["status"]; message?: string; details?: Record<string, unknown> };

export type SystemHealth = {
  /** Asks every part, or answers what a recent healthy check said. */
  report(): Promise<HealthReport>;
};

/** Longest time a check may take, in ms. */
const CHECK_MS = 10_000;
/** How long a healthy report is reused, in ms; anything else is asked anew (10 §11.1). */
const REUSE_MS = 5_000;
const RANK = { unknown: 0, healthy: 1, degraded: 2, unhealthy: 3 } as const;
const MEMORY_LIMIT_MB = 512;

/** Makes the health of the gateway out of one check per part. A check that throws or hangs is unhealthy. */
export function createSystemHealth(
  checks: Readonly<Record<string, () => Component | Promise<Component>>>,
  { version, startedAt, clock }: { version: string; startedAt: number; clock: Clock },
): SystemHealth {
  let last: HealthReport | undefined;
  let lastAt = 0;
  let running: Promise<HealthReport> | undefined;

  async function checkAll(): Promise<HealthReport> {
    const entries = await Promise.all(
      Object.entries({ ...checks, memory }).map(async ([name, check]) => {
        const began = clock.monotonic();
        const result = await withLimit(check);
        const duration = Math.round((clock.monotonic() - began) * 1e6);
        return [name, { ...result, lastChecked: new Date(clock.now()).toISOString(), duration }] as const;
      }),
    );
    const status = entries.reduce<HealthReport["status"]>(
      (worst, [, component]) => (RANK[component.status] > RANK[worst] ? component.status : worst),
      "unknown",
    );
    return {
      status,
      version,
      uptime: Math.round((clock.now() - startedAt) * 1e6),
      timestamp: new Date(clock.now()).toISOString(),
      components: Object.fromEntries(entries),
    };
  }

  async function withLimit(check: () => Component | Promise<Component>): Promise<Component> {
    let cancel = () => {};
    const late = new Promise<Component>((done) => {
      const timer = clock.after(CHECK_MS, () => done({ status: "unhealthy", message: "The check took too long." }));
      cancel = timer.cancel;
    });
    try {
      return await Promise.race([Promise.resolve(check()), late]);
    } catch (error) {
      return { status: "unhealthy", message: error instanceof Error ? error.message : "The check failed." };
    } finally {
      cancel();
    }
  }

  return {
    async report() {
      if (last?.status === "healthy" && clock.monotonic() - lastAt < REUSE_MS) return last;
      running ??= checkAll().finally(() => {
        running = undefined;
      });
      last = await running;
      lastAt = clock.monotonic();
      return last;
    },
  };
}

function memory(): Component {
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  const mb = (bytes: number) => Math.round(bytes / 1048576);
  const details = { allocMB: mb(heapUsed), totalAllocMB: mb(heapTotal), sysMB: mb(rss) };
  if (details.allocMB <= MEMORY_LIMIT_MB) return { status: "healthy", details };
  return { status: "degraded", message: `The core uses more than ${MEMORY_LIMIT_MB} MB.`, details };
}
