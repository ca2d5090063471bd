import type { ErrorCode } from "@nekzus/contract/errors";

/** Why an upstream could not answer. The label is for metrics, the code for the client (20 §1.11). */
export type FaultKind =
  | "timeout"
  | "connection_refused"
  | "connection_reset"
  | "host_unreachable"
  | "dns_error"
  | "tls_error"
  | "address_refused"
  | "bad_answer"
  /** As many connections as allowed are in use, and no place in the queue or none in time. */
  | "overloaded"
  /** The client stopped sending its body: not the upstream's fault. */
  | "upload_stalled"
  /** The client sent more than the route takes: not the upstream's fault. */
  | "body_too_large"
  /** The route was removed before the upstream answered. */
  | "route_removed"
  | "unknown";

export class UpstreamFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

type FaultAnswer = { code: ErrorCode; message: string; headers?: Record<string, string> };

const CODES: Record<FaultKind, FaultAnswer> = {
  timeout: { code: "GATEWAY_TIMEOUT", message: "The app did not answer in time." },
  connection_refused: { code: "BAD_GATEWAY", message: "The app refuses connections. Is it running?" },
  connection_reset: { code: "BAD_GATEWAY", message: "The app closed the connection before it answered." },
  host_unreachable: { code: "SERVICE_UNAVAILABLE", message: "The app's machine cannot be reached." },
  dns_error: { code: "BAD_GATEWAY", message: "The name of the app's machine cannot be resolved." },
  tls_error: { code: "BAD_GATEWAY", message: "The app's certificate is not trusted or TLS failed." },
  address_refused: {
    code: "BAD_GATEWAY",
    message: "The app's address is no longer of the kind that was approved. Check the route.",
  },
  bad_answer: { code: "BAD_GATEWAY", message: "The app gave an answer that is not HTTP." },
  overloaded: {
    code: "SERVICE_UNAVAILABLE",
    message: "The app is busy: too many requests wait for it. Try again in a few seconds.",
    headers: { "Retry-After": "5" },
  },
  route_removed: { code: "NOT_FOUND", message: "The app was removed from this gateway." },
  body_too_large: { code: "PAYLOAD_TOO_LARGE", message: "The request's body is too large." },
  upload_stalled: { code: "REQUEST_TIMEOUT", message: "The request's body stopped coming." },
  unknown: { code: "BAD_GATEWAY", message: "The app could not be reached." },
};

/** The answer for a fault. It never names the upstream's address. */
export function faultAnswer(kind: FaultKind): FaultAnswer {
  return CODES[kind];
}

const BY_ERRNO: Record<string, FaultKind> = {
  ETIMEDOUT: "timeout",
  ECONNREFUSED: "connection_refused",
  // A socket of the file system that is not there, or not for us.
  ENOENT: "connection_refused",
  EACCES: "connection_refused",
  // One whose app does not keep up with its connections (connect(2)).
  EAGAIN: "overloaded",
  EMFILE: "overloaded",
  ENFILE: "overloaded",
  ECONNRESET: "connection_reset",
  EPIPE: "connection_reset",
  ECONNABORTED: "connection_reset",
  EHOSTUNREACH: "host_unreachable",
  EHOSTDOWN: "host_unreachable",
  EADDRNOTAVAIL: "host_unreachable",
  ENETUNREACH: "host_unreachable",
  ENOTFOUND: "dns_error",
  EAI_AGAIN: "dns_error",
  EAI_NODATA: "dns_error",
};

/** Finds the kind of an error of node's network calls. */
export function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && BY_ERRNO[code]) return new UpstreamFault(BY_ERRNO[code], message);
  const tls =
    code &&
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|INVALID_|PATH_LENGTH|EPROTO|HOSTNAME_MISMATCH)/.test(
      code,
    );
  return new UpstreamFault(tls ? "tls_error" : "unknown", message);
}
