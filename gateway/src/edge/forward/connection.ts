import type { Socket } from "node:net";
import { readFrom, stopReading } from "../inlet.ts";
import { writeSoon } from "../write-soon.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import { BadResponse, createResponseParser } from "./response-parser.ts";

/** What the answer to one request tells whoever sent it. */
export type Receiver = {
  onInformational(status: number, headers: string[]): void;
  onHead(status: number, reason: string, headers: string[], length: number | undefined): void;
  /** False: the memory of the chunk is still needed; never for one of up to `COPIED` bytes. */
  onData(chunk: Buffer): boolean;
  /** What came in one piece was told, and more is to come. */
  onPause(): void;
  onEnd(trailers: string[]): void;
  /** The upstream switched protocols; the socket is the receiver's from now on. */
  onUpgrade(headers: string[], reason: string, socket: Socket, rest: Buffer): void;
  /** Nothing more will come. `stale`: the connection had served before, and no answer began. */
  onFault(fault: UpstreamFault, stale: boolean): void;
};

/** One connection to an upstream. It serves one request at a time. */
export type Connection = {
  readonly socket: Socket;
  /** Clock time in ms at which it became idle; requests that cannot be repeated avoid old ones. */
  idleSince: number;
  /** How long the upstream keeps it open when idle, in ms, if it said so. */
  keepMs: number;
  readonly alive: boolean;
  /** It ends with the answer: the upstream may take it for somebody's own. */
  single: boolean;
  /** Sends the head of a request; its body is written to the socket by the caller. */
  send(method: string, head: string, receiver: Receiver): void;
  destroy(): void;
};

/** Wraps a connected socket. `onIdle` is told when it may be used again, `onGone` when it is no more. */
export function createConnection(
  socket: Socket,
  onIdle: (connection: Connection) => void,
  onGone: (connection: Connection) => void,
): Connection {
  let receiver: Receiver | undefined;
  let served = 0;
  let answered = false;
  let gone = false;
  let isFree = true;

  const parser = createResponseParser({
    onInformational: (status, headers) => receiver?.onInformational(status, headers),
    onHead(status, reason, headers, length) {
      answered = true;
      receiver?.onHead(status, reason, headers, length);
    },
    onData(chunk) {
      if (receiver?.onData(chunk) === false) isFree = false;
    },
    onEnd(trailers, reusable, keepMs) {
      const ended = receiver;
      receiver = undefined;
      served++;
      connection.keepMs = keepMs;
      ended?.onEnd(trailers);
      if (!reusable || connection.single || !connection.alive) return connection.destroy();
      // The end of a slow client's answer may find the socket paused; idle, it must notice when the upstream closes.
      if (socket.isPaused()) socket.resume();
      onIdle(connection);
    },
    onUpgrade(headers, reason, rest) {
      const upgraded = receiver;
      receiver = undefined;
      gone = true;
      stopReading(socket, onData);
      socket.off("end", onEnd).off("error", onError).off("close", onClose);
      socket.pause();
      onGone(connection);
      upgraded?.onUpgrade(headers, reason, socket, Buffer.from(rest));
    },
  });

  const connection: Connection = {
    socket,
    idleSince: 0,
    keepMs: 0,
    single: false,
    get alive() {
      return !gone && !socket.destroyed && socket.writable;
    },
    send(method, head, to) {
      receiver = to;
      answered = false;
      parser.begin(method);
      writeSoon(socket, head);
      if (socket.isPaused()) socket.resume();
    },
    destroy() {
      gone = true;
      socket.destroy();
    },
  };

  function onData(chunk: Buffer): boolean {
    isFree = true;
    try {
      parser.execute(chunk);
      receiver?.onPause();
    } catch (error) {
      // Whatever an upstream's bytes set off, it ends this connection and not the process.
      fail(new UpstreamFault(error instanceof BadResponse ? "bad_answer" : "unknown", (error as Error).message));
    }
    return isFree;
  }

  function onEnd(): void {
    if (receiver && !parser.finish()) fail(new UpstreamFault("connection_reset", "the upstream closed the connection"));
    else connection.destroy();
  }

  function onError(error: Error): void {
    fail(faultOf(error));
  }

  function onClose(): void {
    fail(new UpstreamFault("connection_reset", "the connection was closed"));
    onGone(connection);
  }

  function fail(fault: UpstreamFault): void {
    const waiting = receiver;
    receiver = undefined;
    connection.destroy();
    waiting?.onFault(fault, served > 0 && !answered && fault.kind === "connection_reset");
  }

  readFrom(socket, onData);
  socket.on("end", onEnd).on("error", onError).on("close", onClose);
  return connection;
}
