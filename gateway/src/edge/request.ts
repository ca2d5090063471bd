import type { Principal } from "../wire/principal.ts";
import { RESERVED_PATH } from "../wire/reserved-path.ts";
import type { RouteEntry } from "../wire/snapshot.ts";
import type { CacheResult } from "./cache/answer.ts";
import type { Head } from "./decide/head.ts";
import type { Authority } from "./decide/identity.ts";
import { isRefusal, type Refusal, readTarget, type Target } from "./decide/target.ts";
import type { Exchange } from "./forward/forward.ts";
import type { ClientRequest, Door } from "./listen/client.ts";
import type { EdgeState } from "./state.ts";

/** One request on its way through the rooms: what is known about it so far. */
export type Visit = {
  request: ClientRequest;
  door: Door;
  state: EdgeState;
  id: string;
  /** When it came, of the clock's monotonic time, in ms. */
  began: number;
  head: Head;
  target: Target;
  /** The route whose own host name the request came to, as it is there. */
  hostRoute: RouteEntry | undefined;
  /** Address of the direct peer. */
  peer: string;
  /** Do the forwarding headers of the direct peer count? */
  peerTrusted: boolean;
  /** The client's address after trusted proxies. */
  client: string;
  /** Did the client speak TLS to us, or to a trusted proxy in front? */
  secure: boolean;
  /** Is it an upgrade to a WebSocket, of an app or of our own? */
  upgrade: boolean;
  /** What the rooms found out, for the log; undefined until then. */
  principal: Principal | undefined;
  route: RouteEntry | undefined;
  /** What the visit lasts by; set when it was let in. */
  authority: Authority | undefined;
  /** Code of a refusal, or kind of the upstream's fault. */
  error: string | undefined;
  /** What the cache did, on routes that keep answers. */
  cached: CacheResult | undefined;
  /** The passage under way. */
  exchange: Exchange | undefined;
};

/** Where the core takes WebSockets (public API page). */
const EVENT_SOCKET_PATH = "/api/v1/ws";

/** Most headers of one request. */
const MAX_HEADERS = 200;
/** Ids of callers are kept when they cannot do harm in a log. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Takes a request in: canonical or refused. The visit is complete even when it is refused, so that the refusal can be
 * answered. `nextId` makes the id of a request that brings none; `now` is the clock's monotonic time in ms.
 */
export function receive(
  request: ClientRequest,
  door: Door,
  state: EdgeState,
  nextId: () => string,
  now: number,
): { visit: Visit; refusal: Refusal | undefined } {
  const { addresses } = state;
  const { head } = request;
  const target = readTarget(request.target, head.host);
  const peer = addresses.peer(request.socket.remoteAddress);
  const peerTrusted = addresses.trusts(peer);
  const visit: Visit = {
    request,
    door,
    state,
    id: head.requestId !== undefined && REQUEST_ID.test(head.requestId) ? head.requestId : nextId(),
    began: now,
    head,
    target: isRefusal(target) ? { path: "/", query: "" } : target,
    hostRoute: state.hostRoutes.match(head.host),
    peer,
    peerTrusted,
    client: addresses.client(peer, head.forwardedFor),
    secure: peerTrusted && head.forwardedProto ? /^(https|wss)$/i.test(head.forwardedProto) : door.secure,
    upgrade: false,
    principal: undefined,
    route: undefined,
    authority: undefined,
    error: undefined,
    cached: undefined,
    exchange: undefined,
  };
  visit.upgrade = isUpgrade(visit);
  const odd = oddity(head) ?? (visit.upgrade && request.body !== "none" ? bad("An upgrade has no body.") : undefined);
  return { visit, refusal: odd ?? (isRefusal(target) ? target : hostRefusal(state, head)) };
}

/**
 * Only a WebSocket for an app, or the event socket, is an upgrade; everything else is answered as the plain request it
 * also is.
 */
function isUpgrade({ request, head, target, hostRoute }: Visit): boolean {
  return (
    head.upgrade?.toLowerCase() === "websocket" &&
    request.version === "1.1" &&
    request.method === "GET" &&
    head.connection !== undefined &&
    /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(head.connection) &&
    (hostRoute
      ? !target.path.startsWith(RESERVED_PATH)
      : target.path.startsWith("/apps/") || target.path === EVENT_SOCKET_PATH)
  );
}

/** What no honest client sends (design, section 5). The framing was judged before. */
function oddity(head: Head): Refusal | undefined {
  if (head.hostCount !== 1)
    return bad(head.hostCount ? "There is more than one Host header." : "The Host header is missing.");
  if (head.count > MAX_HEADERS) return { code: "HEADERS_TOO_LARGE", message: `More than ${MAX_HEADERS} headers.` };
  if (head.doubledCredential) return bad("A credential header came twice.");
  return undefined;
}

function hostRefusal(state: EdgeState, head: Head): Refusal | undefined {
  if (state.hostAllowed(head.host)) return undefined;
  return {
    code: "HOST_NOT_ALLOWED",
    message: "This gateway does not answer to that host name. If it should, add the name to server.allowed_hosts.",
  };
}

function bad(message: string): Refusal {
  return { code: "BAD_REQUEST", message };
}
