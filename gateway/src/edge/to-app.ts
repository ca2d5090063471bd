import type { Clock } from "../kit/clock.ts";
import type { Logger } from "../kit/log.ts";
import { ANONYMOUS, type Principal } from "../wire/principal.ts";
import type { JarName } from "../wire/session-cookies.ts";
import type { RouteEntry, Upstream } from "../wire/snapshot.ts";
import { VISITOR } from "../wire/visitor.ts";
import type { Refuse } from "./answer.ts";
import type { Ask } from "./cache/ask.ts";
import type { AnswerCache } from "./cache/cache.ts";
import { type DeviceCookies, deviceCookies } from "./cookies/device-cookies.ts";
import type { Jars } from "./cookies/jars.ts";
import type { Counters } from "./counters.ts";
import { admit } from "./decide/admission.ts";
import { type Authority, authorise, principalNow, type Shown, shownCredential } from "./decide/identity.ts";
import { mayComeFrom } from "./decide/networks.ts";
import { bodyTooLarge, createRouteLimits } from "./decide/route-limits.ts";
import type { Detours } from "./detours.ts";
import { faultAnswer, UpstreamFault } from "./forward/fault.ts";
import type { Exchange, Forwarder } from "./forward/forward.ts";
import type { Pool } from "./forward/pool.ts";
import { tunnel } from "./forward/tunnel.ts";
import type { Visit } from "./request.ts";
import { appRequestHeaders, framingOf, requestHead } from "./rewrite/request-headers.ts";
import type { EdgeState } from "./state.ts";
import { isLocal } from "./to-core.ts";
import type { WayFinder } from "./ways.ts";

export type ToApp = {
  /** Decides a request below `/apps/` and passes it on; what it answers ends when that took more than one turn. */
  visit(visit: Visit): void | Promise<void>;
  /** The visit is over, whatever came of it. */
  ended(visit: Visit): void;
  /** Ends the streams of those who lost their authority. */
  judgeAgain(state: EdgeState): void;
  active(): { requests: number; webSockets: number };
};

export type ToAppParts = {
  pool: Pool;
  forwarder: Forwarder;
  findWay: WayFinder;
  jars: Jars;
  cache: AnswerCache;
  counters: Counters;
  clock: Clock;
  log: Logger;
  refuse(visit: Visit, answer: Refuse): void;
  detours: Detours;
  /** A WebSocket was open and is no more. */
  onTunnelClosed(visit: Visit, bytes: { bytesIn: number; bytesOut: number }): void;
};

export function createToApp({
  pool,
  forwarder,
  cache,
  findWay,
  jars,
  counters,
  clock,
  log,
  refuse,
  detours,
  onTunnelClosed,
}: ToAppParts): ToApp {
  /** Visits that were let in. */
  const live = new Set<Visit>();
  const limits = createRouteLimits(clock);
  let webSockets = 0;

  function visitApp(visit: Visit): void | Promise<void> {
    const { state, head, door, hostRoute } = visit;
    const shown = shownCredential(head, hostRoute ? "apps" : door.name, visit.secure, state.snapshot.sharedOrigin);
    const local = shown.kind === "nothing" && isLocal(visit);
    if (typeof local === "boolean") return go(visit, shown, local);
    return local.then((is) => go(visit, shown, is));
  }

  function go(visit: Visit, shown: Shown, local: boolean): void {
    const admission = admit(visit, shown, local, clock.now());
    switch (admission.kind) {
      case "pass": {
        if (visit.request.closed) break;
        const excess = limits(visit, admission.route);
        if (excess) refuse(visit, excess);
        else pass(visit, admission.route, admission.principal, admission.authority);
        break;
      }
      case "refuse":
        refuse(visit, admission.answer);
        break;
      case "sign-in":
        detours.askToSignIn(visit, admission.route);
        break;
      case "apps-origin":
        detours.sendToAppsOrigin(visit);
        break;
      case "slash":
        detours.addSlash(visit);
        break;
    }
  }

  function pass(visit: Visit, route: RouteEntry, principal: Principal, authority: Authority): void {
    visit.authority = authority;
    live.add(visit);
    counters.began(route.routeId, route.appId);
    if (principal.kind === "device" || principal.kind === "apikey") counters.deviceUsed(principal.id, visit.client);
    if (route.persistCookies && authority.kind === "claims" && principal.kind === "device") {
      const { sub: device, gen: generation } = authority.claims;
      passWithCookies(visit, route, principal, { device, generation, app: route.appId });
    } else send(visit, route, principal, undefined);
  }

  /** The jar of a device may have to be asked for first: meanwhile the client may leave, and authority end. */
  function passWithCookies(visit: Visit, route: RouteEntry, principal: Principal, name: JarName): void {
    let waits = true;
    const waiting: Exchange = {
      answerBegan: undefined,
      clientGone() {
        waits = false;
      },
      abort() {
        waits = false;
        visit.request.abort();
      },
      giveUp(fault) {
        waits = false;
        answerFault(visit, route, fault);
      },
    };
    visit.exchange = waiting;
    jars.open(name, (jar) => {
      if (waits) send(visit, route, principal, deviceCookies(jars, name, jar, clock));
    });
  }

  function send(visit: Visit, route: RouteEntry, principal: Principal, cookies: DeviceCookies | undefined): void {
    const { request, head, state } = visit;
    const { upstream } = route;
    const rest = route.stripPrefix ? visit.target.path.slice(route.pathBase.length - 1) : visit.target.path;
    const host = route.preserveHost ? head.host : hostOf(upstream);
    const found = findWay(route, visit);
    const plain = appRequestHeaders(request.headers, head, {
      client: visit.client,
      peer: visit.peer,
      peerTrusted: visit.peerTrusted,
      proto: visit.secure ? "https" : "http",
      port: portOf(head.host) ?? (visit.secure ? "443" : "80"),
      prefix: route.stripPrefix ? route.pathBase.slice(0, -1) : undefined,
      host,
      origin: originFor(visit, route),
      hops: head.hop === undefined ? state.snapshot.instanceId : `${head.hop}, ${state.snapshot.instanceId}`,
      identity: route.identityHeaders && hasIdentity(principal) ? principal : undefined,
      edits: found.edits,
      upgrade: visit.upgrade,
      body: framingOf(visit),
    });
    const headers = found.staged && !visit.upgrade ? found.staged.requestHeaders(plain, request) : plain;
    const path = upstream.path + rest;
    const way = cookies ? cookies.along(found, headers, visit, { upstream, host, path }) : found;
    const target = path + visit.target.query;
    const onFault = (fault: UpstreamFault) => answerFault(visit, route, fault);
    if (route.cache && !visit.upgrade) {
      const sent = { request, route, options: route.cache, way, target, headers };
      visit.exchange = cache.exchange({ ...sent, onFault, ...cacheWatch(visit, route) });
      return;
    }
    const text = requestHead(request.method, target, headers);
    visit.exchange = visit.upgrade
      ? tunnel(pool, clock, request, way, {
          head: text,
          webSocketKey: head.webSocketKey,
          onFault,
          onOpen() {
            webSockets++;
            counters.webSocketOpened(route.routeId, route.appId);
          },
          onClosed(bytes) {
            webSockets--;
            onTunnelClosed(visit, bytes);
          },
        })
      : forwarder.forward(request, way, text, onFault);
  }

  /** What the cache tells about a visit. */
  function cacheWatch(visit: Visit, route: RouteEntry): Pick<Ask, "onResult" | "onStandIn" | "onNotKept"> {
    return {
      onResult(result) {
        visit.cached = result;
      },
      onStandIn: (fault) => noteFault(visit, route, fault),
      onNotKept() {
        visit.cached = "miss";
        refuse(visit, { code: "NOT_IN_CACHE", message: "Nothing is kept for this, and the request asks no further." });
      },
    };
  }

  function noteFault(visit: Visit, route: RouteEntry, fault: UpstreamFault): void {
    if (fault.kind !== "upload_stalled" && fault.kind !== "route_removed") {
      counters.upstreamFault(route.routeId, route.appId, fault.kind);
      log.warn(
        { request: visit.id, route: route.routeId, fault: fault.kind, detail: fault.message },
        "upstream failed",
      );
    }
    visit.error = fault.kind;
  }

  function answerFault(visit: Visit, route: RouteEntry, fault: UpstreamFault): void {
    const tooLarge = fault.kind === "body_too_large";
    if (!tooLarge) noteFault(visit, route, fault);
    // Half an answer must not look whole; the log and the metrics tell why it broke off.
    if (visit.request.answered) visit.request.abort();
    else refuse(visit, tooLarge ? bodyTooLarge(route) : faultAnswer(fault.kind));
  }

  return {
    visit: visitApp,
    judgeAgain(state) {
      if (!live.size) return;
      const routes = new Map(state.snapshot.routes.map((route) => [route.routeId, route]));
      for (const { authority, route, exchange, client } of [...live]) {
        if (!authority || !route) continue;
        const now = routes.get(route.routeId);
        const withdrawn = authority.kind === "local" && !state.snapshot.localAccess;
        const principal = withdrawn ? undefined : principalNow(authority, state.credentials);
        if (!now) exchange?.giveUp(new UpstreamFault("route_removed", "the route was removed"));
        else if (!mayComeFrom(now, client)) exchange?.abort();
        // Whoever lost a credential is a stranger from now on, and may stay where strangers may.
        else if (authorise(principal ?? ANONYMOUS, now) !== "allow") exchange?.abort();
      }
    },
    ended: (visit) => void live.delete(visit),
    active: () => ({ requests: live.size, webSockets }),
  };
}

/**
 * Apps hold the Origin of a WebSocket against the Host that they see, so where that is the app's own, the gateway's
 * address becomes the app's in both. Pages of other sites stay what they are. Undefined: the client's passes.
 */
function originFor({ head, secure, upgrade }: Visit, { preserveHost, upstream }: RouteEntry): string | undefined {
  if (!upgrade || preserveHost || head.origin !== `http${secure ? "s" : ""}://${head.host}`) return undefined;
  return `http${upstream.secure ? "s" : ""}://${hostOf(upstream)}`;
}

function hostOf({ host, port, secure }: Upstream): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

/** The port that a Host header names. */
function portOf(host: string): string | undefined {
  const colon = host.lastIndexOf(":");
  return colon < 0 || host.endsWith("]") ? undefined : host.slice(colon + 1);
}

/** Is there somebody of whom an app may be told? */
function hasIdentity({ kind, id }: Principal): boolean {
  return kind !== "anonymous" && id !== VISITOR.id;
}
