import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Connection, Receiver } from "./connection.ts";
import { endAfterBody } from "./discard.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import type { Pool } from "./pool.ts";

/** How one request is passed on. */
export type Passage = {
  key: string;
  open: () => Promise<Socket>;
  method: string;
  /** Request target for the upstream. */
  target: string;
  /** Flat array of header names and values. */
  headers: readonly string[];
  /** Is there a body, and is it sent in chunks? */
  body: "none" | "length" | "chunked";
  /** Does the client wait for a word before it sends its body (Expect: 100-continue)? */
  expectsContinue: boolean;
  /** Longest silence in the request's body, and then until the answer's header, in ms. */
  headerTimeoutMs: number;
  /** Longest silence in the answer's body, in ms; 0 for none. */
  idleTimeoutMs: number;
  /** Headers, or trailers, of the answer as the client gets them. */
  answerHeaders(status: number, raw: readonly string[]): string[];
  onFault(fault: UpstreamFault): void;
  /** Called once when all is over, whatever the outcome. */
  onDone(outcome: { status: number; bytesIn: number; bytesOut: number }): void;
};

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** Longest time in which a client takes nothing of an answer, in ms. Somebody may well pause a film. */
const CLIENT_STALL_MS = 3_600_000;

/** A passage under way. */
export type Exchange = { abort(): void };

/**
 * Passes a request to an upstream and its answer back, chunk by chunk with back-pressure both ways. A request that
 * may be repeated is sent once more when a kept connection turns out to be closed.
 */
export function forward(pool: Pool, req: IncomingMessage, res: ServerResponse, passage: Passage): Exchange {
  const repeatable = REPEATABLE.has(passage.method) && passage.body === "none";
  let connection: Connection | undefined;
  let over = false;
  let status = 0;
  let bytesIn = 0;
  let bytesOut = 0;
  let timer: NodeJS.Timeout | undefined;
  let uploadDone = passage.body === "none";
  let retried = false;

  function arm(ms: number): void {
    if (timer) clearTimeout(timer);
    timer = ms > 0 ? setTimeout(onTimeout, ms) : undefined;
  }

  function onTimeout(): void {
    const headerMissing = status === 0;
    const kind = uploadDone || connection?.socket.writableNeedDrain ? "timeout" : "upload_stalled";
    connection?.destroy();
    finish();
    if (headerMissing) passage.onFault(new UpstreamFault(kind, "no answer in time"));
    else res.destroy();
  }

  function finish(): void {
    if (over) return;
    over = true;
    if (timer) clearTimeout(timer);
    req.off("data", onBody).off("end", onBodyEnd);
    res.off("close", onClientGone).off("drain", onDrain);
    passage.onDone({ status, bytesIn, bytesOut });
  }

  function onClientGone(): void {
    if (over) return;
    connection?.destroy();
    status ||= 499;
    finish();
  }

  function onDrain(): void {
    arm(passage.idleTimeoutMs);
    connection?.socket.resume();
  }

  function onBody(chunk: Buffer): void {
    bytesIn += chunk.length;
    if (status === 0) timer?.refresh();
    const socket = connection?.socket;
    if (!socket) return;
    let flowing: boolean;
    if (passage.body === "chunked") {
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
      socket.write(chunk);
      flowing = socket.write("\r\n", "latin1");
      socket.uncork();
    } else {
      flowing = socket.write(chunk);
    }
    if (!flowing) {
      req.pause();
      socket.once("drain", () => req.resume());
    }
  }

  function onBodyEnd(): void {
    uploadDone = true;
    if (status === 0) timer?.refresh();
    if (passage.body === "chunked") connection?.socket.write("0\r\n\r\n", "latin1");
  }

  const receiver: Receiver = {
    onInformational() {
      arm(passage.headerTimeoutMs);
    },
    onHead(code, reason, raw, length) {
      const headers = passage.answerHeaders(code, raw);
      if (length !== undefined) headers.push("Content-Length", String(length));
      res.sendDate = !has(raw, "date");
      res.writeHead(code, reason, headers);
      res.flushHeaders();
      status = code;
      arm(passage.idleTimeoutMs);
    },
    onData(chunk) {
      bytesOut += chunk.length;
      if (res.write(chunk)) {
        timer?.refresh();
        return;
      }
      connection?.socket.pause();
      // Now it is the client who is silent, and the upstream must not be blamed for it.
      arm(CLIENT_STALL_MS);
    },
    onEnd(trailers) {
      if (trailers.length) addTrailers(res, passage.answerHeaders(status, trailers));
      if (!uploadDone) connection?.destroy();
      finish();
      if (uploadDone) res.end();
      else endAfterBody(req, res);
    },
    onUpgrade(_headers, _reason, socket) {
      socket.destroy();
      finish();
      passage.onFault(new UpstreamFault("bad_answer", "the upstream switched protocols, which nobody asked for"));
    },
    onFault(fault, stale) {
      if (over) return;
      if (stale && repeatable && !retried) {
        retried = true;
        start(pool.open(passage.key, passage.open));
        return;
      }
      const headSent = status !== 0;
      finish();
      if (headSent) res.destroy();
      else passage.onFault(fault);
    },
  };

  function start(from: Connection | Promise<Connection>): void {
    if (from instanceof Promise) from.then(send, fail);
    else send(from);
  }

  function fail(error: unknown): void {
    if (over) return;
    finish();
    passage.onFault(faultOf(error));
  }

  function send(next: Connection): void {
    if (over) {
      next.destroy();
      return;
    }
    connection = next;
    arm(passage.headerTimeoutMs);
    next.send(passage.method, requestHead(passage), receiver);
    if (passage.body === "none" || retried) return;
    if (passage.expectsContinue) res.writeContinue();
    req.on("data", onBody).on("end", onBodyEnd);
  }

  res.on("close", onClientGone).on("drain", onDrain);
  start(pool.take(passage.key, passage.open, repeatable));
  return {
    abort() {
      if (over) return;
      connection?.destroy();
      finish();
      res.destroy();
    },
  };
}

/** The text of a request's head. Names and values come from node's strict parser, so they hold no line ends. */
export function requestHead(passage: Pick<Passage, "method" | "target" | "headers">): string {
  let head = `${passage.method} ${passage.target} HTTP/1.1\r\n`;
  const { headers } = passage;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

function addTrailers(res: ServerResponse, trailers: string[]): void {
  const pairs: [string, string][] = [];
  for (let i = 0; i < trailers.length; i += 2) pairs.push([trailers[i] as string, trailers[i + 1] as string]);
  res.addTrailers(pairs);
}

function has(raw: readonly string[], name: string): boolean {
  for (let i = 0; i < raw.length; i += 2) if ((raw[i] as string).toLowerCase() === name) return true;
  return false;
}
