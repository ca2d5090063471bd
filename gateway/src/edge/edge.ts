import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../kit/clock.ts";
import type { Logger } from "../kit/log.ts";
import { cspOf, fill, type Pages } from "../kit/pages.ts";
import type { CoreToEdge, EdgeToCore } from "../wire/snapshot.ts";
import { refuse as answerRefusal, ownHeaders, type Refuse } from "./answer.ts";
import { createCounters } from "./counters.ts";
import { createConnector } from "./forward/connect.ts";
import { faultAnswer } from "./forward/fault.ts";
import { createPool } from "./forward/pool.ts";
import { responseFor } from "./forward/tunnel.ts";
import { type Door, receive, type Visit } from "./request.ts";
import { applyDelta, buildState, type EdgeState } from "./state.ts";
import { createToApp } from "./to-app.ts";
import { createToCore } from "./to-core.ts";

export type Edge = {
  /** Takes a snapshot or delta; returns the number to acknowledge, or undefined when it could not be used. */
  apply(message: CoreToEdge): number | undefined;
  state(): EdgeState | undefined;
  /** Calls `listener` with each new snapshot's state from now on. */
  onSnapshot(listener: (state: EdgeState) => void): void;
  onRequest(door: Door, req: IncomingMessage, res: ServerResponse): void;
  onUpgrade(door: Door, req: IncomingMessage, socket: Socket, early: Buffer): void;
  /** What was counted since the last call. */
  report(): EdgeToCore;
  close(): void;
};

/** What goes on on a client's connection: unanswered requests, and whether it ends with the answer under way. */
type Traffic = { open: number; ended: boolean };

/** Most requests that a client may send on one connection before their answers came. */
const MAX_PIPELINED = 32;

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
  const bySocket = new WeakMap<Socket, Traffic>();
  const pool = createPool(clock);
  const counters = createCounters();
  const toCore = createToCore(pool, socketPath, secret);
  const toApp = createToApp({
    pool,
    connect: createConnector(ownPorts, clock),
    counters,
    clock,
    log,
    refuse,
    showOpenPage,
  });

  function refuse(visit: Visit, answer: Refuse): void {
    counters.refused(answer.code);
    answerRefusal(pages, visit, answer);
  }

  function showOpenPage(visit: Visit, appId: string): void {
    const body = fill(pages.open, { app: appId });
    visit.res.writeHead(200, {
      ...ownHeaders(visit.state.snapshot.version),
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": cspOf(pages.open),
      "Content-Length": Buffer.byteLength(body),
    });
    visit.res.end(visit.req.method === "HEAD" ? undefined : body);
  }

  /** The core answers everything but apps; the apps origin has nothing else to show. */
  async function route(visit: Visit): Promise<void> {
    const { path } = visit.target;
    const entering = path.startsWith("/apps/.nekzus/");
    if (path.startsWith("/apps/") && !entering) return toApp.visit(visit);
    if (entering ? visit.door.name === "api" && !visit.state.snapshot.sharedOrigin : visit.door.name === "apps") {
      return refuse(visit, { code: "NOT_FOUND", message: `There is nothing at ${path} on this origin.` });
    }
    return toCore(visit, (fault) => {
      if (fault.kind === "upload_stalled") return refuse(visit, faultAnswer(fault.kind));
      log.warn({ request: visit.id, fault: fault.kind }, "the core does not answer");
      refuse(visit, {
        code: "SERVICE_UNAVAILABLE",
        message: "The gateway's control plane is restarting. Try again in a moment.",
        headers: { "Retry-After": "2" },
      });
    });
  }

  function trafficOn(socket: Socket): Traffic {
    let traffic = bySocket.get(socket);
    if (!traffic) {
      traffic = { open: 0, ended: false };
      bySocket.set(socket, traffic);
    }
    return traffic;
  }

  function countDown(this: ServerResponse): void {
    trafficOn(this.req.socket).open--;
  }

  function enter(door: Door, req: IncomingMessage, res: ServerResponse, upgrade: Visit["upgrade"]): void {
    if (!state) {
      res.destroy();
      return;
    }
    const traffic = trafficOn(req.socket);
    // Whatever follows a message that was refused for its form may be a part of it.
    if (traffic.ended) return;
    // A socket that leaves HTTP while an answer is still to come would mix the two.
    if (upgrade && traffic.open) {
      upgrade.socket.destroy();
      return;
    }
    traffic.open++;
    res.once("close", countDown);
    const { visit, refusal } = receive(req, res, door, state, upgrade);
    if (refusal) {
      traffic.ended = refusal.code !== "HOST_NOT_ALLOWED";
      refuse(visit, traffic.ended ? { ...refusal, headers: { Connection: "close" } } : refusal);
      return;
    }
    if (traffic.open > MAX_PIPELINED) {
      refuse(visit, {
        code: "RATE_LIMIT_EXCEEDED",
        message: `There are ${MAX_PIPELINED} requests under way on this connection. Wait for their answers.`,
        headers: { "Retry-After": "1" },
      });
      return;
    }
    route(visit).catch((error) => {
      log.error({ err: error, request: visit.id }, "a request failed inside the edge");
      refuse(visit, { code: "INTERNAL_ERROR", message: `Something went wrong. Request ${visit.id}.` });
    });
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
        toApp.judgeAgain(state);
        for (const listener of snapshotListeners) listener(state);
        return state.number;
      }
      if (!state) return undefined;
      if (applyDelta(state, message.delta).judgeAgain) toApp.judgeAgain(state);
      return state.number;
    },
    state: () => state,
    onSnapshot: (listener) => snapshotListeners.push(listener),
    onRequest: (door, req, res) => enter(door, req, res, undefined),
    onUpgrade(door, req, socket, early) {
      socket.on("error", () => socket.destroy());
      enter(door, req, responseFor(req, socket), { socket, early });
    },
    report() {
      const { requests, webSockets } = toApp.active();
      return { type: "counters", ...counters.take(), activeRequests: requests, activeWebSockets: webSockets };
    },
    close: () => pool.close(),
  };
}
