import type { Page } from "playwright-core";
import { eventually } from "../../harness/eventually.ts";

/** Longest wait for what an app shows: the machine may have much else to do. */
export const APP_PATIENCE_MS = 60_000;

/** What a page of an app did so far. Paths are those that the app knows. */
export type Seen = {
  /** Answers: `200 /rest/config`. */
  answers: string[];
  /** WebSockets, with how many messages they brought: `/comms`. */
  sockets: Map<string, number>;
};

/** An opened app, and how it is used. */
export type Visit = {
  page: Page;
  seen: Seen;
  /** The app's own address, with a slash at its end, for what a test looks up or puts back there. */
  to: string;
  /** Something that only this visit knows, to tell what it makes from what others made. */
  mark: string;
};

/** An app of the lab, and how to tell that it works. */
export type LabApp = {
  id: string;
  name: string;
  /** The variable that has its address. */
  variable: string;
  /** Options of its route, as the API names them. */
  options: Record<string, unknown>;
  /** Its version, as far as it stays the same for months. */
  version(to: string): Promise<string>;
  /** Does what a person does with it, and looks whether it came about. Leaves the app as it was. */
  works(visit: Visit): Promise<unknown>;
  /** What it complains about wherever it is opened, also without a gateway. */
  complains: RegExp;
  /** What the reader of the table should know. */
  remark: string;
};

/** The text of an answer of an app. */
export async function asked(address: string, init: RequestInit = {}): Promise<string> {
  return (await fetch(address, init)).text();
}

/** What an expression finds in a text. */
export function part(text: string | null, expression: RegExp): string {
  const found = expression.exec(text ?? "")?.[1];
  if (found === undefined) throw new Error(`no version in ${text}`);
  return found;
}

/** Waits until something like the expression is among what was seen. */
export async function among(list: readonly string[], wanted: RegExp): Promise<void> {
  const there = () => list.some((one) => wanted.test(one));
  await eventually(`${wanted} is among what was seen`, there, APP_PATIENCE_MS);
}

/** Waits until so many more like the expression were seen than now. */
export async function more(list: readonly string[], wanted: RegExp, times = 1): Promise<void> {
  const count = () => list.filter((one) => wanted.test(one)).length;
  const before = count();
  await eventually(`${wanted} is seen ${times} times`, () => count() >= before + times, APP_PATIENCE_MS);
}

/** Waits until a WebSocket has brought so many more messages than now. */
export async function hears({ sockets }: Seen, path: string, times: number): Promise<void> {
  const before = sockets.get(path) ?? 0;
  const enough = () => (sockets.get(path) ?? 0) >= before + times;
  await eventually(`${path} brings ${times} messages`, enough, APP_PATIENCE_MS);
}
