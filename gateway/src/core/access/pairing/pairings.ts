import type { Clock, Timer } from "../../../kit/clock.ts";
import { randomId, sha256 } from "../../../kit/ids.ts";
import { newCode, readCode } from "./codes.ts";

/** Life of a code and of what it leads to, in ms (public API page). */
const CODE_LIFE_MS = 5 * 60_000;
/** For so long whoever fetched a code may fetch it again: the answer may have been lost. In ms. */
const FETCH_AGAIN_MS = 60_000;
/** So many tries of others lock a code that was fetched, also for who fetched it (public API page). */
const MOST_TRIES_OF_OTHERS = 5;
/** Codes that live at the same time; beyond it the oldest goes. */
const MOST_PAIRINGS = 100;

/** What the code's maker wishes for the device. */
export type Wish = { name?: string | undefined; scopes?: readonly string[] | undefined; days?: number | undefined };

/** A device that shows the bootstrap token. */
export type Asking = { id: string; name: string; platform: string; model: string; address: string };

/** One code and what became of it. */
export type Pairing = {
  readonly id: string;
  readonly code: string;
  readonly ownerId: number;
  readonly wish: Wish;
  /** Must a person agree? */
  readonly approval: boolean;
  /** Its end as it is told, ms since 1970. */
  readonly expiresAt: number;
  /** Its end as it is judged, by {@link Clock.monotonic}: it comes when it comes, also when the clock is set. */
  readonly endsAt: number;
  /** Of the certificate that phones were shown when the code was made. */
  readonly pin: string | undefined;
  readonly phrase: string;
  bootstrapToken: string;
  fetched: { address: string; at: number } | undefined;
  /** Tries of others after it was fetched. */
  tries: number;
  asking: Asking | undefined;
  outcome: "paired" | "denied" | "void" | undefined;
  /** What the paired device got, for the case that the answer was lost. */
  answer: unknown;
  /** Called when there is an outcome or an approval. */
  decided: Set<() => void>;
  approved: boolean;
};

export type Pairings = {
  make(of: Pick<Pairing, "ownerId" | "wish" | "approval" | "pin"> & { phrase(code: string): string }): Pairing;
  byId(id: string): Pairing | undefined;
  byCode(code: string): Pairing | undefined;
  byToken(bootstrapToken: string): Pairing | undefined;
  /** Fetches a code for a caller; undefined when it is not for this one. The first who comes has it. */
  fetch(code: string, address: string): Pairing | undefined;
  /** Resolves when somebody decided about it, or after `ms`. */
  decision(pairing: Pairing, ms: number): Promise<void>;
  /** Ends it, or lets it go on: whoever waits is told. */
  decide(pairing: Pairing, outcome: Pairing["outcome"] | "approved"): void;
  ttl(pairing: Pairing): number;
};

/** Keeps pairing codes in memory: they live for minutes, and a restart makes them void. */
export function createPairings({ clock }: { clock: Clock }): Pairings {
  /** In the order in which they were made. */
  const all = new Map<string, Pairing>();
  const codes = new Map<string, Pairing>();
  const tokens = new Map<string, Pairing>();

  function drop(pairing: Pairing): void {
    all.delete(pairing.id);
    codes.delete(pairing.code);
    tokens.delete(sha256(pairing.bootstrapToken));
  }

  function dropOld(): void {
    // Kept for a while after their end, so that whoever watches learns what became of them.
    for (const pairing of all.values()) if (clock.monotonic() > pairing.endsAt + CODE_LIFE_MS) drop(pairing);
    while (all.size >= MOST_PAIRINGS) drop(all.values().next().value as Pairing);
  }

  const alive = (pairing: Pairing | undefined) =>
    pairing && pairing.endsAt > clock.monotonic() && pairing.outcome !== "denied" && pairing.outcome !== "void"
      ? pairing
      : undefined;

  return {
    make({ ownerId, wish, approval, pin, phrase }) {
      dropOld();
      let code = newCode();
      while (codes.has(code)) code = newCode();
      const pairing: Pairing = {
        id: randomId("pair_"),
        code,
        ownerId,
        wish,
        approval,
        expiresAt: clock.now() + CODE_LIFE_MS,
        endsAt: clock.monotonic() + CODE_LIFE_MS,
        pin,
        phrase: phrase(code),
        bootstrapToken: randomId("bootstrap_", 32),
        fetched: undefined,
        tries: 0,
        asking: undefined,
        outcome: undefined,
        answer: undefined,
        decided: new Set(),
        approved: !approval,
      };
      all.set(pairing.id, pairing);
      codes.set(code, pairing);
      tokens.set(sha256(pairing.bootstrapToken), pairing);
      return pairing;
    },
    byId: (id) => all.get(id),
    byCode: (code) => codes.get(readCode(code)),
    byToken: (token) => alive(tokens.get(sha256(token))),
    fetch(text, address) {
      const pairing = alive(codes.get(readCode(text)));
      if (!pairing || pairing.outcome) return undefined;
      const { fetched } = pairing;
      if (!fetched) {
        pairing.fetched = { address, at: clock.monotonic() };
        return pairing;
      }
      const again = fetched.address === address && clock.monotonic() - fetched.at <= FETCH_AGAIN_MS;
      if (again && pairing.tries < MOST_TRIES_OF_OTHERS) return pairing;
      pairing.tries++;
      return undefined;
    },
    decision(pairing, ms) {
      return new Promise((resolve) => {
        let timer: Timer | undefined;
        const done = () => {
          timer?.cancel();
          pairing.decided.delete(done);
          resolve();
        };
        timer = clock.after(ms, done);
        pairing.decided.add(done);
      });
    },
    decide(pairing, outcome) {
      if (outcome === "approved") pairing.approved = true;
      else pairing.outcome = outcome;
      for (const tell of [...pairing.decided]) tell();
    },
    ttl: (pairing) => (pairing.outcome ? 0 : Math.max(0, Math.ceil((pairing.endsAt - clock.monotonic()) / 1000))),
  };
}
