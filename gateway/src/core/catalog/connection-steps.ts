import { createHash, randomBytes } from "node:crypto";
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "../../kit/clock.ts";

/** Why a step of a connection test gave nothing to go on with. */
export type StepFaultKind = "refused" | "unreachable" | "timed-out" | "tls-failed" | "not-http" | "closed-early";

/** The only error of the steps. The message says what happened and can be shown to a person. */
export class StepFault extends Error {
  readonly kind: StepFaultKind;

  constructor(kind: StepFaultKind, message: string) {
    super(message);
    this.name = "StepFault";
    this.kind = kind;
  }
}

/** How long a step may take. */
export type Within = { clock: Clock /** Milliseconds. */; ms: number };

/** What is asked over a connection that stands. */
export type Question = { path: string; headers: Readonly<Record<string, string>> };

/** An answer to one GET. */
export type StepAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  /** From the question to the head of the answer, in ms. */
  firstByteMs: number;
  /** The beginning of a page; empty for everything else. */
  page: string;
};

/** How an upgrade went: `status` 101 counts only with `accepted`. */
export type UpgradeAnswer = { status: number; accepted: boolean };

/** Bytes of a page that are read for its title. */
const PAGE_BYTES = 64 * 1024;
/** How long a page may take to come, in ms; what came until then is enough. */
const PAGE_MS = 1000;
/** Largest header of an answer in bytes, as the edge takes it. */
const MAX_HEADER = 128 * 1024;
/** What a server adds to the key before it proves that it speaks WebSocket (RFC 6455, section 1.3). */
const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Opens a connection to an address that was checked before. Throws {@link StepFault}. */
export function openConnection(address: string, port: number, within: Within): Promise<Socket> {
  const socket = connectTcp({ host: address, port });
  const late = `no answer from ${address} port ${port} within ${seconds(within.ms)}`;
  return settle(socket, "connect", within, late, () => socket);
}

/** The same for a socket of the file system. */
export function openSocket(path: string, within: Within): Promise<Socket> {
  const socket = connectTcp({ path });
  const late = `no answer from ${path} within ${seconds(within.ms)}`;
  return settle(socket, "connect", within, late, () => socket);
}

/** Whom a certificate is believed: authorities in PEM, else the well-known ones; and the name that it has to carry. */
export type Trust = { caPem: string | undefined; name: string };

/**
 * Speaks TLS on a connection. Any certificate is accepted here: whoever calls reads it and judges. Throws
 * {@link StepFault}.
 */
export function startTls(socket: Socket, { caPem, name }: Trust, within: Within): Promise<TLSSocket> {
  const secure = connectTls({
    socket,
    host: name,
    ...(isIP(name) ? {} : { servername: name }),
    ...(caPem !== undefined && { ca: caPem }),
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
  });
  const late = `TLS was not agreed within ${seconds(within.ms)}`;
  return settle(secure, "secureConnect", within, late, () => secure, "tls-failed");
}

/**
 * Sends one GET and reads the head of the answer and, of a page, the beginning. Redirects are not followed. The
 * connection is closed afterwards. Throws {@link StepFault}.
 */
export function ask(socket: Socket, question: Question, within: Within): Promise<StepAnswer> {
  const late = `the connection stands, but no answer began within ${seconds(within.ms)}`;
  const began = within.clock.monotonic();
  return exchange<Omit<StepAnswer, "page"> & { page(): Promise<string> | string }>(
    socket,
    question,
    within,
    late,
    (asked, done) => {
      asked.on("response", (answer) => {
        const { statusCode = 0, headers } = answer;
        const isPage = /^(text\/html|application\/xhtml\+xml)\b/i.test(headers["content-type"] ?? "");
        const firstByteMs = within.clock.monotonic() - began;
        done({ status: statusCode, headers, firstByteMs, page: () => (isPage ? readPage(answer, within.clock) : "") });
      });
    },
  ).then(async ({ page, ...answer }) => {
    try {
      return { ...answer, page: await page() };
    } finally {
      socket.destroy();
    }
  });
}

/** Asks for a WebSocket and looks whether the answer agrees to this one (RFC 6455, section 4.1). Throws {@link StepFault}. */
export function askForWebSocket(socket: Socket, question: Question, within: Within): Promise<UpgradeAnswer> {
  const key = randomBytes(16).toString("base64");
  const headers = {
    ...question.headers,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": key,
  };
  const late = `no answer to the upgrade within ${seconds(within.ms)}`;
  return exchange<UpgradeAnswer>(socket, { ...question, headers }, within, late, (asked, done) => {
    asked.on("upgrade", (answer) => done({ status: 101, accepted: agrees(answer.headers, key) }));
    asked.on("response", (answer) => done({ status: answer.statusCode ?? 0, accepted: false }));
  }).finally(() => socket.destroy());
}

function agrees(headers: IncomingHttpHeaders, key: string): boolean {
  const expected = createHash("sha1").update(key).update(WEBSOCKET_GUID).digest("base64");
  return headers.upgrade?.toLowerCase() === "websocket" && headers["sec-websocket-accept"] === expected;
}

/** Sends a request on a socket of its own and waits for what `listen` takes as the answer. */
function exchange<T>(
  socket: Socket,
  { path, headers }: Question,
  within: Within,
  late: string,
  listen: (asked: ClientRequest, done: (answer: T) => void) => void,
): Promise<T> {
  return new Promise((done, fail) => {
    const asked = request({
      method: "GET",
      path,
      headers: { ...headers },
      setHost: false,
      maxHeaderSize: MAX_HEADER,
      createConnection: () => socket,
    });
    const timer = within.clock.after(within.ms, () => end(new StepFault("timed-out", late)));
    function end(fault: StepFault): void {
      timer.cancel();
      socket.destroy();
      fail(fault);
    }
    // Stays for good: a socket that is destroyed later may still tell of an error.
    asked.on("error", (error) => end(faultOf(error, "closed-early")));
    asked.on("close", () => end(new StepFault("closed-early", "the connection was closed before an answer came")));
    listen(asked, (answer) => {
      timer.cancel();
      done(answer);
    });
    asked.end();
  });
}

/** The beginning of a page. A page that is cut off or slow is no fault of the connection. */
function readPage(answer: IncomingMessage, clock: Clock): Promise<string> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = () => {
      timer.cancel();
      done(Buffer.concat(parts).subarray(0, PAGE_BYTES).toString("utf8"));
    };
    const timer = clock.after(PAGE_MS, end);
    answer.on("data", (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= PAGE_BYTES) end();
    });
    answer.on("end", end).on("error", end).on("close", end);
  });
}

/** Waits for a socket's event, or its error, or the time to run out. */
function settle<T>(
  socket: Socket,
  event: "connect" | "secureConnect",
  { clock, ms }: Within,
  late: string,
  result: () => T,
  otherwise: StepFaultKind = "unreachable",
): Promise<T> {
  return new Promise((done, fail) => {
    const timer = clock.after(ms, () => end(new StepFault("timed-out", late)));
    function end(fault: StepFault): void {
      timer.cancel();
      socket.destroy();
      fail(fault);
    }
    // Stays for good: whoever takes the socket over listens a moment later.
    socket.on("error", (error) => end(faultOf(error, otherwise)));
    socket.once("close", () => end(new StepFault(otherwise, "the connection was closed")));
    socket.once(event, () => {
      timer.cancel();
      done(result());
    });
  });
}

const BY_CODE: Readonly<Record<string, [StepFaultKind, string]>> = {
  ECONNREFUSED: ["refused", "the connection was refused"],
  ENOENT: ["refused", "the socket does not exist"],
  EACCES: ["refused", "the gateway may not use the socket"],
  EHOSTUNREACH: ["unreachable", "the host cannot be reached"],
  EHOSTDOWN: ["unreachable", "the host cannot be reached"],
  ENETUNREACH: ["unreachable", "the network cannot be reached"],
  EADDRNOTAVAIL: ["unreachable", "this machine has no way to such an address"],
  ETIMEDOUT: ["timed-out", "the connection could not be made in time"],
  HPE_HEADER_OVERFLOW: ["not-http", "the answer's header is larger than 128 kB"],
};

function faultOf(error: Error, otherwise: StepFaultKind): StepFault {
  const { code = "", rawPacket } = error as NodeJS.ErrnoException & { rawPacket?: Buffer };
  const known = BY_CODE[code];
  if (known) return new StepFault(...known);
  if (code.startsWith("HPE_")) return new StepFault("not-http", seen(rawPacket));
  if (/^(ECONNRESET|EPIPE|ECONNABORTED)$/.test(code)) {
    return new StepFault(otherwise, "the connection was closed before an answer came");
  }
  // What OpenSSL reports may come after the handshake too: a missing client certificate under TLS 1.3 (RFC 8446, §4.4.2.4).
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return new StepFault("tls-failed", tlsReason(code));
  return new StepFault(otherwise, `the connection failed (${code || error.message})`);
}

/** Well-known servers that speak first or answer in their own way. */
const GREETINGS: readonly [RegExp, string][] = [
  [/^SSH-/, "an SSH server answered"],
  [/^220[ -]/, "a mail or FTP server answered"],
  [/^-ERR|^-DENIED/, "a Redis server answered"],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of a SETTINGS frame (RFC 9113, section 6.5)
  [/^\0\0.\x04\0/s, "the port speaks HTTP/2 without TLS, which routes do not carry"],
];

function seen(bytes: Buffer | undefined): string {
  const text = bytes?.subarray(0, 16).toString("latin1") ?? "";
  return GREETINGS.find(([pattern]) => pattern.test(text))?.[1] ?? "what came back is not HTTP";
}

const TLS_REASONS: readonly [RegExp, string][] = [
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/, "it offers only versions of TLS before 1.2"],
  [/CERTIFICATE_REQUIRED/, "it asks for a client certificate, which the gateway does not have"],
  [/UNRECOGNIZED_NAME/, "it serves no certificate for this name"],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|UNKNOWN_PROTOCOL|HTTP_REQUEST/, "what came back is not TLS"],
  [/HANDSHAKE_FAILURE|NO_SHARED_CIPHER|DH_KEY_TOO_SMALL/, "there is no way of encryption that both sides accept"],
];

function tlsReason(code: string): string {
  return TLS_REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? `the handshake failed (${code})`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
