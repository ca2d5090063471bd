import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { BoundSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "./kit/clock.ts";
import { randomId } from "./kit/ids.ts";
import type { Logger } from "./kit/log.ts";
import type { Boot, FromChild, InheritedListener, ListenerName, StartOptions, ToChild } from "./wire/boot.ts";

export type SupervisorParts = {
  addresses: { name: ListenerName; host: string | undefined; port: number }[];
  edgeWorkers: number;
  insecureHttp: boolean;
  logLevel: Boot["logLevel"];
  start: StartOptions;
  clock: Clock;
  log: Logger;
  /** All are up for the first time. `ports` are the real ones. */
  onReady(ports: Record<ListenerName, number>): void;
  /** The core cannot start, and says why. */
  onFatal(message: string): void;
};

export type Supervisor = {
  start(): Promise<void>;
  /** Edges drain, then the core stops. Resolves when all are gone. */
  stop(): Promise<void>;
  /** Asks the core to read its configuration again. */
  reload(): void;
};

type Child = { role: "core" | "edge"; process: ChildProcess; since: number; ready: boolean; exited: Promise<void> };

/**
 * Pause before a child that keeps dying is started again: doubles from the first to the last, in ms. One that was
 * ready is missed by people and can start: it never waits for longer than `served`.
 */
const RESTART_MS = { first: 20, served: 200, last: 5_000 } as const;
/** A child that lived this long, in ms, is restarted without a pause. */
const SETTLED_MS = 10_000;
/** Longest time a child may take to stop, in ms. */
const STOP_MS = 30_000;

/** Sources run as they are in a checkout; the package holds bundles of the same names. */
const RUNS_SOURCES = import.meta.filename.endsWith(".ts");
const ENTRY = {
  core: join(import.meta.dirname, RUNS_SOURCES ? "core/main.ts" : "core.js"),
  edge: join(import.meta.dirname, RUNS_SOURCES ? "edge/main.ts" : "edge.js"),
} as const;

/** Names are looked up in threads: a few dead ones must not hold all of node's four. */
const LOOKUP_THREADS = "16";

/**
 * The parent process: binds the listening sockets and keeps them, starts one core and the edges, and starts each
 * again alone when it dies. Connections that arrive meanwhile wait in the socket's queue; none is refused.
 */
export function createSupervisor(parts: SupervisorParts): Supervisor {
  const { clock, log } = parts;
  const secret = randomId("", 32);
  const children = new Set<Child>();
  const restartMs = { core: RESTART_MS.first, edge: RESTART_MS.first } as Record<Child["role"], number>;
  const sockets: { socket: BoundSocket; name: ListenerName; port: number }[] = [];
  let runtimeFolder = "";
  let stopping = false;
  let announced = false;

  function boot(listeners: InheritedListener[]): Boot {
    return {
      type: "boot",
      secret,
      socketPath: join(runtimeFolder, "core"),
      insecureHttp: parts.insecureHttp,
      listeners,
      edgeWorkers: parts.edgeWorkers,
      logLevel: parts.logLevel,
      start: parts.start,
    };
  }

  function spawn(role: Child["role"]): void {
    // Descriptors 0 to 3 are the standard ones and the IPC channel; the listening sockets follow.
    const inherited = role === "edge" ? sockets.map(({ socket }) => socket.fd()) : [];
    const stdio: StdioOptions = ["ignore", "inherit", "inherit", "ipc", ...inherited];
    const env = { UV_THREADPOOL_SIZE: LOOKUP_THREADS, ...process.env };
    const since = clock.monotonic();
    let child: ChildProcess;
    try {
      child = fork(ENTRY[role], { stdio, execArgv: process.execArgv, env });
    } catch (error) {
      log.error({ err: error, role }, "a child could not be started");
      again({ role, since, ready: false });
      return;
    }
    const exited = Promise.withResolvers<void>();
    const entry: Child = { role, process: child, since, ready: false, exited: exited.promise };
    const ended = (code: number | null, signal: string | null) => {
      if (!children.delete(entry)) return;
      exited.resolve();
      if (stopping) return;
      log.error({ role, code, signal }, "a child ended and is started again");
      again(entry);
    };
    children.add(entry);
    child.on("message", (message: FromChild) => onMessage(entry, message));
    child.on("error", (error) => {
      log.error({ err: error, role }, "a child could not be started or reached");
      // One that never was has no end to tell of.
      if (child.pid === undefined) ended(null, null);
    });
    child.once("exit", ended);
    send(entry, boot(sockets.map(({ name, port }, index) => ({ name, port, fd: 4 + index }))));
  }

  function onMessage(entry: Child, message: FromChild): void {
    switch (message.type) {
      case "ready":
        entry.ready = true;
        announce();
        break;
      case "replace-edge":
        for (const child of children) {
          if (child.role !== "edge" || child.process.pid !== message.pid) continue;
          log.warn({ pid: message.pid }, "an edge does not acknowledge and is replaced");
          child.process.kill("SIGKILL");
        }
        break;
      case "fatal":
        // Edges go on without a core: what was up once waits for what is wrong to be mended.
        if (announced) {
          log.error({ reason: message.message }, "the core cannot start again and is tried again");
          break;
        }
        stopping = true;
        parts.onFatal(message.message);
        break;
    }
  }

  function announce(): void {
    const all = [...children];
    if (announced || all.length < 1 + parts.edgeWorkers || !all.every(({ ready }) => ready)) return;
    announced = true;
    const ports = Object.fromEntries(sockets.map(({ name, port }) => [name, port])) as Record<ListenerName, number>;
    parts.onReady(ports);
  }

  function again({ role, since, ready }: Pick<Child, "role" | "since" | "ready">): void {
    const settled = clock.monotonic() - since > SETTLED_MS;
    const most = ready ? RESTART_MS.served : RESTART_MS.last;
    const pause = settled ? 0 : Math.min(restartMs[role], most);
    restartMs[role] = settled ? RESTART_MS.first : Math.min(restartMs[role] * 2, most);
    // Not the clock's timer: this one must keep the process alive.
    setTimeout(() => {
      if (!stopping) spawn(role);
    }, pause);
  }

  function tellCore(message: ToChild): void {
    for (const child of children) if (child.role === "core") send(child, message);
  }

  async function end(role: Child["role"]): Promise<void> {
    const ending = [...children].filter((child) => child.role === role);
    await Promise.all(
      ending.map(async (child) => {
        send(child, { type: "stop" });
        const force = setTimeout(() => child.process.kill("SIGKILL"), STOP_MS);
        await child.exited;
        clearTimeout(force);
      }),
    );
  }

  return {
    async start() {
      // Unix socket paths are limited to about 100 bytes, so the folder is short; mkdtemp makes it 0700.
      runtimeFolder = await mkdtemp(join(tmpdir(), "nekzus-"));
      try {
        for (const { name, host, port } of parts.addresses) {
          const socket = bindSocket(host, port);
          sockets.push({ name, socket, port: socket.address().port });
        }
      } catch (error) {
        for (const { socket } of sockets) socket.close();
        await rm(runtimeFolder, { recursive: true, force: true });
        throw error;
      }
      spawn("core");
      for (let i = 0; i < parts.edgeWorkers; i++) spawn("edge");
    },
    async stop() {
      stopping = true;
      // Before the edges close theirs: who connects from now on is refused at once and need not wait for nobody.
      for (const { socket } of sockets) socket.close();
      tellCore({ type: "leave" });
      await end("edge");
      await end("core");
      if (runtimeFolder) await rm(runtimeFolder, { recursive: true, force: true });
    },
    reload() {
      tellCore({ type: "reload" });
    },
  };
}

function send({ process: child }: Child, message: ToChild): void {
  if (child.connected) child.send(message, () => {});
}

/**
 * Binds without listening: the children listen on what they inherit. Without a host all addresses of both
 * families; where IPv6 is missing, of IPv4.
 */
function bindSocket(host: string | undefined, port: number): BoundSocket {
  if (host) return new BoundSocket({ host, port });
  try {
    return new BoundSocket({ host: "::", port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
    return new BoundSocket({ host: "0.0.0.0", port });
  }
}
