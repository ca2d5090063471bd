import type { Socket } from "node:net";
import type { Clock } from "../kit/clock.ts";
import type { RouteEntry, Upstream } from "../wire/snapshot.ts";
import type { Way } from "./forward/forward.ts";
import { upstreamKey } from "./forward/upstream-key.ts";
import type { Visit } from "./request.ts";
import type { PrefixedApp } from "./rewrite/prefix/prefixed-app.ts";
import { appTrailers, type RequestEdits } from "./rewrite/request-headers.ts";
import { appResponseHeaders, appResponseTrailers } from "./rewrite/response-headers.ts";
import { appInPrefix } from "./stage/app-in-prefix.ts";
import { createRewrittenApp, type RewritingParts } from "./stage/rewritten-app.ts";
import type { StagedApp } from "./stage/stage.ts";

/** Origins of one app for which ways are kept: whoever may use it can name any. */
const MAX_ORIGINS = 16;

/** The way to an app, with what its route changes in requests. */
export type AppWay = Way & { edits: RequestEdits | undefined };

/** The ways to one app. */
type Ways = {
  /** The one that was taken last, nearly always that of all clients. */
  last: AppWay;
  host: string;
  secure: boolean;
  /** By origin, where that makes a difference. */
  all: Map<string, AppWay>;
};

export type WayParts = {
  connect: (upstream: Upstream, timeoutMs: number) => Promise<Socket>;
  clock: Clock;
  rewriting: RewritingParts;
};

/** Finds the way to an app. It is made once, for many requests: none of them makes a function of its own. */
export type WayFinder = (route: RouteEntry, visit: Visit) => AppWay;

export function createWayFinder({ connect, clock, rewriting }: WayParts): WayFinder {
  const known = new WeakMap<RouteEntry, Ways>();

  function make(route: RouteEntry, app?: PrefixedApp, staged?: StagedApp): AppWay {
    const { upstream, requestHeaders } = route;
    const edits = requestHeaders && { set: requestHeaders.set, withheld: new Set(requestHeaders.withheld) };
    return {
      edits,
      key: upstreamKey(upstream),
      open: () => connect(upstream, route.connectTimeoutMs),
      maxBodyBytes: route.maxBodyBytes || Number.POSITIVE_INFINITY,
      headerTimeoutMs: route.headerTimeoutMs,
      idleTimeoutMs: route.idleTimeoutMs,
      answerHeaders: (raw, status, target, script) =>
        appResponseHeaders(raw, route, clock.now(), app && { app, status, target, script }),
      requestTrailers: edits ? (raw) => appTrailers(raw, edits) : appTrailers,
      answerTrailers: (raw) => appResponseTrailers(raw, route),
      ...(staged && { staged }),
    };
  }

  /** An app without its prefix names itself by the origin at which it was asked. */
  function makeFor(route: RouteEntry, origin: string, { version, appsOrigin }: Visit["state"]["snapshot"]): AppWay {
    const app = appInPrefix(route, origin, appsOrigin.startsWith(":") ? undefined : appsOrigin);
    return make(route, app, route.rewriteHTML ? createRewrittenApp(app, origin, version, rewriting) : undefined);
  }

  function find(route: RouteEntry, { head, secure, state }: Visit, all: Map<string, AppWay>): AppWay {
    if (!route.stripPrefix) return make(route);
    const origin = `${secure ? "https" : "http"}://${head.host.toLowerCase()}`;
    let way = all.get(origin);
    if (!way) {
      way = makeFor(route, origin, state.snapshot);
      if (all.size >= MAX_ORIGINS) all.clear();
      all.set(origin, way);
    }
    return way;
  }

  return (route, visit) => {
    const ways = known.get(route);
    const { host } = visit.head;
    const { secure } = visit;
    if (ways && (!route.stripPrefix || (ways.host === host && ways.secure === secure))) return ways.last;
    const all = ways?.all ?? new Map<string, AppWay>();
    const last = find(route, visit, all);
    known.set(route, { last, host, secure, all });
    return last;
  };
}
