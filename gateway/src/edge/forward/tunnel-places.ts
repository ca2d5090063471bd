import type { Socket } from "node:net";
import { type Connection, createConnection } from "./connection.ts";
import { UpstreamFault } from "./fault.ts";

/** Connections for WebSockets, counted by upstream until their sockets close. */
export type TunnelPlaces = {
  /** A new connection; rejects with `overloaded` when there are `most` to this upstream, or too many in all. */
  open(key: string, connect: () => Promise<Socket>, most: number): Promise<Connection>;
  /** Cuts all of them. */
  close(): void;
};

/** Makes the places, `mostInAll` to all upstreams together. */
export function createTunnelPlaces(mostInAll: number): TunnelPlaces {
  const taken = new Map<string, number>();
  const sockets = new Set<Socket>();
  let inAll = 0;

  function count(key: string, change: 1 | -1): void {
    const now = (taken.get(key) ?? 0) + change;
    inAll += change;
    if (now) taken.set(key, now);
    else taken.delete(key);
  }

  return {
    async open(key, connect, most) {
      if ((taken.get(key) ?? 0) >= most || inAll >= mostInAll)
        throw new UpstreamFault("overloaded", "as many WebSockets as allowed are open");
      count(key, 1);
      let socket: Socket;
      try {
        socket = await connect();
      } catch (error) {
        count(key, -1);
        throw error;
      }
      sockets.add(socket);
      socket.once("close", () => {
        sockets.delete(socket);
        count(key, -1);
      });
      // What is left after an upgrade that was refused is read differently by different apps: it serves nobody again.
      return createConnection(
        socket,
        (free) => free.destroy(),
        () => {},
      );
    },

    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
