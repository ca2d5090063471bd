import { grants } from "../../kit/scopes.ts";
import { LOCAL, type Principal } from "../../wire/principal.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import type { Refuse } from "../answer.ts";
import type { Visit } from "../request.ts";
import { type Authority, authorise, identify, type Shown } from "./identity.ts";
import { mayComeFrom } from "./networks.ts";

/** What becomes of a request for an app. */
export type Admission =
  | { kind: "pass"; route: RouteEntry; principal: Principal; authority: Authority }
  | { kind: "refuse"; answer: Refuse }
  /** Nobody known asks; the route, if there is one, is not to be told. */
  | { kind: "sign-in"; route: RouteEntry | undefined }
  /** Served, but only where apps live. */
  | { kind: "apps-origin" }
  /** The path is a route's prefix without its slash. */
  | { kind: "slash" };

const LOCALLY: Authority = { kind: "local" };

/**
 * Decides a request for an app: which route, who asks, may they. `shown`: the credential it brings. `local`: it comes
 * from a program of our own user. `now`: in ms since 1970. Notes on the visit who it is, and the route once that may be told.
 */
export function admit(visit: Visit, shown: Shown, local: boolean, now: number): Admission {
  const { state, head, door, hostRoute } = visit;
  const { snapshot } = state;
  if (head.hop !== undefined && hasPassed(head.hop, snapshot.instanceId)) {
    return refused({ code: "LOOP_DETECTED", message: "This request has already passed through this gateway." });
  }
  const match = hostRoute ? undefined : state.routes.match(visit.target.path);
  if (match?.kind === "ambiguous") {
    return refused({
      code: "BAD_REQUEST",
      message: "The path is written so that it could belong to more than one app. Write it plainly.",
    });
  }
  const route = match && match.kind !== "none" ? match.route : hostRoute;

  if (route && !mayComeFrom(route, visit.client)) {
    visit.route = route;
    return refused({
      code: "NETWORK_NOT_ALLOWED",
      message: `This app may not be opened from your network address, ${visit.client}.`,
    });
  }

  const identity = identify(shown, state.credentials, now, route?.appId, visit.client);
  const principal = local ? LOCAL : identity.principal;
  visit.principal = principal;

  if (identity.fault && !route?.publicAccess) {
    if (shown.kind === "token" && shown.audience === "access") return refused(badCredential(identity.fault));
    if (shown.kind === "apikey") return refused(badCredential("invalid"));
  }
  const verdict = route ? authorise(principal, route) : principal.kind === "anonymous" ? "sign-in" : "allow";
  // A stranger learns nothing about which apps exist: the answer is the same for one that does not.
  if (verdict === "sign-in") return { kind: "sign-in", route };
  if (!route) return refused({ code: "NOT_FOUND", message: whereInstead(visit, principal) });
  if (verdict === "forbidden") {
    const message = `You may not open this app. It takes ${route.scopes.join(", ")}.`;
    return refused({ code: "FORBIDDEN", message });
  }
  if (shown.kind === "token" && shown.audience === "apps" && foreignPage(visit)) {
    const message = "A page of another site may not use your sign-in here.";
    return refused({ code: "ORIGIN_NOT_ALLOWED", message });
  }
  // An app's scripts must never run on the API's origin: there they could use the dashboard's session (design, section 7).
  const inPlace = hostRoute || door.name === "apps" || snapshot.sharedOrigin || principal.kind !== "anonymous";
  if (!inPlace) return { kind: "apps-origin" };
  visit.route = route;
  if (match?.kind === "slash") return { kind: "slash" };
  const closed = closedFor(visit, route, principal);
  if (closed) return refused(closed);
  return { kind: "pass", route, principal, authority: local ? LOCALLY : identity.authority };
}

/** Why a route that may be used cannot be, at the moment or in this way. */
function closedFor({ state, upgrade }: Visit, route: RouteEntry, { scopes }: Principal): Refuse | undefined {
  if (route.maintenance && !grants(scopes, "access:admin")) {
    return { code: "APP_MAINTENANCE", message: route.maintenance.message, headers: { "Retry-After": "60" } };
  }
  if (route.absent) {
    return {
      code: "SERVICE_UNAVAILABLE",
      message: "The app's container is not running at the moment.",
      headers: { "Retry-After": "5" },
    };
  }
  if (route.healthGate && state.unhealthy.has(route.appId)) {
    return { code: "SERVICE_UNHEALTHY", message: "The app fails its health check.", headers: { "Retry-After": "10" } };
  }
  if (upgrade && !route.websocket) {
    return { code: "WEBSOCKET_NOT_ALLOWED", message: "WebSockets are switched off for this app." };
  }
  return undefined;
}

function refused(answer: Refuse): Admission {
  return { kind: "refuse", answer };
}

/** Longest chain of gateways, in characters. */
const MAX_HOPS = 512;

/** Did the request come through this gateway before, or through so many that it must be going round? */
function hasPassed(hops: string, instanceId: string): boolean {
  return hops.length > MAX_HOPS || hops.split(/[\s,]+/).includes(instanceId);
}

function badCredential(fault: "invalid" | "expired" | "revoked"): Refuse {
  if (fault === "expired") return { code: "TOKEN_EXPIRED", message: "The token has expired. Sign in again." };
  if (fault === "revoked") return { code: "TOKEN_REVOKED", message: "The token was withdrawn. Sign in again." };
  return { code: "UNAUTHORIZED", message: "The credential is not valid." };
}

/**
 * Does a page of another origin use the cookie? Browsers send it along to every port of the host, so upgrades and
 * changes must say that they come from the apps' own pages. Sec-Fetch-Site goes first: a page that hides its referrer
 * sends `Origin: null` even to itself.
 */
function foreignPage({ head, request, upgrade, secure }: Visit): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && !upgrade) return false;
  if (head.fetchSite !== undefined) return head.fetchSite !== "same-origin" && head.fetchSite !== "none";
  return head.origin?.toLowerCase() !== `${secure ? "https" : "http"}://${head.host.toLowerCase()}`;
}

/** What is said where nothing is served by path; who may use an app that has only a host name is told that name. */
function whereInstead({ state, target }: Visit, principal: Principal): string {
  const there = state.hostRoutes.onlyThere(target.path);
  if (!there || authorise(principal, there) !== "allow") return `No app is served at ${target.path}.`;
  return `${there.appName} is not served by a path. It has a host name of its own: ${there.hosts[0]}.`;
}
