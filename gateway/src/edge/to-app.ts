import type { Socket } from "node:net";
import type { Clock } from "../kit/clock.ts";
import type { Logger } from "../kit/log.ts";
import { ANONYMOUS, LOCAL, type Principal } from "../wire/principal.ts";
import type { RouteEntry, Upstream } from "../wire/snapshot.ts";
import type { Refuse } from "./answer.ts";
import type { Counters } from "./counters.ts";
import { isNavigation } from "./decide/head.ts";
import { type Authority, authorise, identify, principalNow, shownCredential } from "./decide/identity.ts";
import { endAfterBody } from "./forward/discard.ts";
import { faultAnswer, type UpstreamFault } from "./forward/fault.ts";
import { forward } from "./forward/forward.ts";
import type { Pool } from "./forward/pool.ts";
import { tunnel } from "./forward/tunnel.ts";
import type { Visit } from "./request.ts";
import { appRequestHeaders } from "./rewrite/request-headers.ts";
import { appResponseHeaders } from "./rewrite/response-headers.ts";
import type { EdgeState } from "./state.ts";
import { isLocal } from "./to-core.ts";

/** A stream under way and the authority it lasts by. */
type Live = { authority: Authority; routeId: string; abort(): void };

export type ToApp = {
  /** Decides a request below `/apps/` and passes it on. */
  visit(visit: Visit): Promise<void>;
  /** Ends the streams of those who lost their authority. */
  judgeAgain(state: EdgeState): void;
  active(): { requests: number; webSockets: number };
};

export type ToAppParts = {
  pool: Pool;
  connect: (upstream: Upstream) => Promise<Socket>;
  counters: Counters;
  clock: Clock;
  log: Logger;
  refuse(visit: Visit, answer: Refuse): void;
  /** Answers the page that obtains a hand-over and moves on to the apps origin. */
  showOpenPage(visit: Visit, appId: string): void;
};

export function createToApp({ pool, connect, counters, clock, log, refuse, showOpenPage }: ToAppParts): ToApp {
  const live = new Set<Live>();
  let webSockets = 0;

  async function visitApp(visit: Visit): Promise<void> {
    const { state, head, door, req } = visit;
    const { snapshot } = state;
    if (head.hop !== undefined && hasPassed(head.hop, snapshot.instanceId)) {
      return refuse(visit, { code: "LOOP_DETECTED", message: "This request has already passed through this gateway." });
    }
    const match = state.routes.match(visit.target.path);
    if (match.kind === "ambiguous") {
      return refuse(visit, {
        code: "BAD_REQUEST",
        message: "The path is written so that it could belong to more than one app. Write it plainly.",
      });
    }
    const route = match.kind === "none" ? undefined : match.route;

    const shown = shownCredential(head, door.name, visit.secure, snapshot.sharedOrigin);
    const identity = identify(shown, state.credentials, clock.now());
    let principal = identity.principal;
    const local = shown.kind === "nothing" && (await isLocal(visit));
    let authority = identity.authority;
    if (local) {
      principal = LOCAL;
      authority = { kind: "local" };
    }

    const open = route?.publicAccess ?? false;
    if (identity.fault && shown.kind === "token" && shown.audience === "access" && !open) {
      return refuse(visit, badCredential(identity.fault));
    }
    if (identity.fault && shown.kind === "apikey" && !open) return refuse(visit, badCredential("invalid"));
    const verdict = route ? authorise(principal, route) : principal.kind === "anonymous" ? "sign-in" : "allow";
    // A stranger learns nothing about which apps exist: the answer is the same for one that does not.
    if (verdict === "sign-in") return askToSignIn(visit, route);
    if (!route) return refuse(visit, { code: "NOT_FOUND", message: `No app is served at ${visit.target.path}.` });
    if (verdict === "forbidden") {
      return refuse(visit, {
        code: "FORBIDDEN",
        message: `You may not open this app. It takes ${route.scopes.join(", ")}.`,
      });
    }
    const foreign = shown.kind === "token" && shown.audience === "apps" && foreignPage(visit);
    if (foreign) {
      return refuse(visit, {
        code: "ORIGIN_NOT_ALLOWED",
        message: "A page of another site may not use your sign-in here.",
      });
    }
    // An app's scripts must never run on the API's origin: there they could use the dashboard's session (design, section 7).
    const inPlace = door.name === "apps" || snapshot.sharedOrigin || principal.kind !== "anonymous";
    if (!inPlace) return sendToAppsOrigin(visit);
    if (match.kind === "slash") return addSlash(visit);
    if (route.absent) {
      return refuse(visit, {
        code: "SERVICE_UNAVAILABLE",
        message: "The app's container is not running at the moment.",
        headers: { "Retry-After": "5" },
      });
    }
    if (route.healthGate && state.unhealthy.has(route.appId)) {
      return refuse(visit, {
        code: "SERVICE_UNHEALTHY",
        message: "The app fails its health check.",
        headers: { "Retry-After": "10" },
      });
    }
    if (req.socket.destroyed) return;
    pass(visit, route, principal, authority);
  }

  /** A public app is served to everybody, but only where apps live. */
  function sendToAppsOrigin(visit: Visit): void {
    const { target, state } = visit;
    if (visit.upgrade) {
      refuse(visit, {
        code: "UNAUTHORIZED",
        message: "Without a credential, WebSockets of apps open on the apps' origin.",
      });
      return;
    }
    redirect(visit, 307, originOf(visit, state.snapshot.appsOrigin) + target.path + target.query);
  }

  /** No principal: a browser is led to the sign-in, everybody else is told. */
  function askToSignIn(visit: Visit, route: RouteEntry | undefined): void {
    const { door, state, target, head, req } = visit;
    if (!isNavigation(req.method, head) || visit.upgrade) {
      refuse(visit, {
        code: "UNAUTHORIZED",
        message: "Sign in first: show a token or an API key, or open the app from the dashboard.",
        headers: { "WWW-Authenticate": 'Bearer realm="nekzus"' },
      });
      return;
    }
    const first = target.path.slice("/apps/".length).split("/", 1)[0] ?? "";
    if (door.name === "api" || state.snapshot.sharedOrigin) {
      showOpenPage(visit, route?.appId ?? first);
      return;
    }
    redirect(visit, 302, originOf(visit, state.snapshot.apiOrigin) + target.path + target.query);
  }

  function pass(visit: Visit, route: RouteEntry, principal: Principal, authority: Authority): void {
    const { req, res, head, body, state } = visit;
    const { upstream } = route;
    const upgrade = visit.upgrade;
    if (upgrade && !route.websocket) {
      refuse(visit, { code: "WEBSOCKET_NOT_ALLOWED", message: "WebSockets are switched off for this app." });
      return;
    }
    const began = clock.monotonic();
    const rest = route.stripPrefix ? visit.target.path.slice(route.pathBase.length - 1) : visit.target.path;
    const headers = appRequestHeaders(req.rawHeaders, head, {
      client: visit.client,
      peer: visit.peer,
      peerTrusted: visit.peerTrusted,
      proto: visit.secure ? "https" : "http",
      port: /:(\d+)$/.exec(head.host)?.[1] ?? (visit.secure ? "443" : "80"),
      prefix: route.stripPrefix ? route.pathBase.slice(0, -1) : undefined,
      host: route.preserveHost ? head.host : hostOf(upstream),
      hops: head.hop === undefined ? state.snapshot.instanceId : `${head.hop}, ${state.snapshot.instanceId}`,
      identity: route.identityHeaders && principal.kind !== "anonymous" ? principal : undefined,
      upgrade: upgrade !== undefined,
      body: body.header,
    });
    const entry: Live = { authority, routeId: route.routeId, abort: () => {} };
    live.add(entry);
    const onDone = ({ status, bytesIn, bytesOut }: { status: number; bytesIn: number; bytesOut: number }) => {
      live.delete(entry);
      if (upgrade && status === 101) webSockets--;
      if (status) counters.answered(route.routeId, route.appId, status, clock.monotonic() - began, bytesIn, bytesOut);
    };
    const onFault = (fault: UpstreamFault) => {
      live.delete(entry);
      if (fault.kind !== "upload_stalled") {
        counters.upstreamFault(route.routeId, route.appId, fault.kind);
        log.warn(
          { request: visit.id, route: route.routeId, fault: fault.kind, detail: fault.message },
          "upstream failed",
        );
      }
      refuse(visit, faultAnswer(fault.kind));
    };
    const common = {
      key: upstreamKey(upstream),
      open: () => connect(upstream),
      target: upstream.path + rest + visit.target.query,
      headers,
      headerTimeoutMs: route.headerTimeoutMs,
      answerHeaders: (_status: number, raw: readonly string[]) => appResponseHeaders(raw, route),
      onFault,
      onDone,
    };
    if (upgrade) {
      entry.abort = tunnel(pool, upgrade.socket, upgrade.early, res, {
        ...common,
        webSocketKey: head.webSocketKey,
        onOpen() {
          webSockets++;
          counters.webSocketOpened(route.routeId, route.appId);
        },
      }).abort;
      return;
    }
    entry.abort = forward(pool, req, res, {
      ...common,
      method: req.method as string,
      body: body.kind,
      expectsContinue: head.expectsContinue,
      idleTimeoutMs: route.idleTimeoutMs,
    }).abort;
  }

  return {
    visit: visitApp,
    judgeAgain(state) {
      if (!live.size) return;
      const routes = new Map(state.snapshot.routes.map((route) => [route.routeId, route]));
      for (const entry of [...live]) {
        const route = routes.get(entry.routeId);
        const withdrawn = entry.authority.kind === "local" && !state.snapshot.localAccess;
        const principal = withdrawn ? undefined : principalNow(entry.authority, state.credentials);
        // Whoever lost a credential is a stranger from now on, and may stay where strangers may.
        if (!route || authorise(principal ?? ANONYMOUS, route) !== "allow") entry.abort();
      }
    },
    active: () => ({ requests: live.size, webSockets }),
  };
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
function foreignPage({ head, req, upgrade, secure }: Visit): boolean {
  const reads = req.method === "GET" || req.method === "HEAD";
  if (reads && !upgrade) return false;
  if (head.fetchSite !== undefined) return head.fetchSite !== "same-origin" && head.fetchSite !== "none";
  return head.origin?.toLowerCase() !== `${secure ? "https" : "http"}://${head.host.toLowerCase()}`;
}

function addSlash(visit: Visit): void {
  const { method } = visit.req;
  const { path, query } = visit.target;
  redirect(visit, method === "GET" || method === "HEAD" ? 301 : 308, `${path}/${query}`);
}

function redirect({ req, res, body, state }: Visit, status: number, location: string): void {
  res.writeHead(status, {
    Location: location,
    "Cache-Control": "no-store",
    "X-API-Version": state.snapshot.version,
    "Content-Length": 0,
  });
  if (body.kind === "none") res.end();
  else endAfterBody(req, res);
}

/** One of our origins as the browser can reach it; `:8443` means the host that it used. */
function originOf({ head, secure }: Visit, origin: string): string {
  if (!origin.startsWith(":")) return origin;
  return `${secure ? "https" : "http"}://${head.host.replace(/:\d+$/, "")}${origin}`;
}

function hostOf({ host, port, secure }: Upstream): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

function upstreamKey({ secure, host, port, addressClass, insecureSkipVerify }: Upstream): string {
  return `${secure ? (insecureSkipVerify ? "https!" : "https") : "http"}://${host}:${port} ${addressClass}`;
}
