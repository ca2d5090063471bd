import type { Socket } from "node:net";
import type { Clock, Timer } from "../../kit/clock.ts";
import { CONNECT_TIMEOUT_MS } from "./connect.ts";
import { type Connection, createConnection } from "./connection.ts";
import { UpstreamFault } from "./fault.ts";
import { createTunnelPlaces } from "./tunnel-places.ts";

/** Connections that are kept open per upstream. */
const MAX_IDLE = 64;
/** How long an idle connection is kept, in ms, unless the upstream said less. */
const IDLE_MS = 60_000;
/** A request that cannot be repeated takes an idle connection only if it served within this time, in ms. */
const FRESH_MS = 1_500;
const SWEEP_MS = 5_000;
/** Connections to one upstream that are being opened at once: of a dead one most requests wait without a socket. */
const MAX_OPENING = 64;
/** Requests that may wait for a connection to one upstream to become free, beside those for which one can be opened. */
const MAX_WAITING = 1024;
/** Connections to all upstreams together, for requests and, apart from them, for WebSockets. */
const MAX_IN_ALL = 16_384;

/** The key of the gateway's own core, which has a limit of its own: open event streams must not hold up the API. */
export const CORE_KEY = "core";
const MAX_TO_CORE = 1024;
/** Event sockets, which the core limits more narrowly by who they are. */
const MAX_SOCKETS_TO_CORE = 10_000;

/** How many connections there may be to one upstream, for requests and for WebSockets. */
export type PoolLimits = { connections: number; webSockets: number };

const DEFAULT_LIMITS: PoolLimits = { connections: 2048, webSockets: 10_000 };

/**
 * The connections to all upstreams, by key. What is at its limit waits in line for at most the time that connecting may
 * take; the promises reject with an `UpstreamFault`, `overloaded` when the line is too long or the wait was.
 */
export type Pool = {
  /** An idle connection, at once and the one used last first, or the promise of one. */
  take(key: string, open: () => Promise<Socket>, repeatable: boolean): Connection | Promise<Connection>;
  /** A new connection, in place of one that turned out to be closed: it waits for none. */
  open(key: string, open: () => Promise<Socket>): Promise<Connection>;
  /** A new connection for a WebSocket. These count apart, until the socket closes; there is no line for them. */
  openTunnel(key: string, open: () => Promise<Socket>): Promise<Connection>;
  /**
   * Gives up what `take` or `open` promised: its place in line is free, and what is being opened for it goes to the next one. The
   * promise is not kept any more, unless it was kept already.
   */
  cancel(promised: Promise<Connection>): void;
  /** Closes what is idle to every other upstream but the core, and keeps no connections to them from now on. */
  retain(keys: ReadonlySet<string>): void;
  /** Sets the limits of apps. What is above them already goes on. */
  limit(limits: PoolLimits): void;
  close(): void;
};

/** Somebody to whom a connection was promised. */
type Waiter = {
  connect: () => Promise<Socket>;
  settle(connection: Connection): void;
  fail(fault: unknown): void;
  cancelled: boolean;
  /** Where it stands in line, and until when. */
  share?: Share | undefined;
  timer?: Timer;
};

/** What there is of one upstream. */
type Share = {
  key: string;
  idle: Connection[];
  /** Sockets for requests that are open or being opened. */
  used: number;
  opening: number;
  /** In the order in which they came. */
  line: Set<Waiter>;
  /** No route leads there any more. */
  retired: boolean;
};

/** Makes the pool. `most`: connections to all upstreams together. */
export function createPool(clock: Clock, most = MAX_IN_ALL): Pool {
  const shares = new Map<string, Share>();
  /** Those with somebody in line; who was served last comes last. */
  const queues = new Set<Share>();
  const all = new Set<Connection>();
  const waiters = new WeakMap<Promise<Connection>, Waiter>();
  const tunnels = createTunnelPlaces(most);
  const sweeper = clock.every(SWEEP_MS, sweep);
  let limits = DEFAULT_LIMITS;
  let usedInAll = 0;

  function shareOf(key: string): Share {
    let share = shares.get(key);
    if (!share) {
      share = { key, idle: [], used: 0, opening: 0, line: new Set(), retired: false };
      shares.set(key, share);
    }
    return share;
  }

  function sweep(): void {
    const now = clock.monotonic();
    for (const share of shares.values()) {
      share.idle = share.idle.filter((connection) => {
        if (connection.alive && now - connection.idleSince < (connection.keepMs || IDLE_MS)) return true;
        connection.destroy();
        return false;
      });
    }
  }

  /** How many more connections there may be to an upstream. */
  function roomOf(share: Share): number {
    return Math.max(0, (share.key === CORE_KEY ? MAX_TO_CORE : limits.connections) - share.used);
  }

  function mayDial(share: Share): boolean {
    return roomOf(share) > 0 && share.opening < MAX_OPENING && usedInAll < most;
  }

  /** Opens a connection for somebody. */
  function dial(share: Share, waiter: Waiter): void {
    share.used++;
    share.opening++;
    usedInAll++;
    waiter.connect().then(
      (socket) => {
        share.opening--;
        const connection = wrap(share, socket);
        if (!waiter.cancelled) waiter.settle(connection);
        else handOver(share, connection);
        serveLines();
      },
      (fault) => {
        share.opening--;
        release(share);
        if (!waiter.cancelled) waiter.fail(fault);
      },
    );
  }

  function wrap(share: Share, socket: Socket): Connection {
    const connection = createConnection(
      socket,
      (free) => onIdle(share, free),
      (lost) => {
        const at = share.idle.indexOf(lost);
        if (at >= 0) share.idle.splice(at, 1);
      },
    );
    all.add(connection);
    socket.once("close", () => {
      all.delete(connection);
      release(share);
    });
    return connection;
  }

  /** A connection for requests is no more. */
  function release(share: Share): void {
    share.used--;
    usedInAll--;
    serveLines();
    forgetIfEmpty(share);
  }

  function onIdle(share: Share, connection: Connection): void {
    if (share.line.size) {
      handOver(share, connection);
      return;
    }
    // Others wait for the room that it takes.
    const unwanted = share.retired || share.idle.length >= MAX_IDLE || (queues.size > 0 && usedInAll >= most);
    if (unwanted) {
      connection.destroy();
      return;
    }
    connection.idleSince = clock.monotonic();
    share.idle.push(connection);
  }

  /** Gives a connection to the first in line. One that served nobody is not kept: it could not be told from a stale one. */
  function handOver(share: Share, connection: Connection): void {
    const first = firstInLine(share);
    if (first) first.settle(connection);
    else connection.destroy();
  }

  function firstInLine(share: Share): Waiter | undefined {
    const first = share.line.values().next().value;
    if (first) leaveLine(first);
    return first;
  }

  function leaveLine(waiter: Waiter): void {
    const { share } = waiter;
    waiter.timer?.cancel();
    waiter.share = undefined;
    share?.line.delete(waiter);
    if (share && !share.line.size) queues.delete(share);
  }

  /** Opens connections for those in line wherever there is room now, by turns. */
  function serveLines(): void {
    for (const share of queues) {
      if (!mayDial(share)) continue;
      const first = firstInLine(share);
      if (!first) continue;
      // To the end, where this loop comes by again.
      if (queues.delete(share)) queues.add(share);
      dial(share, first);
    }
  }

  function promise(connect: () => Promise<Socket>, begin: (waiter: Waiter) => void): Promise<Connection> {
    const { promise: promised, resolve: settle, reject: fail } = Promise.withResolvers<Connection>();
    const waiter: Waiter = { connect, settle, fail, cancelled: false };
    waiters.set(promised, waiter);
    begin(waiter);
    return promised;
  }

  function standInLine(share: Share, waiter: Waiter): void {
    waiter.share = share;
    waiter.timer = clock.after(CONNECT_TIMEOUT_MS, () => {
      leaveLine(waiter);
      waiter.fail(new UpstreamFault("overloaded", "no connection became free in time"));
    });
    share.line.add(waiter);
    queues.add(share);
    if (share.idle.length) share.idle.shift()?.destroy();
    else if (usedInAll >= most) destroyOldestIdle();
  }

  function destroyOldestIdle(): void {
    let oldest: Share | undefined;
    for (const share of shares.values()) {
      const since = share.idle[0]?.idleSince ?? Number.POSITIVE_INFINITY;
      if (since < (oldest?.idle[0]?.idleSince ?? Number.POSITIVE_INFINITY)) oldest = share;
    }
    oldest?.idle.shift()?.destroy();
  }

  function forgetIfEmpty(share: Share): void {
    if (share.retired && !share.used && !share.line.size) shares.delete(share.key);
  }

  return {
    take(key, connect, repeatable) {
      const share = shareOf(key);
      const { idle } = share;
      const now = clock.monotonic();
      while (idle.length) {
        const connection = idle[idle.length - 1] as Connection;
        const age = now - connection.idleSince;
        if (connection.alive && age < (connection.keepMs || IDLE_MS)) {
          if (!repeatable && age > FRESH_MS) break;
          idle.pop();
          return connection;
        }
        idle.pop();
        connection.destroy();
      }
      if (share.line.size >= MAX_WAITING + roomOf(share))
        return Promise.reject(new UpstreamFault("overloaded", "too many requests wait for a connection"));
      return promise(connect, (waiter) =>
        !share.line.size && mayDial(share) ? dial(share, waiter) : standInLine(share, waiter),
      );
    },

    open(key, connect) {
      const share = shareOf(key);
      return promise(connect, (waiter) => dial(share, waiter));
    },

    openTunnel: (key, connect) =>
      tunnels.open(key, connect, key === CORE_KEY ? MAX_SOCKETS_TO_CORE : limits.webSockets),

    cancel(promised) {
      const waiter = waiters.get(promised);
      if (!waiter) return;
      waiter.cancelled = true;
      leaveLine(waiter);
    },

    retain(keys) {
      for (const share of shares.values()) {
        share.retired = share.key !== CORE_KEY && !keys.has(share.key);
        if (!share.retired) continue;
        for (const connection of share.idle.splice(0)) connection.destroy();
        forgetIfEmpty(share);
      }
    },

    limit(next) {
      limits = next;
      serveLines();
    },

    close() {
      sweeper.cancel();
      for (const connection of all) connection.destroy();
      tunnels.close();
    },
  };
}
