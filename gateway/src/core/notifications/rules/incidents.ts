import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Timer } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import type { Audience, Audiences, Viewer } from "../../events/audience.ts";
import type { CoreBus, Topics } from "../../events/topics.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { Severity } from "../channels/channel.ts";
import type { NewMessage, Queue } from "../queue/queue.ts";
import type { Part } from "../queue/store.ts";
import { createIncidentStore, type Incident } from "./incident-store.ts";
import { type Change, changeOf, type Occurrence } from "./occurrences.ts";
import { quietUntil } from "./quiet-hours.ts";
import type { RuleStore, StoredRule } from "./store.ts";
import { type Text, textOf } from "./text.ts";

/** What happens once and waits for one rule; more would only make a longer message. */
const MOST_WAITING = 500;
/** What is due is looked for at least so often, in ms: another gateway on the same database may have stopped. */
const LOOK_MS = 60_000;
const RETRY_MS = 5_000;

/** Makes messages of a rule for everybody who gets them; `textFor` says what of it somebody may read, undefined: all. */
export type Address = (rule: StoredRule, textFor: (who: Viewer | undefined) => Told | undefined) => NewMessage[];
/** What somebody is told. */
type Told = Text & Required<Pick<NewMessage, "about">>;

export type Incidents = {
  /** Begins to follow what happens. `down` are the apps that are down now: what was missed while nobody looked. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Holds something against the rules in the caller's transaction; call {@link Incidents.wake} once it is committed. */
  take(tx: Write, occurrence: Occurrence): Promise<void>;
  /** Something may be due. */
  wake(): void;
  /** Resolves when everything heard of so far was dealt with. */
  settled(): Promise<void>;
};

/** In which something can be due. */
const UNTOLD = ["waiting", "held", "clearing"] as const;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Turns what happens into messages by the rules: one for an outage however many apps it takes down, one when it is over
 * for good, none for what passes within the rule's delay. In quiet hours none but what is urgent, and one about all the
 * rest when they are over. What it knows is stored, so that a restart neither forgets an outage nor tells it twice.
 */
export function createIncidents(parts: {
  storage: Storage;
  rules: Pick<RuleStore, "all">;
  queue: Pick<Queue, "add">;
  wake(): void;
  /** Who gets the messages of rules now. */
  recipients(): Promise<Address>;
  /** The apps that are down now. */
  down(): Promise<readonly Occurrence[]>;
  audiences: Audiences;
  bus: CoreBus;
  clock: Clock;
  log: Logger;
}): Incidents {
  const { storage, rules, queue, audiences, bus, clock, log } = parts;
  const store = createIncidentStore(storage);
  let work: Promise<void> = Promise.resolve();
  let timer: Timer | undefined;
  let running = false;
  let unsubscribe = () => {};
  // Emitters may stand inside a write transaction, in which a write of our own would be refused.
  let outside: (run: () => void) => void = (run) => run();

  /** One after the other, in the order in which things happened. */
  function inTurn(what: string, run: () => Promise<void>): void {
    outside(() => {
      work = work.then(run).catch((error) => {
        log.warn({ err: error }, what);
        schedule(RETRY_MS);
      });
    });
  }

  function collect<T extends keyof Topics>(topic: T, payload: Topics[T]): void {
    const change = changeOf(topic, payload);
    if (!change) return;
    // Now: when its turn comes, the app may be gone.
    const told = "begins" in change ? { begins: marked(change.begins) } : change;
    inTurn("what happened could not be held against the rules", () => take(told));
  }

  function marked(occurrence: Occurrence): Occurrence {
    return { ...occurrence, ...audiences.of(occurrence.scope) };
  }

  async function take(change: Change): Promise<void> {
    const all = await rules.all();
    await storage.write(async (tx) => {
      if ("begins" in change) await begin(tx, all, change.begins);
      else if ("ends" in change) await end(tx, all, change.ends);
      else for (const incident of await store.all(tx, change.gone)) await store.close(tx, incident);
    });
    await plan();
  }

  async function begin(tx: Write, all: readonly StoredRule[], occurrence: Occurrence): Promise<void> {
    const now = clock.now();
    const { subject } = occurrence;
    const open = await store.all(tx, subject);
    for (const rule of all.filter((one) => isAbout(one, occurrence))) {
      const known = open.find(({ ruleId }) => ruleId === rule.id);
      // Down again before it was well for long enough: the same outage goes on.
      if (known?.state === "clearing") await store.move(tx, known, { state: "told" });
      if (known?.state === "held") await store.move(tx, known, { ...known, endedAt: undefined });
      if (known || (!occurrence.lasting && (await isFull(tx, rule.id)))) continue;
      const dueAt = now + rule.delaySeconds * 1000;
      await store.open(tx, {
        ruleId: rule.id,
        subject,
        state: "waiting",
        occurrence,
        openedAt: now,
        endedAt: undefined,
        dueAt,
      });
    }
  }

  async function isFull(tx: Write, ruleId: string): Promise<boolean> {
    const waiting = (await store.all(tx)).filter((one) => one.ruleId === ruleId && !one.occurrence.lasting);
    if (waiting.length < MOST_WAITING) return false;
    log.warn({ rule: ruleId }, "too much happens at once: a message leaves some of it out");
    return true;
  }

  async function end(tx: Write, all: readonly StoredRule[], subject: string): Promise<void> {
    for (const incident of await store.all(tx, subject)) {
      const rule = all.find(({ id }) => id === incident.ruleId);
      const now = clock.now();
      // Nobody was told, so there is nothing to take back.
      if (incident.state === "waiting" || !rule) await store.close(tx, incident);
      else if (incident.state === "held")
        await store.move(tx, incident, { ...incident, endedAt: incident.endedAt ?? now });
      else if (incident.state === "told") {
        await store.move(tx, incident, { state: "clearing", dueAt: now + rule.settleSeconds * 1000, endedAt: now });
      }
    }
  }

  /** Tells what is due. All of a rule that waits goes into the same message. */
  async function tell(): Promise<void> {
    const [all, address] = [await rules.all(), await parts.recipients()];
    const now = clock.now();
    await storage.write(async (tx) => {
      const byRule = Map.groupBy(await store.all(tx), ({ ruleId }) => ruleId);
      for (const rule of all) await tellRule(tx, rule, byRule.get(rule.id) ?? [], address, now);
    });
    parts.wake();
    await plan();
  }

  async function tellRule(
    tx: Write,
    rule: StoredRule,
    incidents: readonly Incident[],
    address: Address,
    now: number,
  ): Promise<void> {
    // What happened later than now tells that the clock was set back: its time may be years away.
    const isDue = ({ dueAt, openedAt, endedAt = openedAt }: Incident) =>
      dueAt !== undefined && (dueAt <= now || endedAt > now);
    const due = UNTOLD.flatMap((state) => {
      const its = incidents.filter((incident) => incident.state === state);
      return its.some(isDue) ? its : [];
    });
    if (!rule.enabled) {
      for (const incident of due) await store.close(tx, incident);
      return;
    }
    const quietEnd = rule.quietHours ? quietUntil(now, rule.quietHours) : undefined;
    const told: Incident[] = [];
    for (const incident of due) {
      const urgent = rule.quietHours?.urgent && incident.occurrence.severity === "critical";
      if (quietEnd === undefined || urgent) told.push(incident);
      // The others may pass within their delay yet.
      else if (isDue(incident)) await hold(tx, incident, quietEnd);
    }
    for (const some of inMessages(told)) {
      await queue.add(
        tx,
        address(rule, (who) => textFor(some, who, now)),
      );
    }
    for (const incident of told) {
      const { state, occurrence, endedAt } = incident;
      const goesOn = occurrence.lasting && state !== "clearing" && endedAt === undefined;
      if (goesOn) await store.move(tx, incident, { state: "told" });
      else await store.close(tx, incident);
    }
  }

  /** Keeps something until the quiet hours are over. */
  async function hold(tx: Write, incident: Incident, until: number): Promise<void> {
    const state = incident.state === "waiting" ? "held" : incident.state;
    await store.move(tx, incident, { ...incident, state, dueAt: until });
  }

  /** What somebody may read of it; nobody named: all. */
  function textFor(incidents: readonly Incident[], who: Viewer | undefined, now: number): Told | undefined {
    const seen = incidents.filter(({ occurrence }) => !who || audiences.maySee(who, audienceOf(occurrence)));
    const [first, ...rest] = seen;
    if (!first) return undefined;
    return { ...textOf([first, ...rest], now), about: who ? partsOf(seen) : [] };
  }

  async function plan(): Promise<void> {
    const due = await store.nextDue();
    schedule(due === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(0, due - clock.now())));
  }

  function schedule(ms: number): void {
    timer?.cancel();
    if (running) timer = clock.after(ms, () => inTurn("messages could not be made; trying again", tell));
  }

  /** What happened while nobody looked. */
  async function catchUp(): Promise<void> {
    const [all, down] = [await rules.all(), await parts.down()];
    const subjects = new Set(down.map(({ subject }) => subject));
    await storage.write(async (tx) => {
      for (const { subject, state, occurrence } of await store.all(tx)) {
        if (occurrence.lasting && state !== "clearing" && !subjects.has(subject)) await end(tx, all, subject);
      }
      for (const occurrence of down) await begin(tx, all, marked(occurrence));
    });
    await plan();
  }

  return {
    async start() {
      outside = AsyncLocalStorage.snapshot();
      running = true;
      unsubscribe = bus.onAny(collect);
      inTurn("apps that are down could not be held against the rules", catchUp);
      await work;
    },
    async stop() {
      running = false;
      unsubscribe();
      timer?.cancel();
      await work;
    },
    take: async (tx, occurrence) => begin(tx, await rules.all(), marked(occurrence)),
    wake: () => inTurn("messages could not be planned; trying again", plan),
    settled: () => work,
  };
}

function audienceOf({ scope, sensitive = false }: Occurrence): Audience {
  return { scope, sensitive };
}

/** What of a message can be told apart from the rest, should its recipient lose the right to some of it. */
function partsOf(incidents: readonly Incident[]): Part[] {
  const parts = incidents.map((incident) => ({ ...audienceOf(incident.occurrence), incident }));
  const audiences = Map.groupBy(parts, ({ scope, sensitive }) => `${scope} ${sensitive}`);
  if (audiences.size > 1) return parts;
  return parts.slice(0, 1).map(({ scope, sensitive }) => ({ scope, sensitive }));
}

/** What goes into one message: after quiet hours all that is told then, else what is of the same kind. */
function inMessages(told: readonly Incident[]): Iterable<readonly Incident[]> {
  if (told.some(({ state }) => state === "held")) return [told];
  return Map.groupBy(told, ({ state, occurrence }) => `${state} ${occurrence.event}`).values();
}

function isAbout(rule: StoredRule, { event, severity, appId }: Occurrence): boolean {
  if (!rule.enabled || !rule.events.includes(event) || RANK[severity] < RANK[rule.minSeverity]) return false;
  return !rule.apps.length || (appId !== undefined && rule.apps.includes(appId));
}
