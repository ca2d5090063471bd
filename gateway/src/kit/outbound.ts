import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { checkServerIdentity } from "node:tls";
import { type buildConnector, Client } from "undici";
import { type AddressKind, addressKind, canonicalAddress, type Network } from "./addresses.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Logger } from "./log.ts";
import { checkSocket, type SocketRules } from "./unix-sockets.ts";

/** The kinds of address a request may be allowed to reach; `never` is not one of them. */
export type ReachableKind = Exclude<AddressKind, "never">;

/** Turns a host name into addresses. Rejects when the name has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Asks the system's resolver, which also knows /etc/hosts and, where set up, mDNS. */
export const resolveHost: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
};

/** Where an address may lie. */
export type ReachRules = {
  allow: readonly ReachableKind[];
  /** Networks of one's own where it may lie as well. */
  networks?: readonly Network[];
};

export type OutboundRequest = ReachRules & {
  /** http or https, without user name and password. */
  url: string | URL;
  method?: "GET" | "HEAD" | "POST";
  /** What a POST carries. */
  body?: string | Buffer;
  /** Header fields to send. Those that carry credentials are refused. */
  headers?: Readonly<Record<string, string>>;
  /** Header fields with credentials for the address of `url` itself. Such a request follows no redirects. */
  credentials?: Readonly<Record<string, string>>;
  /** Ends the request. */
  signal?: AbortSignal;
  /** Bytes of the body that are read; what is beyond them is cut off. */
  maxBytes: number;
  /** The whole request with its redirects has to end within this time, in ms. */
  timeoutMs: number;
  /** How many redirects are followed; the next one is the answer. Default 0. */
  redirects?: number;
  /** Redirects may only lead to the same host and port. */
  sameHostOnly?: boolean;
  /** Accept any certificate. */
  insecureSkipVerify?: boolean | undefined;
  /** The certificates, in PEM, that alone are trusted; empty when they are missing, and then none is. */
  caPem?: string | undefined;
  /** The name that the certificate must carry, when it is not the host. */
  serverName?: string | undefined;
  /** A socket of the file system that is asked instead of the URL's host and port; redirects stay on it. */
  socket?: SocketRules | undefined;
};

export type OutboundAnswer = {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** The address that answered, after redirects. */
  finalUrl: URL;
  /** True when the body was longer than `maxBytes`. */
  truncated: boolean;
};

/**
 * Why a request got no answer. `blocked`: the address or a redirect is not allowed. `unresolved`: the name has no
 * address. `timeout`: no complete answer in time. `failed`: the connection or the answer was unusable.
 */
type OutboundFault = "blocked" | "unresolved" | "timeout" | "failed";

/** The message says what happened, without secrets, and can be shown to a person. */
class OutboundError extends Error {
  readonly fault: OutboundFault;

  constructor(fault: OutboundFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OutboundError";
    this.fault = fault;
  }
}

export type Outbound = {
  /** Sends one request. Throws {@link OutboundError} and nothing else. */
  fetchFrom(request: OutboundRequest): Promise<OutboundAnswer>;
};

/** The same, and the guard alone for what speaks another protocol than HTTP. */
export type GuardedOutbound = Outbound & {
  /** The addresses of a host that may be contacted at this port; connect to nothing else. Throws {@link OutboundError}. */
  reach(host: string, port: number, rules: ReachRules): Promise<string[]>;
};

/** Largest header of an answer, in bytes. */
const MAX_HEADER = 32 * 1024;
const CREDENTIAL_HEADERS = /^(authorization|proxy-authorization|cookie|x-api-key)$/i;

/**
 * All HTTP that the core sends out. Each connection is made to an address that was checked just before: the name is
 * resolved once, addresses of the wrong kind and our own listeners are left out, and the connection knows only what
 * remains, so that a second answer of the DNS can change nothing (security.md: ssrf, route-rebind). Redirects are
 * followed by hand and checked like the first address. No proxy of the environment is used, no cookie is kept.
 */
export function createOutbound(options: {
  resolve?: Resolve;
  /** Is this address and port one of the gateway's own listeners? */
  isOwnListener(address: string, port: number): boolean;
  log: Logger;
  clock?: Clock;
}): GuardedOutbound {
  const { resolve = resolveHost, isOwnListener, log, clock = systemClock } = options;

  async function reach(name: string, port: number, rules: ReachRules): Promise<string[]> {
    const host = name.replace(/^\[|\]$/g, "");
    const literal = canonicalAddress(host);
    const found = literal ? [literal] : await resolve(host).catch(() => []);
    if (!found.length) throw new OutboundError("unresolved", `the name ${host} has no address`);
    const reasons: string[] = [];
    const allowed = found.filter((address) => {
      const reason = refusal(address, port, rules);
      if (reason) reasons.push(reason);
      return !reason;
    });
    if (allowed.length) return allowed;
    log.debug({ host, reasons }, "an outbound request was refused");
    throw new OutboundError("blocked", `${host} must not be contacted: ${reasons[0]}`);
  }

  function refusal(address: string, port: number, { allow, networks = [] }: ReachRules): string | undefined {
    const kind = addressKind(address);
    if (kind === "never") return `${address} is link-local, multicast, reserved or a metadata service`;
    if (!allow.includes(kind) && !networks.some((network) => network.contains(address)))
      return `${address} lies in "${kind}", expected "${allow.join('" or "')}"`;
    if (isOwnListener(address, port)) return `${address} port ${port} is the gateway itself`;
    return undefined;
  }

  async function once(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> {
    const place = await unlessAborted<buildConnector.BuildOptions>(
      request.socket
        ? pathOf(request.socket)
        : reach(url.hostname, portOf(url), request).then((found) => ({ lookup: only(found) })),
      signal,
    );
    const client = new Client(url.origin, {
      allowH2: false,
      maxHeaderSize: MAX_HEADER,
      // The deadline of the whole request is the only clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        ...place,
        ...trust(url, request),
        timeout: request.timeoutMs,
      },
    });
    try {
      const answer = await client.request({
        path: url.pathname + url.search,
        method: request.method ?? "GET",
        headers: { "accept-encoding": "identity", ...request.headers, ...request.credentials },
        ...(request.body !== undefined && { body: request.body }),
        signal,
      });
      const { body, truncated } = await collect(answer.body, request.maxBytes);
      return { status: answer.statusCode, headers: answer.headers, body, finalUrl: url, truncated };
    } finally {
      client.destroy().catch(() => {});
    }
  }

  return {
    reach,
    async fetchFrom(request) {
      const deadline = new AbortController();
      const late = () =>
        deadline.abort(new OutboundError("timeout", `no complete answer within ${request.timeoutMs} ms`));
      const timer = clock.after(request.timeoutMs, late);
      const cancel = () => deadline.abort(new OutboundError("failed", "the request was given up"));
      request.signal?.addEventListener("abort", cancel, { once: true });
      try {
        if (request.signal?.aborted) cancel();
        if (request.credentials && request.redirects) throw new Error("credentials do not follow redirects");
        let url = usableUrl(request.url);
        refuseCredentials(request.headers);
        for (let left = request.redirects ?? 0; ; left--) {
          const answer = await once(url, request, deadline.signal);
          const next = left > 0 ? redirectTarget(answer, url) : undefined;
          if (!next) return answer;
          if (
            (request.sameHostOnly || request.socket) &&
            (next.hostname !== url.hostname || portOf(next) !== portOf(url))
          ) {
            throw new OutboundError("blocked", `${url.host} redirects to another address, ${next.host}`);
          }
          url = next;
        }
      } catch (error) {
        if (deadline.signal.aborted) throw deadline.signal.reason;
        throw error instanceof OutboundError
          ? error
          : new OutboundError("failed", plainReason(error), { cause: error });
      } finally {
        timer.cancel();
        request.signal?.removeEventListener("abort", cancel);
      }
    },
  };
}

/** Where a socket lies. Throws {@link OutboundError}. */
async function pathOf(socket: SocketRules): Promise<{ socketPath: string }> {
  const checked = await checkSocket(socket);
  if ("path" in checked) return { socketPath: checked.path };
  throw new OutboundError(checked.fault === "missing" ? "failed" : "blocked", `the socket ${checked.reason}`);
}

/** Which certificates count. Throws {@link OutboundError} when none could. */
function trust(url: URL, { insecureSkipVerify, caPem, serverName }: OutboundRequest): buildConnector.BuildOptions {
  if (url.protocol !== "https:") return {};
  if (insecureSkipVerify) return { rejectUnauthorized: false };
  if (caPem === "") throw new OutboundError("failed", "the file with the certificates to trust could not be read");
  return {
    rejectUnauthorized: true,
    ...(caPem !== undefined && { ca: caPem }),
    ...(serverName && {
      ...(isIP(serverName) ? {} : { servername: serverName }),
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    }),
  };
}

function usableUrl(text: string | URL): URL {
  const url = URL.parse(String(text));
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new OutboundError("blocked", "only http and https addresses can be contacted");
  }
  if (url.username || url.password) throw new OutboundError("blocked", "the address must not carry a user name");
  return url;
}

function refuseCredentials(headers: OutboundRequest["headers"]): void {
  const found = Object.keys(headers ?? {}).find((name) => CREDENTIAL_HEADERS.test(name));
  if (found) throw new OutboundError("blocked", `the header ${found} must not be sent`);
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/** Where an answer redirects to; undefined when it does not. */
function redirectTarget(answer: OutboundAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const location = answer.headers.location;
  const target = URL.parse(String(Array.isArray(location) ? location[0] : (location ?? "")), from);
  return location === undefined || !target ? undefined : usableUrl(target);
}

/** A resolver for one connection that knows only the addresses that were checked. */
function only(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return (_host, options, callback) => {
    if (options.all) callback(null, entries);
    else callback(null, entries[0]?.address ?? "", entries[0]?.family);
  };
}

async function collect(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Pick<OutboundAnswer, "body" | "truncated">> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.length;
    // Leaving the loop destroys the stream and with it the connection.
    if (size > maxBytes) break;
  }
  return { body: Buffer.concat(parts).subarray(0, maxBytes), truncated: size > maxBytes };
}

/** The system's resolver cannot be cancelled, so its answer is left alone when time is up. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    work.then(done, fail);
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the connection could not be made in time",
  UND_ERR_CONNECT_TIMEOUT: "the connection could not be made in time",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_HEADERS_OVERFLOW: "the answer's header is too large",
};

function plainReason(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return "the request failed";
  const code = "code" in first ? String(first.code) : "";
  if (code.startsWith("HPE_")) return "the answer is not valid HTTP";
  return REASONS[code] ?? (first.message || code || "the request failed");
}
