import type { Socket } from "node:net";
import type { Clock } from "../../kit/clock.ts";
import { type Connection, createConnection } from "./connection.ts";

/** Connections that are kept open per upstream. */
const MAX_IDLE = 64;
/** How long an idle connection is kept, in ms, unless the upstream said less. */
const IDLE_MS = 60_000;
/** A request that cannot be repeated takes an idle connection only if it served within this time, in ms. */
const FRESH_MS = 1_500;
const SWEEP_MS = 5_000;

export type Pool = {
  /** An idle connection, the one used last first, or a new one. */
  take(key: string, open: () => Promise<Socket>, repeatable: boolean): Connection | Promise<Connection>;
  /** A new connection, whatever is idle. */
  open(key: string, open: () => Promise<Socket>): Promise<Connection>;
  close(): void;
};

/** Makes the pool of connections to all upstreams, by key. */
export function createPool(clock: Clock): Pool {
  const idle = new Map<string, Connection[]>();
  const all = new Set<Connection>();
  const sweeper = clock.every(SWEEP_MS, sweep);

  function sweep(): void {
    const now = clock.now();
    for (const [key, list] of idle) {
      const kept = list.filter((connection) => {
        if (connection.alive && now - connection.idleSince < (connection.keepMs || IDLE_MS)) return true;
        connection.destroy();
        return false;
      });
      if (kept.length) idle.set(key, kept);
      else idle.delete(key);
    }
  }

  async function open(key: string, connect: () => Promise<Socket>): Promise<Connection> {
    const socket = await connect();
    const connection = createConnection(
      socket,
      (free) => {
        free.idleSince = clock.now();
        const list = idle.get(key) ?? [];
        if (list.length >= MAX_IDLE) return free.destroy();
        list.push(free);
        idle.set(key, list);
      },
      (lost) => {
        all.delete(lost);
        const list = idle.get(key);
        const at = list?.indexOf(lost) ?? -1;
        if (at >= 0) list?.splice(at, 1);
      },
    );
    all.add(connection);
    return connection;
  }

  return {
    take(key, connect, repeatable) {
      const list = idle.get(key);
      const now = clock.now();
      while (list?.length) {
        const connection = list[list.length - 1] as Connection;
        const age = now - connection.idleSince;
        if (connection.alive && age < (connection.keepMs || IDLE_MS)) {
          if (!repeatable && age > FRESH_MS) break;
          list.pop();
          return connection;
        }
        list.pop();
        connection.destroy();
      }
      return open(key, connect);
    },
    open,
    close() {
      sweeper.cancel();
      for (const connection of all) connection.destroy();
    },
  };
}
