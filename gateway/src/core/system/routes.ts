import { addresses as addressContract, health } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { type Binding, bind, type Call } from "../http/binding.ts";
import type { Addresses } from "./addresses.ts";
import type { SystemHealth } from "./health.ts";
import type { Metrics } from "./metrics.ts";

export type SystemParts = {
  systemHealth: SystemHealth;
  metrics: Metrics;
  metricsEnabled(): boolean;
  addresses: Addresses;
  info: {
    version: string;
    buildDate: string;
    instanceId: string;
    /** When the core began, as the contract writes it. */
    startedAt: string;
    database: "sqlite" | "postgresql";
    capabilities(): string[];
    appsUrl(call: Pick<Call<typeof health.adminInfo>, "caller" | "header">): string;
  };
};

const NO_CACHE = { "Cache-Control": "no-cache" };

/** Binds health, metrics and facts about the instance. */
export function systemRoutes({ systemHealth, metrics, metricsEnabled, addresses, info }: SystemParts): Binding[] {
  return [
    bind(health.healthz, async ({ query, header }) => {
      const report = await systemHealth.report();
      const unhealthy = report.status === "unhealthy" || report.status === "unknown";
      const asJson = query.verbose !== undefined || (header("accept") ?? "").includes("application/json");
      const status: 200 | 503 = unhealthy ? 503 : 200;
      if (!asJson) return { status, body: unhealthy ? "unhealthy" : "ok", headers: NO_CACHE };
      const headers = { ...NO_CACHE, "Content-Type": "application/json" };
      return { status, body: `${JSON.stringify(report, null, 2)}\n`, headers };
    }),
    bind(health.livez, () => ({ body: "ok", headers: NO_CACHE })),
    bind(health.readyz, async () => {
      const ready = (await systemHealth.report()).status !== "unhealthy";
      const status: 200 | 503 = ready ? 200 : 503;
      return { status, body: ready ? "ok" : "not ready", headers: NO_CACHE };
    }),
    bind(health.healthzApi, () => ({ body: "ok", headers: NO_CACHE })),
    bind(health.metrics, async () => {
      if (!metricsEnabled())
        throw new Problem("NOT_FOUND", "Metrics are switched off. Set metrics.enabled to see them.");
      return { body: await metrics.render(), headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" } };
    }),
    bind(health.adminInfo, (call) => ({
      body: {
        version: info.version,
        nekzusId: info.instanceId,
        nexusId: info.instanceId,
        capabilities: info.capabilities(),
        buildDate: info.buildDate,
        appsBaseUrl: info.appsUrl(call),
        startedAt: info.startedAt,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        database: info.database,
      },
    })),
    bind(addressContract.addressesGet, ({ caller, header }) => ({
      body: addresses.report({ secure: caller.facts.secure, host: header("host") ?? "" }),
    })),
  ];
}
