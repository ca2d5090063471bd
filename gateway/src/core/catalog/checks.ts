import { durationMs, type ErrorDetail } from "@nekzus/contract";
import { formatDuration } from "@nekzus/contract/config";
import { parseNetwork } from "../../kit/addresses.ts";
import { Problem } from "../../kit/problem.ts";
import { cannotRemoveFromRequests, cannotSetInAnswers, cannotSetInRequests } from "../../wire/header-rules.ts";
import { isLabel } from "./routing.ts";
import type { RouteOptions } from "./store.ts";

const HOUR = 3_600_000;
/** Bounds in ms: a limit of nothing makes an app unreachable, a longer one is a slip of the keyboard. */
const DURATIONS = {
  connectTimeout: { least: 100, most: HOUR / 30 },
  timeout: { least: 1, most: 24 * HOUR },
  idleTimeout: { least: 0, most: 24 * HOUR },
  healthCheckTimeout: { least: 1, most: HOUR / 12 },
  healthCheckInterval: { least: 1000, most: 24 * HOUR },
  "cache.ttl": { least: 1000, most: 24 * HOUR },
} as const;

type Refuse = (path: string, reason: string) => void;

/**
 * Checks what a schema of single fields cannot say, and gives paths their one spelling. Throws `VALIDATION_FAILED`
 * with all reasons together.
 */
export function checkedOptions(route: RouteOptions): RouteOptions {
  const details: ErrorDetail[] = [];
  const refuse: Refuse = (path, reason) => details.push({ path, reason });
  checkAppId(route.appId, (reason) => refuse("appId", reason));
  const pathBase = checkedPath(route, (reason) => refuse("pathBase", reason));
  const subdomain = checkedSubdomain(route, (reason) => refuse("subdomain", reason));
  if (!/^(\/[\x21-\x7e]*)?$/.test(route.healthCheckPath) || route.healthCheckPath.includes("#")) {
    refuse("healthCheckPath", "must start with / and hold only printable ASCII without spaces and #");
  }
  const texts = { ...route, "cache.ttl": route.cache.ttl };
  for (const [name, { least, most }] of Object.entries(DURATIONS)) {
    const text = texts[name as keyof typeof DURATIONS];
    const ms = text ? (durationMs(text) ?? Number.NaN) : most;
    if (!(ms >= least && ms <= most)) refuse(name, `must be from ${formatDuration(least)} to ${formatDuration(most)}`);
  }
  checkHeaders(route, refuse);
  checkNetworks(route, refuse);
  if (route.rateLimit.burst && !route.rateLimit.perMinute) refuse("rateLimit.burst", "needs perMinute beside it");
  if (details.length) {
    const first = details.map(({ path, reason }) => `${path} ${reason}`).join("; ");
    throw new Problem("VALIDATION_FAILED", `The route is not acceptable: ${first}.`, details);
  }
  const removeResponseHeaders = route.removeResponseHeaders.map((name) => name.toLowerCase());
  const removeRequestHeaders = route.removeRequestHeaders.map((name) => name.toLowerCase());
  return { ...route, pathBase, subdomain, removeRequestHeaders, removeResponseHeaders };
}

function checkHeaders(route: RouteOptions, refuse: Refuse): void {
  for (const [field, reasonAgainst] of [
    ["setRequestHeaders", cannotSetInRequests],
    ["setResponseHeaders", cannotSetInAnswers],
  ] as const) {
    const names = Object.keys(route[field]);
    names.forEach((name, at) => {
      const isDouble = names.slice(0, at).some((other) => other.toLowerCase() === name.toLowerCase());
      const reason = isDouble ? "is there twice" : reasonAgainst(name);
      if (reason) refuse(`${field}.${name}`, reason);
    });
  }
  route.removeRequestHeaders.forEach((name, at) => {
    const isKept = route.persistCookies && name.toLowerCase() === "cookie";
    const reason = isKept ? "is what persistCookies keeps: choose one of the two" : cannotRemoveFromRequests(name);
    if (reason) refuse(`removeRequestHeaders.${at}`, `${name} ${reason}`);
  });
}

function checkNetworks(route: RouteOptions, refuse: Refuse): void {
  for (const field of ["allowNetworks", "denyNetworks"] as const) {
    route[field].forEach((network, at) => {
      if (!parseNetwork(network))
        refuse(`${field}.${at}`, `"${network}" is no network such as 192.168.1.0/24 or fd00::/8`);
    });
  }
}

function checkAppId(appId: string, refuse: (reason: string) => void): void {
  // The scope that opens it would be access:admin, which opens everything.
  if (appId.toLowerCase() === "admin") refuse('"admin" is reserved; choose another id');
}

/** A route that asks for a host name itself has one: where none is given, the app's id. */
function checkedSubdomain({ routingMode, subdomain, appId }: RouteOptions, refuse: (reason: string) => void): string {
  if (subdomain || routingMode === "" || routingMode === "path") return subdomain;
  if (isLabel(appId)) return appId;
  refuse(`is needed for the routing mode "${routingMode}", because the app's id cannot stand in a host name`);
  return subdomain;
}

function checkedPath(route: RouteOptions, refuse: (reason: string) => void): string {
  if (!route.pathBase) return `/apps/${route.appId}/`;
  const path = route.pathBase.endsWith("/") ? route.pathBase : `${route.pathBase}/`;
  const segments = path.split("/").slice(1, -1);
  if (segments[0] !== "apps" || segments.length < 2)
    refuse("must be /apps/ followed by a name, for example /apps/grafana/");
  else if (segments.some((segment) => segment === "." || segment === "..")) refuse("must not contain . or .. segments");
  else if (segments.some((segment) => !/^[A-Za-z0-9._~-]+$/.test(segment))) {
    refuse("may contain only letters, digits, dots, hyphens, underscores and ~ between single slashes");
  } else if (segments[1]?.toLowerCase() === ".nekzus") refuse("/apps/.nekzus/ belongs to the gateway");
  return path;
}

/**
 * Reads an If-Match header: `"3"`, `W/"3"` or `3`. `*` and a missing header ask for nothing. Throws
 * `VALIDATION_FAILED` for anything else.
 */
export function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === "*") return undefined;
  const match = /^\s*(?:W\/)?("?)([0-9]{1,15})\1\s*$/.exec(header);
  if (match) return Number(match[2]);
  const reason = 'must be one version number, for example "3"';
  throw new Problem("VALIDATION_FAILED", `The header If-Match ${reason}.`, [{ path: "If-Match", reason }]);
}

/** Throws `VERSION_CONFLICT` when a version was asked for and is not the present one. */
export function checkVersion(wanted: number | undefined, present: number | undefined): void {
  if (wanted === undefined || wanted === present) return;
  const now = present === undefined ? "it does not exist" : `its version is ${present}`;
  throw new Problem(
    "VERSION_CONFLICT",
    `The change was meant for version ${wanted}, but ${now}. Read it again and repeat the change.`,
  );
}
