import type { Clock } from "../../kit/clock.ts";
import { randomId, sha256 } from "../../kit/ids.ts";
import type { Session, Sessions } from "./sessions.ts";

/** How long a code is good, in ms. */
const CODE_LIFETIME_MS = 30_000;
/** Codes of one session that wait to be redeemed; beyond it the oldest is dropped. */
const MAX_PER_SESSION = 20;
/** 256 bits. */
const CODE_BYTES = 32;

/** Single-use codes, each bound to a session and to what it opens. */
export type HandOverCodes<Bound> = {
  make(sessionId: string, bound: Bound): string;
  /** Takes a code, also when it turns out to be void. Undefined: used, too old, never made, or its session has ended. */
  redeem(code: string): Promise<{ bound: Bound; session: Session } | undefined>;
};

/** Keeps codes in memory by their SHA-256; codes of one keeper mean nothing to another. */
export function createHandOverCodes<Bound>(parts: { clock: Clock; sessions: Sessions }): HandOverCodes<Bound> {
  const { clock, sessions } = parts;
  /** A map keeps the order in which codes were made. */
  const codes = new Map<string, { sessionId: string; bound: Bound; expiresAt: number }>();

  function dropVoid(sessionId: string): void {
    const own: string[] = [];
    for (const [key, code] of codes) {
      if (code.expiresAt <= clock.monotonic()) codes.delete(key);
      else if (code.sessionId === sessionId) own.push(key);
    }
    for (const key of own.slice(0, Math.max(0, own.length - MAX_PER_SESSION + 1))) codes.delete(key);
  }

  return {
    make(sessionId, bound) {
      dropVoid(sessionId);
      const code = randomId("", CODE_BYTES);
      codes.set(sha256(code), { sessionId, bound, expiresAt: clock.monotonic() + CODE_LIFETIME_MS });
      return code;
    },
    async redeem(text) {
      const key = sha256(text);
      const code = codes.get(key);
      codes.delete(key);
      if (!code || code.expiresAt <= clock.monotonic()) return undefined;
      const session = await sessions.alive(code.sessionId);
      return session && { bound: code.bound, session };
    },
  };
}
