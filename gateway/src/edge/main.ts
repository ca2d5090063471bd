import { systemClock } from "../kit/clock.ts";
import { exitOnFault } from "../kit/exit-on-fault.ts";
import { createLogger } from "../kit/log.ts";
import { loadPages } from "../kit/pages.ts";
import type { Boot, FromChild, ToChild } from "../wire/boot.ts";
import { type MessageChannel, openChannel } from "../wire/channel.ts";
import type { CoreToEdge, EdgeToCore } from "../wire/snapshot.ts";
import { createEdge } from "./edge.ts";
import { type OpenDoor, openDoor } from "./listen/listen.ts";
import { openCoreSocket } from "./to-core.ts";

/** How often counters go to the core, in ms. */
const REPORT_MS = 1000;
/** Longest pause between two tries to reach the core, in ms. Short: a new core's decisions wait for all edges. */
const MAX_RETRY_MS = 100;
/** How long requests under way may go on after a stop, in ms. */
const GRACE_MS = 25_000;

/** Entry of an edge process: waits for the supervisor's word, then serves until it is told to stop. */
function run(boot: Boot): void {
  const log = createLogger("edge", boot.logLevel);
  exitOnFault(log);
  const edge = createEdge({
    socketPath: boot.socketPath,
    secret: boot.secret,
    ownPorts: boot.listeners.map(({ port }) => port),
    pages: loadPages(),
    clock: systemClock,
    log,
  });
  let channel: MessageChannel<EdgeToCore> | undefined;
  let doors: Promise<OpenDoor[]> | undefined;
  let stopping = false;
  let retryMs = 20;

  function onMessage(message: CoreToEdge): void {
    if (message.type === "jar") {
      edge.jars.take(message);
      return;
    }
    const number = edge.apply(message);
    if (number === undefined) {
      const refused = message.type === "snapshot" ? message.snapshot.number : message.delta.number;
      channel?.send({ type: "refused", number: refused });
      return;
    }
    channel?.send({ type: "ack", number });
    doors ??= open();
  }

  async function open(): Promise<OpenDoor[]> {
    const opened = await Promise.all(boot.listeners.map((listener) => openDoor(edge, listener, boot.insecureHttp)));
    tell({ type: "ready" });
    return opened;
  }

  async function connect(): Promise<void> {
    try {
      const socket = await openCoreSocket(boot.socketPath, boot.secret, "control");
      socket
        .on("error", () => {})
        .on("close", () => {
          channel = undefined;
          edge.jars.disconnect();
          retry();
        });
      const opened = openChannel<CoreToEdge, EdgeToCore>(socket, onMessage);
      channel = opened;
      opened.send({ type: "hello", pid: process.pid });
      edge.jars.connect((message) => opened.send(message));
      retryMs = 20;
    } catch {
      retry();
    }
  }

  function retry(): void {
    if (stopping) return;
    systemClock.after(retryMs, connect);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }

  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    const opened = await doors?.catch(() => []);
    await Promise.all(opened?.map((door) => door.drain(GRACE_MS)) ?? []);
    await edge.jars.saved();
    channel?.send(edge.report());
    await edge.close();
    process.exit(0);
  }

  systemClock.every(REPORT_MS, () => channel?.send(edge.report()));
  process.on("message", (message: ToChild) => {
    if (message.type === "stop") stop();
  });
  connect();
}

function tell(message: FromChild): void {
  process.send?.(message);
}

// The supervisor decides when to stop; a signal to the whole group must not cut streams.
process
  .on("SIGINT", () => {})
  .on("SIGTERM", () => {})
  .on("SIGHUP", () => {});
process.on("disconnect", () => process.exit(0));
process.once("message", (message: ToChild) => {
  if (message.type === "boot") run(message);
});
