import { connect, type Socket } from "node:net";
import type { Clock } from "../kit/clock.ts";
import { preamble } from "../wire/channel.ts";
import { HOP_BY_HOP } from "../wire/header-rules.ts";
import { encodeFacts } from "../wire/request-facts.ts";
import { looksLocal, peerIsOurs } from "./decide/local.ts";
import { UpstreamFault } from "./forward/fault.ts";
import type { Forwarder, Way } from "./forward/forward.ts";
import { CORE_KEY, type Pool } from "./forward/pool.ts";
import { tunnel } from "./forward/tunnel.ts";
import type { Visit } from "./request.ts";
import { coreRequestHeaders, framingOf, requestHead } from "./rewrite/request-headers.ts";

/** Longest wait for the core's answer, in ms. */
const CORE_TIMEOUT_MS = 60_000;

/** Passes one request on; `refuse` is told when the core gives no answer. */
export type ToCore = (visit: Visit, refuse: (fault: UpstreamFault) => void) => void | Promise<void>;

export type ToCoreParts = {
  forwarder: Forwarder;
  pool: Pool;
  clock: Clock;
  socketPath: string;
  secret: string;
  /** A WebSocket of the core was open and is no more. */
  onTunnelClosed(visit: Visit, bytes: { bytesIn: number; bytesOut: number }): void;
};

/** Passes requests for API and pages to the core, with what only the edge can know about them. */
export function createToCore({ forwarder, pool, clock, socketPath, secret, onTunnelClosed }: ToCoreParts): ToCore {
  const way: Way = {
    key: CORE_KEY,
    open: () => openCoreSocket(socketPath, secret, "http"),
    headerTimeoutMs: CORE_TIMEOUT_MS,
    maxBodyBytes: Number.POSITIVE_INFINITY,
    idleTimeoutMs: 0,
    answerHeaders: withoutHopByHop,
    requestTrailers: withoutHopByHop,
    answerTrailers: withoutHopByHop,
  };

  return (visit, refuse) => {
    const { head } = visit;
    const credentialShown = head.authorization !== undefined || head.apiKey !== undefined;
    const local = !credentialShown && isLocal(visit);
    if (typeof local === "boolean") return pass(visit, local, refuse);
    return local.then((is) => pass(visit, is, refuse));
  };

  function pass(visit: Visit, local: boolean, refuse: (fault: UpstreamFault) => void): void {
    const { request, head } = visit;
    const facts = encodeFacts({
      id: visit.id,
      address: visit.client,
      local,
      secure: visit.secure,
      // At an app's host name nothing of the API is served, whatever listener it came by.
      listener: visit.hostRoute ? "apps" : visit.door.name,
    });
    const headers = coreRequestHeaders(
      request.headers,
      head,
      { upgrade: visit.upgrade, body: framingOf(visit) },
      facts,
    );
    const target = visit.target.path + visit.target.query;
    const text = requestHead(request.method, target, headers);
    visit.exchange = visit.upgrade
      ? tunnel(pool, clock, request, way, {
          head: text,
          webSocketKey: head.webSocketKey,
          onFault: refuse,
          onOpen() {},
          onClosed: (bytes) => onTunnelClosed(visit, bytes),
        })
      : forwarder.forward(request, way, text, refuse);
  }
}

/** Does the request come from a program of our own user on this machine? To be asked only when it shows no credential for us (design, section 7). */
export function isLocal({ request, head, door, state }: Visit): boolean | Promise<boolean> {
  if (!state.snapshot.localAccess || request.version === "1.0") return false;
  const { remoteAddress, localAddress } = request.socket;
  if (!looksLocal(request.headers, head.host, door.port, remoteAddress, localAddress)) return false;
  return peerIsOurs(request.socket);
}

/** Connects to the core's private socket and shows the secret. */
export function openCoreSocket(path: string, secret: string, purpose: "http" | "control"): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect(path);
    // Stays for good: whoever takes the socket over listens a moment later.
    socket.on("error", () => fail(new UpstreamFault("connection_refused", "the core does not answer")));
    socket.once("connect", () => {
      socket.write(preamble(secret, purpose));
      done(socket);
    });
  });
}

function withoutHopByHop(raw: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (!HOP_BY_HOP.has(name) && name !== "content-length") out.push(raw[i] as string, raw[i + 1] as string);
  }
  return out;
}
