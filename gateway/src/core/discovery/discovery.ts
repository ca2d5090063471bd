import type { discovery as contract, EndpointOutput } from "@nekzus/contract";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import type { Decisions } from "../catalog/catalog.ts";
import type { CoreBus } from "../events/topics.ts";
import { toInstant } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import { type Approved, approveProposal } from "./approve.ts";
import type { ApprovedApps } from "./approved-apps.ts";
import { createDecisions } from "./decisions.ts";
import { createDismissals, type DismissedService, type Restored } from "./dismissals.ts";
import { mergeSnapshot } from "./merge.ts";
import { type Choices, type Proposal, toAnswer } from "./proposal.ts";
import type { Discovered, Source, SourceState } from "./sources/source.ts";
import { createProposalStore, type StoredProposal } from "./store.ts";

export type { ApprovedApps } from "./approved-apps.ts";

type Dismissed = EndpointOutput<typeof contract.proposalDismiss>;
type Rediscovered = EndpointOutput<typeof contract.rediscover>;
type SourcesAnswer = EndpointOutput<typeof contract.sourcesList>;

/** How discovery is doing, for the health page. */
export type DiscoveryState = { enabled: boolean; sources: ({ name: string } & SourceState)[] };

/** Proposals: what sources see, and what a person decided about it. */
export type Discovery = {
  /** Lets the sources look. Does nothing when discovery is switched off. */
  start(): void;
  /** Stops the sources and waits for what is being written. */
  stop(): Promise<void>;
  /** What waits for a decision, newest first. Empty when discovery is switched off (ruling R14). */
  list(): Promise<Proposal[]>;
  /**
   * Makes app and route, as proposed or as chosen. Throws `INVALID_PORT`, `ROUTE_CONFLICT`, `VALIDATION_FAILED`,
   * `FORBIDDEN`, `FEATURE_DISABLED`. Approving twice answers `already_processed`.
   */
  approve(proposalId: string, port?: number, choices?: Choices): Promise<Approved>;
  /** Throws `FEATURE_DISABLED`. */
  dismiss(proposalId: string): Promise<Dismissed>;
  /** Takes a dismissal, or the removal of an approved app, back. Throws `FEATURE_DISABLED`. */
  restore(proposalId: string): Promise<Restored>;
  /** What is not proposed because a person did not want it, the last seen first. Empty when discovery is off. */
  dismissed(): Promise<DismissedService[]>;
  /** Forgets what was dismissed or waits, and looks again at once. Throws `FEATURE_DISABLED`. */
  rediscover(): Promise<Rediscovered>;
  /** What was decided about the services of apps, for restoring a deleted one. */
  decisions: Decisions;
  state(): DiscoveryState;
  /** Why something is, or is not, proposed: how the sources are doing. */
  sources(): SourcesAnswer;
  /** Resolves when every source has looked once, or has had its time to. */
  looked(): Promise<void>;
};

export type DiscoveryParts = {
  storage: Storage;
  catalog: ApprovedApps;
  /** Makes the sources of the settings in force; asked at the start and after each change of them. */
  build: () => BuiltSources;
  bus: CoreBus;
  clock: Clock;
  log: Logger;
};

export type BuiltSources = {
  sources: readonly Source[];
  /** Why discovery is switched off, naming the setting; undefined when it is on. */
  offBecause?: string | undefined;
};

/** How long apps wait for a source's first look, in ms. */
const BLIND_MS = 15_000;

/** Merges what sources see into proposals. A source proposes, a person disposes (design, section 7). */
export function createDiscovery({ storage, catalog, build, bus, clock, log }: DiscoveryParts): Discovery {
  const store = createProposalStore(storage);
  const dismissals = createDismissals({ store, catalog });
  let { sources, offBecause }: BuiltSources = { sources: [], offBecause: "Discovery has not started yet." };
  let endListening = () => {};
  /** The newest snapshot of each source that was not merged yet. */
  const waiting = new Map<Source, Discovered[]>();
  /** How many services each source saw last. */
  const found = new Map<string, number>();
  /** What each source missed last, by app. */
  const absent = new Map<string, readonly string[]>();
  /** Where the services of strayed apps were last seen, so that each is told once. */
  const strayed = new Map<string, string>();
  /** Sources that have not looked yet. */
  const held = new Set<string>();
  let blind: Timer | undefined;
  let waitingForLook: (() => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** Merges and decisions run one after the other: a decision never meets half a snapshot. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  function receive(source: Source, snapshot: Discovered[]) {
    const isQueued = waiting.has(source);
    waiting.set(source, snapshot);
    found.set(source.name, snapshot.length);
    if (isQueued) return;
    inTurn(() => mergeNewest(source)).catch((error: unknown) =>
      log.error({ err: error, source: source.name }, "what a source saw could not be kept; its next look tries again"),
    );
  }

  async function mergeNewest(source: Source) {
    const snapshot = waiting.get(source);
    // The source was replaced while it waited.
    if (!snapshot) return;
    waiting.delete(source);
    const merged = await mergeSnapshot(source, snapshot, { known: await store.all(), catalog, now: clock.now(), log });
    await store.apply(merged);
    absent.set(source.name, merged.absent);
    catalog.setAbsent(source.name, merged.absent);
    release(source.name);
    for (const proposalId of merged.withdrawn) bus.emit("proposal_withdrawn", { proposalId });
    for (const proposal of merged.shown) bus.emit("discovery", toAnswer(proposal));
    for (const app of merged.strayed) warnOnce(app);
  }

  /** The class of an upstream's address is fixed when a person approves it, so the route stays and somebody must know. */
  function warnOnce({ appId, from, to }: { appId: string; from: string; to: string }) {
    if (strayed.get(appId) === to) return;
    strayed.set(appId, to);
    log.warn({ app: appId, from, to }, "an app's service moved to another kind of address; its route did not follow");
    const warning = `The service of the app ${appId} moved from ${from} to ${to}. Change the upstream of its route to follow it.`;
    bus.emit("config_warning", { warning });
  }

  /** Makes new sources in place of the old ones, which have ended before the new ones look. */
  async function startSources(): Promise<void> {
    const built = build();
    const ending = sources;
    for (const { name } of ending) catalog.setAbsent(name, undefined);
    ({ sources, offBecause } = built);
    waiting.clear();
    found.clear();
    absent.clear();
    if (ending.length) await Promise.all(ending.map((source) => source.stop()));
    // A still newer change, or the end, may have come meanwhile.
    if (sources !== built.sources || offBecause !== undefined) return;
    for (const source of sources) {
      catalog.holdDiscovered(source.name);
      held.add(source.name);
      source.start((snapshot) => receive(source, snapshot));
    }
    // A blind source must not keep apps down for good: then what was known last has to do.
    blind?.cancel();
    blind = clock.after(BLIND_MS, () => {
      for (const name of [...held]) {
        catalog.setAbsent(name, undefined);
        release(name);
      }
    });
  }

  function release(source: string): void {
    held.delete(source);
    if (held.size) return;
    for (const resolve of waitingForLook) resolve();
    waitingForLook = [];
  }

  /** Until the source has looked at it, nobody knows whether the service of a restored app is where it was. */
  function resumed({ source, appId }: StoredProposal, withdrawn: readonly string[]): void {
    const missing = absent.get(source);
    if (missing) {
      absent.set(source, [...missing, appId]);
      catalog.setAbsent(source, [...missing, appId]);
    }
    for (const proposalId of withdrawn) bus.emit("proposal_withdrawn", { proposalId });
  }

  function look(source: string): void {
    void sources.find(({ name }) => name === source)?.scan();
  }

  function mustBeOn() {
    if (offBecause !== undefined) throw new Problem("FEATURE_DISABLED", offBecause);
  }

  /** A source that was switched off cannot withdraw what it proposed. */
  function looking(): ReadonlySet<string> {
    return new Set(offBecause === undefined ? sources.map(({ name }) => name) : []);
  }

  async function approveInTurn(id: string, port: number | undefined, choices: Choices): Promise<Approved> {
    const answer = await approveProposal({ store, catalog }, id, port, choices);
    if (answer.status === "approved") bus.emit("proposal_approved", { proposalId: id });
    return answer;
  }

  async function dismissInTurn(id: string): Promise<Dismissed> {
    const answer = await dismissals.dismiss(id);
    if (answer.status === "dismissed") bus.emit("proposal_dismissed", { proposalId: id });
    return answer;
  }

  async function restoreInTurn(id: string): Promise<Restored> {
    const { answer, reopened } = await dismissals.restore(id);
    if (!reopened) return answer;
    bus.emit("discovery", toAnswer(reopened));
    // It may have gone, changed or lost its app id since: the source's next word settles that.
    look(reopened.source);
    return answer;
  }

  async function rediscoverInTurn(): Promise<Rediscovered> {
    const cleared = { dismissed: [] as string[], pending: [] as string[] };
    for (const proposal of await store.all()) {
      if (await dismissals.unwanted(proposal)) cleared.dismissed.push(proposal.id);
      else if (proposal.state === "pending") cleared.pending.push(proposal.id);
    }
    await store.apply({
      puts: [],
      seen: [],
      seenAt: clock.now(),
      deletes: [...cleared.dismissed, ...cleared.pending],
    });
    const counts = { dismissedCleared: cleared.dismissed.length, activeCleared: cleared.pending.length };
    bus.emit("rediscovery_triggered", counts);
    for (const source of sources) void source.scan();
    return { status: "success", message: "Dismissals were forgotten; looking again.", ...counts };
  }

  return {
    start() {
      endListening = bus.on("config-changed", ({ keys }) => {
        if (!keys.some((key) => key.startsWith("discovery."))) return;
        startSources().catch((error) => log.error({ err: error }, "discovery could not take up its new settings"));
      });
      startSources().catch((error) => log.error({ err: error }, "discovery could not start"));
    },
    async stop() {
      endListening();
      const ending = sources;
      sources = [];
      waiting.clear();
      blind?.cancel();
      await Promise.all(ending.map((source) => source.stop()));
      await last;
    },
    async list() {
      const active = looking();
      return (await store.pending()).filter((proposal) => active.has(proposal.source)).map(toAnswer);
    },
    dismissed: () => dismissals.list(looking()),
    async approve(id, port, choices = {}) {
      mustBeOn();
      return inTurn(() => approveInTurn(id, port, choices));
    },
    async restore(id) {
      mustBeOn();
      return inTurn(() => restoreInTurn(id));
    },
    async dismiss(id) {
      mustBeOn();
      return inTurn(() => dismissInTurn(id));
    },
    async rediscover() {
      mustBeOn();
      return inTurn(rediscoverInTurn);
    },
    async looked() {
      if (held.size) await new Promise<void>((resolve) => waitingForLook.push(resolve));
    },
    decisions: createDecisions({ store, catalog, inTurn, onResumed: resumed, look }),
    state: () => ({
      enabled: offBecause === undefined,
      sources: sources.map((source) => ({ name: source.name, ...source.state() })),
    }),
    sources: () =>
      offBecause === undefined
        ? { enabled: true, sources: sources.map((source) => sourceAnswer(source, found.get(source.name) ?? 0)) }
        : { enabled: false, offBecause, sources: [] },
  };
}

const STATUS = { stopped: "starting", starting: "starting", ok: "working", error: "failing" } as const;

function sourceAnswer(source: Source, found: number): SourcesAnswer["sources"][number] {
  const { status, message, lastScan, nextScan, skipped } = source.state();
  return {
    name: source.name,
    status: STATUS[status],
    ...(message ? { message } : {}),
    ...(lastScan === undefined ? {} : { lastLook: toInstant(lastScan) }),
    ...(nextScan === undefined ? {} : { nextLook: toInstant(nextScan) }),
    found,
    skipped: [...skipped],
  };
}
