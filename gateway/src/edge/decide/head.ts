import { createNameTable } from "../http1/name-table.ts";

/**
 * What the edge needs from a request's header, taken in one pass over the flat array of names and values.
 */
export type Head = {
  host: string;
  /** How many Host headers there were. */
  hostCount: number;
  authorization: string | undefined;
  apiKey: string | undefined;
  cookie: string | undefined;
  origin: string | undefined;
  connection: string | undefined;
  upgrade: string | undefined;
  contentLength: string | undefined;
  contentLengthCount: number;
  transferEncoding: string | undefined;
  transferEncodingCount: number;
  accept: string | undefined;
  fetchMode: string | undefined;
  fetchSite: string | undefined;
  fetchDest: string | undefined;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  /** Ids of the gateways that the request came through, by their own word. */
  hop: string | undefined;
  requestId: string | undefined;
  /** Does the client wait for "100 Continue" before it sends its body? */
  expectsContinue: boolean;
  webSocketKey: string | undefined;
  userAgent: string | undefined;
  /** Of W3C Trace Context; undefined also when it came twice. */
  traceparent: string | undefined;
  traceparentCount: number;
  /** True when the same credential header came twice: which one counts would be a guess. */
  doubledCredential: boolean;
  count: number;
};

const READ = new Set([
  "host",
  "authorization",
  "x-api-key",
  "cookie",
  "origin",
  "connection",
  "upgrade",
  "content-length",
  "transfer-encoding",
  "accept",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-fetch-dest",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-nekzus-hop",
  "x-request-id",
  "expect",
  "sec-websocket-key",
  "user-agent",
  "traceparent",
]);
/** The name in lower case when it is one that is read, else nothing. */
const readName = createNameTable((lower) => (READ.has(lower) ? lower : ""));

/** Reads the header of a request. */
export function readHead(raw: readonly string[]): Head {
  const head: Head = {
    host: "",
    hostCount: 0,
    authorization: undefined,
    apiKey: undefined,
    cookie: undefined,
    origin: undefined,
    connection: undefined,
    upgrade: undefined,
    contentLength: undefined,
    contentLengthCount: 0,
    transferEncoding: undefined,
    transferEncodingCount: 0,
    accept: undefined,
    fetchMode: undefined,
    fetchSite: undefined,
    fetchDest: undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
    hop: undefined,
    requestId: undefined,
    expectsContinue: false,
    webSocketKey: undefined,
    userAgent: undefined,
    traceparent: undefined,
    traceparentCount: 0,
    doubledCredential: false,
    count: raw.length / 2,
  };
  for (let i = 0; i < raw.length; i += 2) {
    const name = readName(raw[i] as string);
    if (name === "") continue;
    const value = raw[i + 1] as string;
    switch (name) {
      case "host":
        head.host = value;
        head.hostCount++;
        break;
      case "authorization":
        if (head.authorization !== undefined) head.doubledCredential = true;
        head.authorization = value;
        break;
      case "x-api-key":
        if (head.apiKey !== undefined) head.doubledCredential = true;
        head.apiKey = value;
        break;
      case "cookie":
        // Several Cookie headers are one list (RFC 6265 says one, HTTP/2 splits it).
        head.cookie = head.cookie === undefined ? value : `${head.cookie}; ${value}`;
        break;
      case "origin":
        if (head.origin !== undefined && head.origin !== value) head.doubledCredential = true;
        head.origin = value;
        break;
      case "connection":
        head.connection = head.connection === undefined ? value : `${head.connection}, ${value}`;
        break;
      case "upgrade":
        head.upgrade = value;
        break;
      case "content-length":
        head.contentLength = value;
        head.contentLengthCount++;
        break;
      case "transfer-encoding":
        head.transferEncoding = value;
        head.transferEncodingCount++;
        break;
      case "accept":
        head.accept = value;
        break;
      case "sec-fetch-mode":
        head.fetchMode = value;
        break;
      case "sec-fetch-site":
        head.fetchSite = value;
        break;
      case "sec-fetch-dest":
        head.fetchDest = value;
        break;
      case "x-forwarded-for":
        head.forwardedFor = head.forwardedFor === undefined ? value : `${head.forwardedFor}, ${value}`;
        break;
      case "x-forwarded-proto":
        head.forwardedProto = value;
        break;
      case "x-nekzus-hop":
        head.hop = head.hop === undefined ? value : `${head.hop}, ${value}`;
        break;
      case "x-request-id":
        head.requestId = value;
        break;
      case "expect":
        head.expectsContinue = /^100-continue$/i.test(value);
        break;
      case "sec-websocket-key":
        head.webSocketKey = value;
        break;
      case "user-agent":
        head.userAgent = value;
        break;
      case "traceparent":
        head.traceparent = head.traceparentCount++ ? undefined : value;
        break;
    }
  }
  return head;
}

/** Does a browser want to show the answer as a page? */
export function isNavigation(method: string | undefined, head: Head): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (head.fetchMode !== undefined) return head.fetchMode === "navigate";
  return head.accept?.includes("text/html") ?? false;
}
