import type { Socket } from "node:net";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { type MessageChannel, openChannel } from "../../wire/channel.ts";
import type { JarAnswer, JarQuestion } from "../../wire/session-cookies.ts";
import type { CoreToEdge, Decision, Delta, EdgeToCore, Snapshot } from "../../wire/snapshot.ts";

/** A delta before it gets its number. */
export type Change = Delta extends infer D ? (D extends { number: number } ? Omit<D, "number"> : never) : never;

export type Publisher = {
  /** Takes over the control connection of an edge. */
  accept(socket: Socket): void;
  /** What edges route by changed: compile and publish a snapshot. Many calls in a row make one. */
  changed(): void;
  /** Publishes a change of the moving parts at once. */
  publish(change: Change): void;
  /** Work that will publish: {@link Publisher.settled} waits for it. */
  during(work: Promise<void>): void;
  /** Resolves when every live edge knows what was changed until now: true, or false after a second. */
  settled(): Promise<boolean>;
  edges(): number;
};

export type PublisherParts = {
  compile(): Promise<Omit<Snapshot, "number">>;
  /** How many edges there are: those of a killed core go on with what they know until they have found this one. */
  edgeWorkers: number;
  /** Asks the supervisor for a new edge in place of one that keeps silent. */
  replaceEdge(pid: number): void;
  onCounters(pid: number, message: Extract<EdgeToCore, { type: "counters" }>): void;
  /** An edge asks for kept cookies, or captured some. `answer` sends to this edge alone, `others` to all but this one. */
  onJar(message: JarQuestion, answer: (jar: JarAnswer) => void, others: (jar: JarAnswer) => void): void;
  /** An edge is no longer connected. */
  onGone(pid: number): void;
  clock: Clock;
  log: Logger;
};

type Edge = {
  pid: number;
  acknowledged: number;
  channel: MessageChannel<CoreToEdge>;
  /** The oldest message that was not acknowledged, and since when the edge is silent. */
  owes: { number: number; since: number } | undefined;
  watch: Timer | undefined;
};

/** How long a decision waits for the edges, in ms; an edge silent for that long is replaced (design, section 5). */
const ACKNOWLEDGE_MS = 1000;
/** Who was blocked may have been we: what waits in the sockets is read before an edge counts as silent, in ms. */
const SECOND_LOOK_MS = 100;
/** Pause before a snapshot that could not be compiled is tried again, in ms. */
const COMPILE_AGAIN_MS = 1000;

/** Numbers and publishes what edges decide by, and knows who has it. */
export function createPublisher(parts: PublisherParts): Publisher {
  const { clock, log } = parts;
  const edges = new Set<Edge>();
  let number = 0;
  let latest: Snapshot | undefined;
  let compiling: Promise<void> | undefined;
  let dirty = false;
  /** The last snapshot could not be compiled: edges decide by an older one. */
  let stale = false;
  /** Changes published while a snapshot was being read: it may not hold them, so they follow it once more. */
  let meanwhile: Change[] = [];
  let waiting: (() => void)[] = [];
  let pending = 0;
  /** Did every edge find us? From then on one that is not connected is dead, or new and knows nothing old. */
  let allCame = false;

  function deliver(edge: Edge, message: Decision, ofNumber: number): void {
    edge.channel.send(message);
    edge.owes ??= { number: ofNumber, since: clock.monotonic() };
    edge.watch ??= clock.after(ACKNOWLEDGE_MS, () => replaceIfSilent(edge, false));
  }

  function replaceIfSilent(edge: Edge, secondLook: boolean): void {
    edge.watch = undefined;
    if (!edges.has(edge) || !edge.owes) return;
    const left = ACKNOWLEDGE_MS - (clock.monotonic() - edge.owes.since);
    if (left > 0 || !secondLook) {
      const pause = left > 0 ? Math.ceil(left) : SECOND_LOOK_MS;
      edge.watch = clock.after(pause, () => replaceIfSilent(edge, left <= 0));
      return;
    }
    log.warn({ pid: edge.pid, owes: edge.owes.number }, "an edge does not acknowledge");
    edges.delete(edge);
    edge.channel.close();
    parts.replaceEdge(edge.pid);
    wake();
  }

  function broadcast(message: Decision): void {
    for (const edge of edges) deliver(edge, message, number);
  }

  function sendToOthers(than: Edge, message: CoreToEdge): void {
    for (const edge of edges) if (edge !== than) edge.channel.send(message);
  }

  function send(change: Change): void {
    number++;
    latest = latest && merged(latest, change);
    broadcast({ type: "delta", delta: { ...change, number } });
  }

  async function compileAll(): Promise<void> {
    while (dirty) {
      dirty = false;
      meanwhile = [];
      try {
        const compiled = await parts.compile();
        stale = false;
        number++;
        latest = { ...compiled, number };
        broadcast({ type: "snapshot", snapshot: latest });
        for (const change of meanwhile) send(change);
      } catch (error) {
        log.error({ err: error }, "the snapshot could not be compiled; edges keep the last one for now");
        dirty = false;
        stale = true;
        clock.after(COMPILE_AGAIN_MS, changed);
      }
    }
    compiling = undefined;
    wake();
  }

  function changed(): void {
    dirty = true;
    compiling ??= compileAll();
  }

  function wake(): void {
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  function onMessage(edge: Edge, message: EdgeToCore): void {
    switch (message.type) {
      case "hello":
        edge.pid = message.pid;
        edges.add(edge);
        allCame ||= edges.size >= parts.edgeWorkers;
        if (latest) deliver(edge, { type: "snapshot", snapshot: latest }, number);
        break;
      case "ack":
        edge.acknowledged = Math.max(edge.acknowledged, message.number);
        if (edge.owes) {
          edge.owes =
            edge.acknowledged >= number ? undefined : { number: edge.acknowledged + 1, since: clock.monotonic() };
        }
        wake();
        break;
      case "refused":
        // It goes on with what it has; another edge would refuse the same.
        log.error({ pid: edge.pid, number: message.number }, "an edge cannot use what was published");
        edge.owes = undefined;
        break;
      case "counters":
        parts.onCounters(edge.pid, message);
        break;
      case "jar-wanted":
      case "jar-changes":
        parts.onJar(
          message,
          (jar) => edge.channel.send(jar),
          (jar) => sendToOthers(edge, jar),
        );
        break;
    }
  }

  return {
    accept(socket) {
      const none = { send: () => {}, close: () => {} };
      const edge: Edge = { pid: 0, acknowledged: 0, owes: undefined, watch: undefined, channel: none };
      socket
        .on("error", () => {})
        .on("close", () => {
          edges.delete(edge);
          edge.watch?.cancel();
          parts.onGone(edge.pid);
          wake();
        });
      edge.channel = openChannel<EdgeToCore, CoreToEdge>(socket, (message) => onMessage(edge, message));
    },
    changed,
    publish(change) {
      if (compiling) meanwhile.push(change);
      send(change);
    },
    during(work) {
      pending++;
      work.finally(() => {
        pending--;
        wake();
      });
    },
    async settled() {
      let late = false;
      const timer = clock.after(ACKNOWLEDGE_MS, () => {
        late = true;
        wake();
      });
      const known = () => [...edges].every((edge) => edge.acknowledged >= number);
      const done = () => allCame && !compiling && !stale && !pending && known();
      while (!late && !done()) await new Promise<void>((resolve) => waiting.push(resolve));
      timer.cancel();
      return done();
    },
    edges: () => edges.size,
  };
}

/** The snapshot that a new edge gets holds what was published since it was compiled. */
function merged(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case "subject":
      return {
        ...snapshot,
        subjects: [...snapshot.subjects.filter(({ id }) => id !== change.subject.id), change.subject],
      };
    case "subject-removed":
      return { ...snapshot, subjects: snapshot.subjects.filter(({ id }) => id !== change.id) };
    case "cookies-forgotten":
      return snapshot;
    case "revoked":
      return { ...snapshot, revoked: [...snapshot.revoked, change.id] };
    case "cache-emptied":
      // A new edge keeps nothing yet.
      return snapshot;
    case "health":
      return {
        ...snapshot,
        unhealthy: [
          ...snapshot.unhealthy.filter((appId) => appId !== change.appId),
          ...(change.unhealthy ? [change.appId] : []),
        ],
      };
  }
}
