import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ErrorCode } from "@nekzus/contract/errors";
import { randomId } from "../kit/ids.ts";
import type { ListenerName } from "../wire/boot.ts";
import { type Head, readHead } from "./decide/head.ts";
import { isRefusal, type Refusal, readTarget, type Target } from "./decide/target.ts";
import type { EdgeState } from "./state.ts";

/** Where a request came in. */
export type Door = { name: ListenerName; port: number; secure: boolean };

/** How the body of a request is framed, and the value of the header that says so. */
export type Body = { kind: "none" | "length" | "chunked"; header: string | undefined };

/** One request on its way through the rooms: what is known about it so far. */
export type Visit = {
  req: IncomingMessage;
  res: ServerResponse;
  door: Door;
  state: EdgeState;
  id: string;
  head: Head;
  body: Body;
  target: Target;
  /** Address of the direct peer. */
  peer: string;
  /** Do the forwarding headers of the direct peer count? */
  peerTrusted: boolean;
  /** The client's address after trusted proxies. */
  client: string;
  /** Did the client speak TLS to us, or to a trusted proxy in front? */
  secure: boolean;
  /** Set for an upgrade: the client's socket and what it already sent. */
  upgrade: { socket: Socket; early: Buffer } | undefined;
};

/** Most headers of one request. */
const MAX_HEADERS = 200;
/** Ids of callers are kept when they cannot do harm in a log. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

const NO_BODY: Body = { kind: "none", header: undefined };
const CHUNKED: Body = { kind: "chunked", header: "chunked" };

/** Takes a request in: canonical or refused. The visit is complete even when it is refused, so that the refusal can be answered. */
export function receive(
  req: IncomingMessage,
  res: ServerResponse,
  door: Door,
  state: EdgeState,
  upgrade: Visit["upgrade"],
): { visit: Visit; refusal: Refusal | undefined } {
  const { addresses } = state;
  const head = readHead(req.rawHeaders);
  const body = bodyOf(head);
  const target = readTarget(req.url ?? "", head.host);
  const peer = addresses.peer(req.socket.remoteAddress);
  const peerTrusted = addresses.trusts(peer);
  const visit: Visit = {
    req,
    res,
    door,
    state,
    id: head.requestId !== undefined && REQUEST_ID.test(head.requestId) ? head.requestId : randomId("", 12),
    head,
    body,
    target: isRefusal(target) ? { path: "/", query: "" } : target,
    peer,
    peerTrusted,
    client: addresses.client(peer, head.forwardedFor),
    secure: peerTrusted && head.forwardedProto ? /^(https|wss)$/i.test(head.forwardedProto) : door.secure,
    upgrade,
  };
  const odd = oddity(req, head) ?? (upgrade && body.kind !== "none" ? bad("An upgrade has no body.") : undefined);
  return { visit, refusal: odd ?? (isRefusal(target) ? target : hostRefusal(state, head)) };
}

/** What no honest client sends (design, section 5). */
function oddity(req: IncomingMessage, head: Head): Refusal | undefined {
  if (head.hostCount !== 1)
    return bad(head.hostCount ? "There is more than one Host header." : "The Host header is missing.");
  if (head.count > MAX_HEADERS) return { code: "HEADERS_TOO_LARGE", message: `More than ${MAX_HEADERS} headers.` };
  if (head.doubledCredential) return bad("A credential header came twice.");
  if (head.contentLengthCount + head.transferEncodingCount > 1) return bad("The length of the body is named twice.");
  if (head.transferEncoding !== undefined) {
    if (req.httpVersion !== "1.1") return bad("HTTP/1.0 has no chunked bodies.");
    if (head.transferEncoding.toLowerCase() !== "chunked") return bad("Only the transfer coding chunked is known.");
  }
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
  return { code: "BAD_REQUEST" satisfies ErrorCode, message };
}

function bodyOf(head: Head): Body {
  if (head.transferEncoding !== undefined) return CHUNKED;
  if (head.contentLength === undefined) return NO_BODY;
  return { kind: /^0+$/.test(head.contentLength) ? "none" : "length", header: head.contentLength };
}
