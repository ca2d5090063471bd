import type { Clock } from "../../../kit/clock.ts";
import type { Logger } from "../../../kit/log.ts";
import type { CoreBus } from "../topics.ts";
import type { Client } from "./client.ts";
import type { IdentifyShown } from "./entrance.ts";
import type { Members } from "./members.ts";

export type Judgement = {
  start(): void;
  stop(): void;
  /** Judges clients again: soon, one after the other, those before others that only wait for their turn. */
  judge(clients: Iterable<Client>): void;
  /** Judges those again who were not for a while. Called from time to time. */
  look(): void;
};

/** Credentials end by time as well: after so long a client is judged again, in ms. */
const AGAIN_MS = 60_000;

/** Judges clients again whenever somebody loses authority, so that a connection never outlasts what it was opened with. */
export function createJudgement(parts: {
  bus: CoreBus;
  clock: Clock;
  log: Logger;
  identify: IdentifyShown;
  members: Members;
  withdraw(client: Client, reason: string): Promise<void>;
}): Judgement {
  const { bus, clock, log, identify, members, withdraw } = parts;
  let due = new Set<Client>();
  let running = false;
  let endings: (() => void)[] = [];

  function judge(clients: Iterable<Client>): void {
    due = new Set([...clients, ...due]);
    if (!running && due.size) void run();
  }

  async function run(): Promise<void> {
    running = true;
    for (let [next] = due; next; [next] = due) {
      due.delete(next);
      try {
        await judgeOne(next);
      } catch (error) {
        log.error({ err: error }, "a client of the event socket could not be judged again");
      }
    }
    running = false;
  }

  async function judgeOne(client: Client): Promise<void> {
    if (!client.wire.isOpen) return;
    const { caller, fault } = await identify({ ...client.shown, again: true });
    if (caller.principal.id === client.principal().id) client.setCaller(caller);
    else await withdraw(client, fault?.message ?? "You were signed out. Sign in again.");
  }

  function onRevoked(ids: ReadonlySet<string>): void {
    for (const client of [...members.all()]) {
      if (client.lastsBy(ids)) void withdraw(client, "You were signed out. Sign in again.");
    }
  }

  /** Those who are named come first; then who may depend on them: devices on their owners, keys on their makers. */
  function onChanged(ids: readonly string[]): void {
    judge(ids.flatMap((id) => members.of(id)));
    judgeLast([...members.all()].filter((client) => ["device", "apikey"].includes(client.principal().kind)));
  }

  function judgeLast(clients: readonly Client[]): void {
    const before = due;
    due = new Set();
    judge([...before, ...clients]);
  }

  return {
    start() {
      endings = [
        bus.on("credentials-revoked", ({ ids }) => onRevoked(new Set(ids))),
        bus.on("subjects-changed", ({ ids }) => onChanged(ids)),
        bus.on("api-keys-changed", () =>
          judgeLast([...members.all()].filter((one) => one.principal().kind === "apikey")),
        ),
        // Among the settings are those that switch `local` off and take cookies their rights.
        bus.on("config-changed", () => judgeLast([...members.all()])),
      ];
    },
    stop() {
      for (const end of endings) end();
      due.clear();
    },
    judge,
    look() {
      const now = clock.monotonic();
      judgeLast([...members.all()].filter((client) => now - client.judgedAt() >= AGAIN_MS));
    },
  };
}
