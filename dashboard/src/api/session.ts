import { createSignal, type Signal } from "./signal.ts";

/** The small pages keep the proof under the same name (gateway/pages/api.js). */
const PROOF = "nekzus.proof";
/** Some window is signing out. */
const LEAVING = "nekzus.leaving";

/**
 * Why nobody is signed in.
 * - `never`: this browser was not; `here`: the person signed out on this page;
 * - `elsewhere`: in another window; `ended`: the gateway says that the session is over;
 * - `not-kept`: it never held: the gateway did not know it right after the sign-in, as when the browser keeps no cookie.
 */
export type EndReason = "never" | "here" | "elsewhere" | "ended" | "not-kept";

/** `keepsPage`: what was typed is kept behind the sign-in, for the same person. */
export type SessionState = { signedIn: true } | { signedIn: false; reason: EndReason; keepsPage?: true };

/** The part of localStorage that is used. Every call may throw: some private windows have none. */
type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export type Session = ReturnType<typeof createSession>;

/**
 * The browser session as this page knows it: the proof that goes with every call, kept for all windows of this
 * browser. Without storage it lasts as long as the page.
 */
export function createSession(storage: () => Store) {
  let held = "";
  /** The gateway has known it since the sign-in on this page. */
  let isKnown = true;
  /** The person is signing out on this page. */
  let isLeaving = false;
  /** How many forms on screen hold what is not saved. */
  let unsaved = 0;
  const state: Signal<SessionState> = createSignal<SessionState>(
    proof() ? { signedIn: true } : { signedIn: false, reason: "never" },
  );

  function proof(): string {
    try {
      return storage().getItem(PROOF) ?? held;
    } catch {
      return held;
    }
  }

  function store(value: string): void {
    held = value;
    try {
      if (value) storage().setItem(PROOF, value);
      else storage().removeItem(PROOF);
    } catch {
      // `held` has it.
    }
  }

  function leaving(is: boolean): void {
    isLeaving = is;
    try {
      if (is) storage().setItem(LEAVING, "1");
      else storage().removeItem(LEAVING);
    } catch {
      // Nobody shares it.
    }
  }

  /** Why the session ended, by what is known of it beside what ended it here. */
  function reasonOf(told: EndReason): EndReason {
    if (isLeaving) return "here";
    if (told !== "ended") return told;
    try {
      if (storage().getItem(LEAVING)) return "elsewhere";
    } catch {
      // Nobody shares it.
    }
    return isKnown ? told : "not-kept";
  }

  return {
    /** The proof; empty when nobody is signed in. */
    proof,
    /** Tells also when the person is another one, who signed in in another window. */
    state: { get: state.get, subscribe: state.subscribe },
    /** Keeps the proof that a sign-in answered. */
    begin(value: string): void {
      isKnown = false;
      store(value);
      leaving(false);
      state.set({ signedIn: true });
    },
    /** The gateway answered to the session who is signed in. */
    confirm(): void {
      isKnown = true;
    },
    /** Forgets the proof. */
    end(reason: EndReason): void {
      store("");
      if (!state.get().signedIn) return;
      const why = reasonOf(reason);
      state.set({ signedIn: false, reason: why, ...(why === "ended" && unsaved > 0 && { keepsPage: true }) });
    },
    /** A form holds what is not saved: a session that ends by itself does not take it away. Answers how to let go. */
    holdPage(): () => void {
      unsaved++;
      return () => {
        unsaved--;
      };
    },
    /** The person begins to sign out on this page, or it is done or failed. The gateway tells all windows of the end. */
    leaving,
    /** Another window wrote to the storage under `key`, or emptied it (null). */
    noticeStorage(key: string | null): void {
      if (key !== PROOF && key !== null) return;
      // What this page held is as old as what was in the storage.
      held = "";
      isKnown = true;
      if (proof()) state.set({ signedIn: true });
      else if (state.get().signedIn) state.set({ signedIn: false, reason: reasonOf("elsewhere") });
    },
  };
}

/**
 * Judges whether the session is over when a call was answered with 401 (40 F4): asks once who is signed in, however
 * many calls failed, and only a 401 to that question ends the session.
 */
export function createSessionCheck(session: Session, whoAmI: () => Promise<"signed-in" | "signed-out" | "unknown">) {
  let underWay: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const asked = session.proof();
    const said = await whoAmI();
    // Whoever signed in meanwhile is not meant.
    if (said === "signed-out" && session.proof() === asked) session.end("ended");
  }

  return function check(): Promise<void> {
    // Without a proof there is nothing to lose.
    if (!session.proof()) return Promise.resolve();
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
