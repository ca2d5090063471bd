import type { Socket } from "node:net";
import { ERRORS, type ErrorCode } from "@nekzus/contract/errors";
import type { Clock } from "../kit/clock.ts";
import type { Logger } from "../kit/log.ts";
import { cspOf, fill, type Pages } from "../kit/pages.ts";
import { RESERVED_PATH } from "../wire/reserved-path.ts";
import type { Decision, EdgeToCore } from "../wire/snapshot.ts";
import { refuse as answerRefusal, malformedAnswer, ownHeaders, type Refuse, unfitAnswer } from "./answer.ts";
import { createAnswerCache } from "./cache/cache.ts";
import { createJars, type Jars } from "./cookies/jars.ts";
import { createCounters } from "./counters.ts";
import { strayPath } from "./decide/strays.ts";
import { createDetours } from "./detours.ts";
import { createConnector } from "./forward/connect.ts";
import { faultAnswer, type UpstreamFault } from "./forward/fault.ts";
import { createForwarder } from "./forward/forward.ts";
import { createPool } from "./forward/pool.ts";
import { upstreamKey } from "./forward/upstream-key.ts";
import { OPEN_PAGE } from "./host-sign-in.ts";
import type { ClientRequest, Door } from "./listen/client.ts";
import { createCrowd } from "./listen/crowd.ts";
import { createAccessLog, NO_ACCESS_LOG } from "./log/access-log.ts";
import { entryOf, unreadEntry } from "./log/visit-entry.ts";
import { answerPrefixScript, PREFIX_SCRIPT_PATH } from "./prefix-script.ts";
import { receive, type Visit } from "./request.ts";
import { createRequestIds } from "./request-ids.ts";
import { createMemoryBudget } from "./stage/budget.ts";
import { createPageMemory } from "./stage/page-memory.ts";
import { applyDelta, buildState, type EdgeState } from "./state.ts";
import { createToApp } from "./to-app.ts";
import { createToCore } from "./to-core.ts";
import { createWayFinder } from "./ways.ts";

export type Edge = {
  /** Takes a snapshot or delta; returns the number to acknowledge, or undefined when it could not be used. */
  apply(message: Decision): number | undefined;
  /** The cookies that are kept for devices; the core tells and is told. */
  jars: Pick<Jars, "take" | "connect" | "disconnect" | "saved">;
  state(): EdgeState | undefined;
  /** Calls `listener` with each new snapshot's state from now on. */
  onSnapshot(listener: (state: EdgeState) => void): void;
  /** Decides a request and answers it. */
  onRequest(door: Door, request: ClientRequest): void;
  /** The whole answer, in latin1, to what is not HTTP/1.1. `isVisit`: it belongs to a request that tells of it itself. */
  onMalformed(door: Door, socket: Socket, code: ErrorCode, message: string, isVisit: boolean): string;
  /** Answers a request that is refused for its form. */
  onUnfit(door: Door, request: ClientRequest, code: ErrorCode, message: string): void;
  /** A connection comes from this address: answers what to call when it is closed, or nothing when it is one too many. */
  admit(remoteAddress: string | undefined): (() => void) | undefined;
  /** What was counted since the last call. */
  report(): EdgeToCore;
  /** Closes connections to upstreams and writes the last lines of the log. */
  close(): Promise<void>;
};

type Bytes = { readonly bytesIn: number; readonly bytesOut: number };

/** Part of the memory for rewriting that is for bodies of before. */
const REMEMBERED = 1 / 8;

/** Shortest time between two words about too many connections, in ms. */
const CROWDED_MS = 60_000;

/** What the log says in place of a status when the client left before an answer began (20 §1.11). */
const CLIENT_CLOSED = 499;

export type EdgeParts = {
  socketPath: string;
  secret: string;
  ownPorts: readonly number[];
  pages: Pages;
  clock: Clock;
  log: Logger;
};

/** The data plane: accept, canonicalise, who is it, which route, may they, rewrite, forward, count. */
export function createEdge({ socketPath, secret, ownPorts, pages, clock, log }: EdgeParts): Edge {
  let state: EdgeState | undefined;
  const snapshotListeners: ((state: EdgeState) => void)[] = [];
  const nextId = createRequestIds();
  const pool = createPool(clock);
  const forwarder = createForwarder(pool, clock);
  const cache = createAnswerCache(forwarder, clock);
  const counters = createCounters();
  const budget = createMemoryBudget(clock);
  const memory = createPageMemory(clock);
  const accessLog = createAccessLog(NO_ACCESS_LOG, { clock, log, onLost: (lines) => counters.linesLost(lines) });
  const crowd = createCrowd();
  let crowdedUntil = Number.NEGATIVE_INFINITY;
  const jars = createJars({ clock, log });
  const toCore = createToCore({ forwarder, pool, clock, socketPath, secret, onTunnelClosed });
  const detours = createDetours({ refuse, showOpenPage });
  const toApp = createToApp({
    pool,
    forwarder,
    cache,
    jars,
    findWay: createWayFinder({
      connect: createConnector(ownPorts, clock),
      clock,
      rewriting: { budget, memory, counts: counters, script: pages.prefixScript },
    }),
    counters,
    clock,
    log,
    refuse,
    detours,
    onTunnelClosed,
  });

  function refuse(visit: Visit, answer: Refuse): void {
    visit.error ??= answer.code;
    counters.refused(answer.code);
    answerRefusal(pages, visit, answer);
  }

  function showOpenPage(visit: Visit, appId: string): void {
    const headers = ownHeaders(visit.state.snapshot.version);
    headers.push("Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", cspOf(pages.open));
    visit.request.answer(200, headers, fill(pages.open, { app: appId }));
  }

  function showPrefixScript(visit: Visit): void {
    if (reads(visit.request.method)) {
      answerPrefixScript(visit, pages.prefixScript);
      return;
    }
    const message = `${PREFIX_SCRIPT_PATH} can only be read.`;
    refuse(visit, { code: "METHOD_NOT_ALLOWED", message, headers: { Allow: "GET, HEAD" } });
  }

  /**
   * The core answers everything but apps; the apps origin has nothing else to show. At an app's own host name every path
   * is the app's but the one where the browser's sign-in arrives.
   */
  function route(visit: Visit): void | Promise<void> {
    const { path } = visit.target;
    const reserved = path.startsWith(RESERVED_PATH);
    if (visit.hostRoute) return reserved ? toCore(visit, (fault) => coreFailed(visit, fault)) : toApp.visit(visit);
    const entering = reserved || path.startsWith("/apps/.nekzus/");
    if (path.startsWith("/apps/") && !entering) return toApp.visit(visit);
    if (path === PREFIX_SCRIPT_PATH) return showPrefixScript(visit);
    if (path === OPEN_PAGE && visit.door.name === "api" && reads(visit.request.method)) return showOpenPage(visit, "");
    const stray = visit.upgrade ? undefined : strayPath(visit, clock.now());
    if (stray !== undefined) return detours.leadInto(visit, stray);
    if (entering ? visit.door.name === "api" && !visit.state.snapshot.sharedOrigin : visit.door.name === "apps") {
      return refuse(visit, { code: "NOT_FOUND", message: `There is nothing at ${path} on this origin.` });
    }
    return toCore(visit, (fault) => coreFailed(visit, fault));
  }

  function coreFailed(visit: Visit, fault: UpstreamFault): void {
    if (visit.request.answered) {
      visit.error = fault.kind;
      visit.request.abort();
      return;
    }
    if (fault.kind === "upload_stalled") {
      refuse(visit, faultAnswer(fault.kind));
      return;
    }
    log.warn({ request: visit.id, fault: fault.kind }, "the core does not answer");
    refuse(visit, {
      code: "SERVICE_UNAVAILABLE",
      message: "The gateway's control plane is restarting. Try again in a moment.",
      headers: { "Retry-After": "2" },
    });
  }

  function failed(visit: Visit, error: unknown): void {
    log.error({ err: error, request: visit.id }, "a request failed inside the edge");
    refuse(visit, { code: "INTERNAL_ERROR", message: `Something went wrong. Request ${visit.id}.` });
  }

  function onTunnelClosed(visit: Visit, bytes: Bytes): void {
    count(visit, 101, bytes);
  }

  /** The exchange is over: answered, refused or broken off. `refused`: its connection ended it with this error. */
  function over(visit: Visit, refused: ErrorCode | undefined): void {
    visit.exchange?.clientGone();
    if (refused) {
      visit.error ??= refused;
      counters.refused(refused);
    }
    count(visit, visit.request.status || (refused ? ERRORS[refused].status : CLIENT_CLOSED), visit.request);
  }

  function count(visit: Visit, status: number, { bytesIn, bytesOut }: Bytes): void {
    toApp.ended(visit);
    const { route } = visit;
    const ms = clock.monotonic() - visit.began;
    if (route && visit.authority) {
      counters.answered(route.routeId, route.appId, status, ms, bytesIn, bytesOut);
      if (visit.cached) counters.cacheUsed(route.routeId, route.appId, visit.cached);
      if (visit.upgrade && status !== 101) counters.webSocketFailed(route.routeId, route.appId);
    }
    accessLog.write(entryOf(visit, clock.now(), status, ms, bytesIn, bytesOut));
  }

  /** What is refused for its form is no visit: only its sender is known. */
  function unread(door: Door, socket: Socket, protocol: string, code: ErrorCode): void {
    counters.refused(code);
    const peer = state?.addresses.peer(socket.remoteAddress) ?? "0.0.0.0";
    accessLog.write(unreadEntry({ now: clock.now(), id: nextId(), door: door.name, peer, protocol, code }));
  }

  function enter(door: Door, request: ClientRequest): void {
    if (!state) {
      request.abort();
      return;
    }
    const { visit, refusal } = receive(request, door, state, nextId, clock.monotonic());
    request.onClosed = (refused) => over(visit, refused);
    if (visit.upgrade) request.closeAfter();
    if (refusal) {
      // Whatever follows a message that was refused for its form may be a part of it.
      if (refusal.code !== "HOST_NOT_ALLOWED") request.closeAfter();
      refuse(visit, refusal);
      return;
    }
    try {
      route(visit)?.catch((error) => failed(visit, error));
    } catch (error) {
      failed(visit, error);
    }
  }

  return {
    apply(message) {
      if (message.type === "snapshot") {
        try {
          state = buildState(message.snapshot);
        } catch (error) {
          log.error(
            { err: error, number: message.snapshot.number },
            "a snapshot could not be used; the last one stays",
          );
          return undefined;
        }
        pool.retain(new Set(state.snapshot.routes.map(({ upstream }) => upstreamKey(upstream))));
        if (state.snapshot.upstreamLimits) pool.limit(state.snapshot.upstreamLimits);
        cache.use(state.snapshot);
        if (state.snapshot.rewritingMemory) {
          const remembered = Math.floor(state.snapshot.rewritingMemory * REMEMBERED);
          memory.limit(remembered);
          budget.limit(state.snapshot.rewritingMemory - remembered);
        }
        accessLog.use(state.snapshot.accessLog);
        toApp.judgeAgain(state);
        for (const listener of snapshotListeners) listener(state);
        return state.number;
      }
      if (!state) return undefined;
      if (message.delta.kind === "cookies-forgotten") jars.forget(message.delta);
      if (message.delta.kind === "subject-removed") jars.forget({ device: message.delta.id });
      if (message.delta.kind === "cache-emptied") cache.empty(message.delta.routeId);
      if (applyDelta(state, message.delta).judgeAgain) toApp.judgeAgain(state);
      return state.number;
    },
    jars,
    state: () => state,
    onSnapshot: (listener) => snapshotListeners.push(listener),
    onRequest: enter,
    onMalformed(door, socket, code, message, isVisit) {
      if (!isVisit) unread(door, socket, "1.1", code);
      return malformedAnswer(state?.snapshot.version ?? "", code, message);
    },
    onUnfit(door, request, code, message) {
      unread(door, request.socket, request.version, code);
      unfitAnswer(state?.snapshot.version ?? "", request, code, message);
    },
    admit(remoteAddress) {
      const addresses = state?.addresses;
      const peer = addresses?.peer(remoteAddress) ?? "0.0.0.0";
      const leave = crowd.enter(peer, addresses?.trusts(peer) ?? false);
      if (!leave && clock.monotonic() >= crowdedUntil) {
        crowdedUntil = clock.monotonic() + CROWDED_MS;
        log.warn({ client: peer }, "there are too many connections: further ones are closed");
      }
      return leave;
    },
    report() {
      const { requests, webSockets } = toApp.active();
      return {
        type: "counters",
        ...counters.take(),
        cache: cache.take(),
        activeRequests: requests,
        activeWebSockets: webSockets,
        rewritingMemory: budget.used,
      };
    },
    async close() {
      forwarder.stop();
      pool.close();
      await accessLog.close();
    },
  };
}

function reads(method: string): boolean {
  return method === "GET" || method === "HEAD";
}
