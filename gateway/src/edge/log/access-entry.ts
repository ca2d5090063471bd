import type { ListenerName } from "../../wire/boot.ts";

/**
 * One request that has ended, as the access log tells it. Every field is always there, in this order, so that all
 * entries share one shape. No header values but the user agent, and never the query: it carries secrets.
 */
export type AccessEntry = {
  /** When it ended, in milliseconds since 1970. */
  time: number;
  /** The client's address after trusted proxies. */
  client: string;
  /** Address of the direct peer; written only when it is not the client's. */
  peer: string;
  /** What the client was answered; 499 when it left before an answer began. */
  status: number;
  /** Code of a refusal (`UNAUTHORIZED`), kind of an upstream's fault (`timeout`), or `client_closed`. */
  error: string | undefined;
  /** Id of the principal, which begins with its kind: `user:1`, `local`, `anonymous`. */
  principal: string | undefined;
  requestId: string;
  listener: ListenerName;
  /** Of HTTP: `1.0`, `1.1` or `2`. */
  protocol: string;
  routeId: string | undefined;
  appId: string | undefined;
  webSocket: boolean;
  /** What the cache did, on routes that keep answers: `hit`, `miss`, `stale`, `bypass`. */
  cached: string | undefined;
  /** Bytes of the bodies, or of the tunnel. */
  bytesIn: number;
  bytesOut: number;
  /** From the request's head to the end of the answer. */
  durationMs: number;
  /** From the request's head to the head of the app's answer, when one came. */
  upstreamMs: number | undefined;
  /** Of a well-formed `traceparent`. */
  traceId: string | undefined;
  method: string;
  host: string;
  /** Without the query. */
  path: string;
  userAgent: string | undefined;
};
