import type { Socket } from "node:net";

/**
 * Connections to the core's private socket begin with one line: the secret, a space, and what the connection is
 * for. After `http` follows plain HTTP/1.1; after `control` messages of JSON, one to a line.
 */
export type Purpose = "http" | "control";

/** Longest first line, in bytes. */
const MAX_PREAMBLE = 256;

export function preamble(secret: string, purpose: Purpose): string {
  return `${secret} ${purpose}\n`;
}

/**
 * Reads the first line of a connection. Calls `accept` with the line and leaves what follows unread in the
 * paused socket, for whoever takes it over to resume; destroys the socket when the line is too long or does not come within `timeoutMs`.
 */
export function readPreamble(socket: Socket, timeoutMs: number, accept: (line: string) => void): void {
  let held: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs).unref();
  const fail = () => {
    clearTimeout(timer);
    socket.destroy();
  };
  socket.on("error", fail);
  socket.on("data", onData);

  function onData(chunk: Buffer): void {
    held = held.length ? Buffer.concat([held, chunk]) : chunk;
    const end = held.indexOf(0x0a);
    if (end < 0 || end > MAX_PREAMBLE) {
      if (end > MAX_PREAMBLE || held.length > MAX_PREAMBLE) fail();
      return;
    }
    clearTimeout(timer);
    socket.pause();
    socket.off("data", onData);
    socket.off("error", fail);
    const rest = held.subarray(end + 1);
    if (rest.length) socket.unshift(rest);
    accept(held.toString("latin1", 0, end));
  }
}

/** Largest message, in bytes: a snapshot with thousands of routes fits. */
const MAX_MESSAGE = 64 * 1024 * 1024;

export type MessageChannel<Out> = { send(message: Out): void; close(): void };

/** Speaks JSON messages, one to a line, over a socket whose first line is done. */
export function openChannel<In, Out>(socket: Socket, onMessage: (message: In) => void): MessageChannel<Out> {
  let parts: Buffer[] = [];
  let size = 0;
  socket.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(0x0a, from); end >= 0; end = chunk.indexOf(0x0a, from)) {
      parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(parts).toString();
      parts = [];
      size = 0;
      from = end + 1;
      let message: In;
      try {
        message = JSON.parse(line);
      } catch {
        socket.destroy();
        return;
      }
      onMessage(message);
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      size += chunk.length - from;
      if (size > MAX_MESSAGE) socket.destroy();
    }
  });
  socket.resume();
  return {
    send(message) {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    },
    close: () => socket.destroy(),
  };
}
