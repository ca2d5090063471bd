import { ERRORS, type ErrorCode } from "@nekzus/contract/errors";
import type { ListenerName } from "../../wire/boot.ts";
import type { Visit } from "../request.ts";
import type { AccessEntry } from "./access-entry.ts";
import { traceIdOf } from "./trace.ts";

/** What the log tells of a visit that is over. `now`: since 1970, `durationMs` and the visit's own times: in ms. */
export function entryOf(
  visit: Visit,
  now: number,
  status: number,
  durationMs: number,
  bytesIn: number,
  bytesOut: number,
): AccessEntry {
  const { request, head, route } = visit;
  const answerBegan = visit.exchange?.answerBegan;
  return {
    time: now,
    client: visit.client,
    peer: visit.peer,
    status,
    error: visit.error ?? (status === 499 ? "client_closed" : undefined),
    principal: visit.principal?.id,
    requestId: visit.id,
    listener: visit.door.name,
    protocol: request.version,
    routeId: route?.routeId,
    appId: route?.appId,
    webSocket: status === 101,
    cached: visit.cached,
    bytesIn,
    bytesOut,
    durationMs,
    upstreamMs: answerBegan === undefined ? undefined : answerBegan - visit.began,
    traceId: traceIdOf(head.traceparent),
    method: request.method,
    host: head.host,
    path: visit.target.path,
    userAgent: head.userAgent,
  };
}

/** What is known of something that was refused for its form. */
export type Unread = {
  /** Milliseconds since 1970. */
  now: number;
  id: string;
  door: ListenerName;
  peer: string;
  protocol: string;
  code: ErrorCode;
};

/** What the log tells of a message that could not be read: who sent it, and what was wrong. */
export function unreadEntry({ now, id, door, peer, protocol, code }: Unread): AccessEntry {
  return {
    time: now,
    client: peer,
    peer,
    status: ERRORS[code].status,
    error: code,
    principal: undefined,
    requestId: id,
    listener: door,
    protocol,
    routeId: undefined,
    appId: undefined,
    webSocket: false,
    cached: undefined,
    bytesIn: 0,
    bytesOut: 0,
    durationMs: 0,
    upstreamMs: undefined,
    traceId: undefined,
    method: "",
    host: "",
    path: "",
    userAgent: undefined,
  };
}
