import { CLOSE_CODES } from "@nekzus/contract";

/** What went over the event socket since the start, and who is there now. */
export type Traffic = {
  signedIn: number;
  /** Connections that have said nothing yet. */
  waiting: number;
  messages: { in: number; out: number };
  /** How connections ended: by close code, `other` for codes of clients' own. */
  closed: ReadonlyMap<string, number>;
};

/** Codes beside our own that a connection ends with: done, no code, broken off. */
const USUAL = [1000, 1005, 1006];

/** Counts messages and ends. */
export function createTraffic() {
  const messages = { in: 0, out: 0 };
  const closed = new Map<string, number>();

  return {
    count(direction: "in" | "out", by = 1): void {
      messages[direction] += by;
    },
    closed(code: number): void {
      const known = USUAL.includes(code) || Object.hasOwn(CLOSE_CODES, code);
      const label = known ? String(code) : "other";
      closed.set(label, (closed.get(label) ?? 0) + 1);
    },
    now: (): Pick<Traffic, "messages" | "closed"> => ({ messages, closed }),
  };
}
