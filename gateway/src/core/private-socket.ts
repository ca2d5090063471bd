import { chmod, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { sameSecret } from "../kit/ids.ts";
import type { Logger } from "../kit/log.ts";
import { preamble, readPreamble } from "../wire/channel.ts";

/** Longest wait for the first line of a connection, in ms. */
const PREAMBLE_MS = 5_000;

/**
 * The core's private socket. Every connection must begin with the boot secret, which only this gateway's edges know;
 * others are closed without an answer.
 */
export function createPrivateSocket(parts: {
  path: string;
  secret: string;
  onHttp(socket: Socket): void;
  onControl(socket: Socket): void;
  log: Logger;
}) {
  let server: Server | undefined;
  const open = new Set<Socket>();

  function accept(socket: Socket): void {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    readPreamble(socket, PREAMBLE_MS, (line) => {
      if (sameSecret(`${line}\n`, preamble(parts.secret, "http"))) return parts.onHttp(socket);
      if (sameSecret(`${line}\n`, preamble(parts.secret, "control"))) return parts.onControl(socket);
      parts.log.warn("a connection to the private socket did not know the secret");
      socket.destroy();
    });
  }

  return {
    async start(): Promise<void> {
      // What a killed predecessor left behind.
      await rm(parts.path, { force: true });
      const listening = createServer({ noDelay: true }, accept);
      await new Promise<void>((done, fail) => listening.once("error", fail).listen(parts.path, done));
      await chmod(parts.path, 0o600);
      server = listening;
    },
    async stop(): Promise<void> {
      const closed = new Promise<void>((done) => (server ? server.close(() => done()) : done()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
