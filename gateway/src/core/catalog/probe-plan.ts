import { durationMs } from "@nekzus/contract";
import type { ServiceHealthSettings } from "@nekzus/contract/config";
import { originOf } from "./ask-upstream.ts";
import type { StoredRoute } from "./store.ts";
import { storedUpstream } from "./upstream.ts";

/** `health_checks` of the configuration; durations in ms. */
export type HealthSettings = {
  enabled: boolean;
  interval: number;
  timeout: number;
  /** Failures in a row that make an app unhealthy. */
  unhealthy_threshold: number;
  path: string;
  /** Empty: any below 500. */
  expected_status: readonly number[];
  per_service: Readonly<Record<string, ServiceHealthSettings>>;
};

/** How an app is checked: of the route, the app's own settings and the general ones, the most exact counts. */
export type ProbePlan = {
  /** What is asked, for people: of an app on a socket its path comes first. */
  shownUrl: string;
  path: string;
  timeoutMs: number;
  intervalMs: number;
  /** Empty: any below 500 (ruling R11). */
  codes: readonly number[];
  source: "route" | "per-service" | "global";
  skip: boolean;
};

/** Works out how an app is checked through a route. */
export function planProbe(route: StoredRoute, settings: HealthSettings): ProbePlan {
  const own = Object.hasOwn(settings.per_service, route.appId) ? settings.per_service[route.appId] : undefined;
  const path = route.healthCheckPath || own?.path || settings.path;
  const upstream = storedUpstream(route.to);
  const fromRoute = [route.healthCheckPath, route.healthCheckTimeout, route.healthCheckInterval].some(Boolean);
  const source = own && Object.keys(own).length ? "per-service" : "global";
  return {
    shownUrl: upstream.socketPath === undefined ? originOf(upstream) + path : `unix:${upstream.socketPath}:${path}`,
    path,
    timeoutMs: durationMs(route.healthCheckTimeout) ?? own?.timeout ?? settings.timeout,
    intervalMs: durationMs(route.healthCheckInterval) ?? own?.interval ?? settings.interval,
    codes: route.expectedStatusCodes.length ? route.expectedStatusCodes : settings.expected_status,
    source: fromRoute || route.expectedStatusCodes.length ? "route" : source,
    skip: route.skipHealthCheck,
  };
}

/** Does a status code count as well? */
export function isExpected(status: number, codes: readonly number[]): boolean {
  return codes.length ? codes.includes(status) : status < 500;
}
