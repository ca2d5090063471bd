import { createHash } from "node:crypto";
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Receiver } from "./connection.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import { requestHead } from "./forward.ts";
import type { Pool } from "./pool.ts";

export type TunnelPassage = {
  key: string;
  open: () => Promise<Socket>;
  target: string;
  headers: readonly string[];
  /** The client's Sec-WebSocket-Key. */
  webSocketKey: string | undefined;
  /** Longest wait for the answer's header, and longest silence in an answer that refuses the upgrade, in ms. */
  headerTimeoutMs: number;
  answerHeaders(status: number, raw: readonly string[]): string[];
  onFault(fault: UpstreamFault): void;
  onOpen(): void;
  onDone(outcome: { status: number; bytesIn: number; bytesOut: number }): void;
};

/** A response object for a request whose socket left node's HTTP server for an upgrade. */
export function responseFor(req: IncomingMessage, socket: Socket): ServerResponse {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.on("finish", () => socket.destroySoon());
  return res;
}

/**
 * Passes an upgrade on. On 101 both sockets are joined byte for byte; any other answer is relayed as it is.
 */
export function tunnel(
  pool: Pool,
  client: Socket,
  early: Buffer,
  res: ServerResponse,
  passage: TunnelPassage,
): { abort(): void } {
  let upstream: Socket | undefined;
  let status = 0;
  let over = false;
  let relayed = 0;
  let clientReadBase = 0;
  let upstreamReadBase = 0;
  const timer = setTimeout(() => stop(new UpstreamFault("timeout", "no answer in time")), passage.headerTimeoutMs);

  /** Ends it before the sockets were joined: with an answer of our own, or by cutting the one that has begun. */
  function stop(fault: UpstreamFault): void {
    if (over) return;
    upstream?.destroy();
    end();
    if (status === 0) passage.onFault(fault);
    else client.destroy();
  }

  function end(): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    const tunnelled = status === 101 && upstream;
    passage.onDone({
      status,
      bytesIn: tunnelled ? client.bytesRead - clientReadBase : 0,
      bytesOut: tunnelled ? (upstream as Socket).bytesRead - upstreamReadBase : relayed,
    });
  }

  const receiver: Receiver = {
    onInformational() {},
    onHead(code, reason, raw, length) {
      const headers = passage.answerHeaders(code, raw);
      if (length !== undefined) headers.push("Content-Length", String(length));
      headers.push("Connection", "close");
      res.writeHead(code, reason, headers);
      status = code;
      timer.refresh();
      client.on("drain", () => upstream?.resume());
    },
    onData(chunk) {
      relayed += chunk.length;
      timer.refresh();
      if (!res.write(chunk)) upstream?.pause();
    },
    onEnd() {
      // What follows an upgrade that was refused is read differently by different apps: never a request of others.
      upstream?.destroy();
      end();
      res.end();
    },
    onUpgrade(raw, reason, socket, rest) {
      if (over) {
        socket.destroy();
        return;
      }
      upstream = socket;
      if (!acceptsWebSocket(raw, passage.webSocketKey)) {
        return stop(new UpstreamFault("bad_answer", "the upstream switched to something other than this WebSocket"));
      }
      status = 101;
      clearTimeout(timer);
      res.detachSocket(client);
      const lines = passage.answerHeaders(101, raw);
      lines.push("Connection", "Upgrade", "Upgrade", "websocket");
      let head = `HTTP/1.1 101 ${reason || "Switching Protocols"}\r\n`;
      for (let i = 0; i < lines.length; i += 2) head += `${lines[i]}: ${lines[i + 1]}\r\n`;
      client.write(`${head}\r\n`, "latin1");
      clientReadBase = client.bytesRead;
      upstreamReadBase = socket.bytesRead;
      passage.onOpen();
      if (rest.length) client.write(rest);
      if (early.length) socket.write(early);
      join(client, socket, end);
    },
    onFault: stop,
  };

  const onClientGone = () => {
    upstream?.destroy();
    end();
  };
  client.on("error", onClientGone).on("close", onClientGone);
  pool.open(passage.key, passage.open).then(
    (connection) => {
      if (over) return connection.destroy();
      upstream = connection.socket;
      const { target, headers } = passage;
      connection.send("GET", requestHead({ method: "GET", target, headers }), receiver);
    },
    (error) => stop(faultOf(error)),
  );

  return {
    abort() {
      upstream?.destroy();
      client.destroy();
      end();
    },
  };
}

/** Did the upstream agree to this WebSocket and to nothing else (RFC 6455, section 4.1)? */
function acceptsWebSocket(raw: readonly string[], key: string | undefined): boolean {
  let upgrade = "";
  let accept = "";
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    if (name === "upgrade") upgrade = (raw[i + 1] as string).toLowerCase();
    else if (name === "sec-websocket-accept") accept = raw[i + 1] as string;
  }
  if (upgrade !== "websocket" || key === undefined) return false;
  return accept === createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** How long a side whose partner has ended may stay silent, in ms. */
const FLUSH_MS = 10_000;

/** Joins two sockets with back-pressure both ways. When one ends, so does the other. */
function join(client: Socket, upstream: Socket, onEnd: () => void): void {
  client.setNoDelay(true);
  client.setTimeout(0);
  client.setKeepAlive(true, 60_000);
  pour(client, upstream);
  pour(upstream, client);
  upstream.on("error", () => client.destroy()).on("close", () => client.destroySoon());
  client.on("close", onEnd);
  upstream.resume();
  client.resume();
}

function pour(from: Socket, to: Socket): void {
  from.on("data", (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("end", () => {
    to.setTimeout(FLUSH_MS, () => to.destroy());
    to.end();
  });
}
