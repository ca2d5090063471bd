import type { Failure } from "./failure.ts";
import { createSignal } from "./signal.ts";

/** Longest pause between two questions, in ms; what is added by chance keeps many browsers from asking at once. */
const PAUSES = [500, 1000, 2000, 4000, 5000];
const JITTER = 0.2;
/** A gateway that answered is not asked again for this long, in ms: one bad endpoint is no bad link. */
const TRUST_MS = 1000;

/** The link to the gateway. Instants in ms since 1970; `nextTryAt` is undefined while a question is under way. */
export type Link = { state: "live" } | { state: "away"; since: number; nextTryAt: number | undefined };

const LIVE: Link = { state: "live" };

type Parts = {
  /** Does the gateway answer? Never throws, and takes at most some seconds. */
  probe(): Promise<boolean>;
  now(): number;
  /** A number from 0 to 1. */
  random(): number;
  /** Is the page looked at? Nobody asks for one that is not. */
  isSeen(): boolean;
  /** The gateway answers again: what is on screen is old. */
  onBack(): void;
};

export type Connection = ReturnType<typeof createConnection>;

/**
 * Watches the link without polling while it is live: a failure that speaks against it makes it ask the gateway, and
 * only silence to that question means "away". Then it asks for ever, with capped, jittered pauses (40 F5), while the
 * page is seen; who sees it again calls `retryNow`.
 */
export function createConnection({ probe, now, random, isSeen, onBack }: Parts) {
  const link = createSignal<Link>(LIVE);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let failed = 0;
  let answeredAt = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    const before = link.get();
    if (before.state === "away") link.set({ ...before, nextTryAt: undefined });
    const answered = await probe();
    asking = false;
    if (answered) back();
    else wait();
  }

  function back(): void {
    failed = 0;
    answeredAt = now();
    if (link.get().state === "live") return;
    link.set(LIVE);
    onBack();
  }

  function wait(): void {
    const pause = (PAUSES[Math.min(failed++, PAUSES.length - 1)] as number) * (1 + JITTER * (2 * random() - 1));
    const before = link.get();
    link.set({
      state: "away",
      since: before.state === "away" ? before.since : now(),
      nextTryAt: now() + pause,
    });
    timer = setTimeout(() => isSeen() && void ask(), pause);
  }

  return {
    link: { get: link.get, subscribe: link.subscribe },
    /** Looks at a failure: does it speak against the link as a whole? */
    doubt(failure: Failure): void {
      if (link.get().state === "away" || asking || !speaksAgainstLink(failure)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), Math.max(0, answeredAt + TRUST_MS - now()));
    },
    /** Asks at once, when away. */
    retryNow(): void {
      if (link.get().state === "away") void ask();
    },
  };
}

/** 503 of a part of the gateway, such as its database, is none: the gateway itself answers then. */
function speaksAgainstLink({ kind, code }: Failure): boolean {
  if (kind === "unreachable" || kind === "slow") return true;
  return kind === "unavailable" && (code === "" || code === "SERVICE_UNAVAILABLE");
}
