import { isLoopback } from "../../../kit/addresses.ts";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import { type Container, type DockerEngine, EngineError, parseSocket } from "../../runtimes/docker/engine.ts";
import type { NetworkRules, Vantage } from "./docker-address.ts";
import { type ContainerVerdict, discoverContainer } from "./docker-discovered.ts";
import { isMarkedSelf } from "./docker-labels.ts";
import type { Probe } from "./http-probe.ts";
import { type OwnTraces, ownContainerId, sameContainer } from "./own-container.ts";
import type { Discovered, Source, SourceState } from "./source.ts";

/** How long events are gathered before one look answers them all, in milliseconds. */
const DEBOUNCE_MS = 100;
/** Waiting after the first failure, and at most, in milliseconds. It doubles in between and never gives up. */
const RETRY_MS = { first: 1_000, most: 60_000 };
/** An event stream that lived this long, in milliseconds, was a good one. */
const STEADY_MS = 30_000;
/** Containers that are inspected at the same time. */
const AT_ONCE = 8;
/** The most labelled containers that are looked at. */
const MOST_CONTAINERS = 1_000;

/** What changes the set of containers or their addresses; `exec_*`, `top`, `attach` and the like do not. */
const TELLING = /^(?:start|die|died|stop|kill|destroy|remove|rename|pause|unpause|restart|update|health_status)/;

export type DockerSourceParts = {
  engine: DockerEngine;
  /** `poll_interval` in milliseconds. */
  config: NetworkRules & { poll_interval: number };
  /** The traces of our own container; read again with each look until they lead to one. */
  ownTraces: () => Promise<OwnTraces>;
  /** Which system we run on; `process.platform`. Only Linux reaches container addresses from outside. */
  platform: string;
  probe: Probe;
  clock: Clock;
  log: Logger;
};

/**
 * The source of Docker containers that carry `nekzus.enable=true`. Looks at the start, after every event that matters
 * and every `poll_interval`; a lost engine is tried again for as long as it takes.
 */
export function createDockerSource({
  engine,
  config,
  ownTraces,
  platform,
  probe,
  clock,
  log,
}: DockerSourceParts): Source {
  let emit: ((snapshot: Discovered[]) => void) | undefined;
  let state: SourceState = { status: "stopped", message: "", skipped: [] };
  let failures = 0;
  /** Event streams in a row that ended soon, as with a proxy that does not let them through. */
  let brokenStreams = 0;
  /** No new event stream before this moment of the clock's monotonic time. */
  let restUntil = 0;
  let soon: Timer | undefined;
  let poll: Timer | undefined;
  let retry: Timer | undefined;
  /** When the timers fire, in milliseconds since 1970. */
  let due: { poll?: number; retry?: number } = {};
  let listening: AbortController | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  /** What was last found for each container, for those that are between two lives. */
  let known = new Map<string, Discovered>();
  /** Addresses that answered a probe, so that apps are not asked again and again. */
  let answering = new Set<string>();

  /** Runs one look at a time; calls during a look share the one that follows it. */
  function scan(): Promise<void> {
    if (!emit) return Promise.resolve();
    if (!running) {
      running = look().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running.then(() => {
      next = undefined;
      return scan();
    });
    return next;
  }

  function scanSoon() {
    soon ??= clock.after(DEBOUNCE_MS, () => {
      soon = undefined;
      void scan();
    });
  }

  async function look(): Promise<void> {
    const emitTo = emit;
    try {
      const { services, skipped } = await seeAll();
      // Stopped, or stopped and started again, while we looked.
      if (!emitTo || emit !== emitTo) return;
      if (state.status === "error") log.info({ socket: engine.socket }, "the container engine is back");
      for (const item of skipped) {
        if (!state.skipped.some((before) => before.name === item.name && before.reason === item.reason)) {
          log.info({ container: item.name, reason: item.reason }, "a labelled container cannot be proposed");
        }
      }
      failures = 0;
      state = { status: "ok", message: "", lastScan: clock.now(), skipped };
      listen();
      emitTo(services);
    } catch (error) {
      if (emitTo && emit === emitTo) failed(error);
    }
  }

  function failed(error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    if (state.message !== message)
      log.warn({ socket: engine.socket, reason: message }, "containers cannot be looked at");
    state = { ...state, status: "error", message };
    // A stream from an engine that went away may hang for ever.
    stopListening();
    scanAfter(pause(failures++));
  }

  function scanAfter(ms: number) {
    retry?.cancel();
    due.retry = clock.now() + ms;
    retry = clock.after(ms, () => {
      delete due.retry;
      void scan();
    });
  }

  async function seeAll() {
    const listed = (await engine.listContainers({ label: "nekzus.enable" })).slice(0, MOST_CONTAINERS);
    const own = ownContainerId(await ownTraces());
    const vantage = await vantagePoint(own);
    const others = listed.filter((item) => !own || !sameContainer(item.id, own));
    const asked = new Set<string>();
    const seen = await mapLimited(others, AT_ONCE, (item) => see(item.id, vantage, asked));

    const services: Discovered[] = [];
    const skipped: { name: string; reason: string }[] = [];
    const found = new Map<string, Discovered>();
    for (const [at, verdict] of seen.entries()) {
      const item = others[at];
      if (!item || !verdict || verdict.kind === "excluded") continue;
      if (verdict.kind === "skipped") skipped.push({ name: item.name.slice(0, 100), reason: verdict.reason });
      else {
        services.push(verdict.service);
        found.set(item.id, verdict.service);
      }
    }
    known = found;
    answering = new Set([...answering].filter((url) => asked.has(url)));
    return { services, skipped };
  }

  /** One container; undefined when it went away meanwhile. */
  async function see(id: string, vantage: Vantage, asked: Set<string>): Promise<ContainerVerdict | undefined> {
    try {
      const container = await engine.inspectContainer(id);
      if (isMarkedSelf(container.labels)) return undefined;
      const before = known.get(id);
      // Between two starts it has no address; it is not gone.
      if (container.status === "restarting") return before && { kind: "discovered", service: before };
      if (container.status !== "running" && container.status !== "paused") return undefined;
      const network = await networkOwner(container);
      const probeOnce: Probe = async (url) => {
        asked.add(url);
        if (answering.has(url)) return true;
        const answers = await probe(url);
        if (answers) answering.add(url);
        return answers;
      };
      return await discoverContainer(container, network, {
        engine: engine.socket,
        rules: config,
        vantage,
        probe: probeOnce,
      });
    } catch (error) {
      if (error instanceof EngineError && error.fault === "missing") return undefined;
      // A container that cannot be read hurts only itself.
      if (error instanceof EngineError && error.fault === "unusable") return { kind: "skipped", reason: error.message };
      throw error;
    }
  }

  /** The container whose network it uses: `--network container:…` borrows another's addresses and ports. */
  async function networkOwner(container: Container): Promise<Container> {
    const owner = /^container:([0-9a-f]{12,64})$/.exec(container.networkMode)?.[1];
    return owner ? await engine.inspectContainer(owner) : container;
  }

  async function vantagePoint(own: string | undefined): Promise<Vantage> {
    const ourselves = own ? await inspectIfThere(own) : undefined;
    if (ourselves && ourselves.networkMode !== "host") {
      const hostAddress = ourselves.networks.find((network) => network.gateway)?.gateway;
      return { kind: "container", networks: ourselves.networks.map((network) => network.name), hostAddress };
    }
    const address = parseSocket(engine.socket);
    if (!ourselves && address?.kind === "tcp" && address.host !== "localhost" && !isLoopback(address.host)) {
      return { kind: "remote", hostAddress: address.host.replace(/^\[|\]$/g, "") };
    }
    return { kind: "host", bridges: platform === "linux" };
  }

  async function inspectIfThere(id: string): Promise<Container | undefined> {
    try {
      return await engine.inspectContainer(id);
    } catch (error) {
      if (error instanceof EngineError && error.fault === "missing") return undefined;
      throw error;
    }
  }

  /** Follows the event stream until it breaks; a look after that finds out whether the engine is gone. */
  function listen() {
    if (listening) return;
    const rest = restUntil - clock.monotonic();
    if (rest > 0) return scanAfter(rest);
    const abort = new AbortController();
    listening = abort;
    void follow(abort).finally(() => {
      if (listening === abort) listening = undefined;
    });
  }

  async function follow(abort: AbortController) {
    const began = clock.monotonic();
    try {
      const events = await engine.events(abort.signal);
      // What happened between the last look and this moment was not announced.
      if (!abort.signal.aborted) scanSoon();
      for await (const event of events) {
        if (abort.signal.aborted) return;
        if (TELLING.test(event.action)) scanSoon();
      }
    } catch (error) {
      if (!abort.signal.aborted) log.debug({ err: error }, "the event stream of the container engine ended");
    }
    if (abort.signal.aborted) return;
    stopListening();
    brokenStreams = clock.monotonic() - began < STEADY_MS ? brokenStreams + 1 : 0;
    const rest = pause(brokenStreams);
    restUntil = clock.monotonic() + rest;
    scanAfter(rest);
  }

  function stopListening() {
    listening?.abort();
    listening = undefined;
  }

  return {
    name: "docker",
    patience: 1,
    start(to) {
      if (emit) return;
      emit = to;
      state = { ...state, status: "starting" };
      due = { poll: clock.now() + config.poll_interval };
      poll = clock.every(config.poll_interval, () => {
        due.poll = clock.now() + config.poll_interval;
        void scan();
      });
      void scan();
    },
    async stop() {
      emit = undefined;
      for (const timer of [soon, poll, retry]) timer?.cancel();
      soon = poll = retry = undefined;
      due = {};
      stopListening();
      failures = brokenStreams = restUntil = 0;
      state = { ...state, status: "stopped" };
      await engine.close();
      await running;
    },
    scan,
    state() {
      const times = Object.values(due);
      return times.length ? { ...state, nextScan: Math.min(...times) } : state;
    },
  };
}

/** How long to wait after so many failures, in milliseconds. */
function pause(failures: number): number {
  return Math.min(RETRY_MS.first * 2 ** Math.min(failures, 16), RETRY_MS.most);
}

async function mapLimited<T, R>(items: readonly T[], limit: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  async function worker() {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as T);
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
