import type { Socket } from "node:net";

/** Sockets that hold what was written to them in this turn. */
let held: Socket[] = [];

/**
 * Writes to a socket at the end of this turn of the event loop, together with what others write by then, and before
 * anything that is written to it later. Under load a turn serves many requests: sent one right after the other, their
 * bytes wake whoever reads them once and not each time, which costs more than all else of a write. Answers like `write`.
 */
export function writeSoon(socket: Socket, data: string | Buffer): boolean {
  if (socket.writableCorked === 0) {
    socket.cork();
    if (held.push(socket) === 1) setImmediate(release);
  }
  return typeof data === "string" ? socket.write(data, "latin1") : socket.write(data);
}

function release(): void {
  const sockets = held;
  held = [];
  for (const socket of sockets) socket.uncork();
}
