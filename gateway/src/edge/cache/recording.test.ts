import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Passage } from "../forward/forward.ts";
import type { KeptAnswer } from "../forward/replay.ts";
import { type Key, keyOf } from "./key.ts";
import { Recording } from "./recording.ts";
import { createStore, type Entry } from "./store.ts";

const KEY = keyOf("/a", []) as Key;
const FRESH = ["Cache-Control", "max-age=60"];

/** A fetch, what its client was told, and what is kept afterwards. */
function fetching({ stale, ttlMs = 0 }: { stale?: Entry; ttlMs?: number } = {}) {
  const clock = createVirtualClock();
  const store = createStore();
  store.limit(1_000_000);
  if (stale) store.keep(stale);
  const told: string[] = [];
  const outcomes: string[] = [];
  const passage: Passage & { heldUp: boolean } = {
    heldUp: false,
    onInformational: () => {},
    onHead: (status: number) => void told.push(`head ${status}`),
    onData: (chunk: Buffer) => told.push(`data ${chunk}`) > 0,
    onPause: () => {},
    onEnd: () => void told.push("end"),
    onUpgrade: () => {},
    onFault: (fault: Error) => void told.push(`fault ${fault.message}`),
    replay(answer: KeptAnswer, upstream: string) {
      told.push(`replay ${answer.status} ${Buffer.concat([...answer.chunks])} ${upstream}`);
      answer.released();
    },
  };
  const fetch = {
    key: KEY,
    place: store.place("r", "/a"),
    asked: [],
    stale,
    ttlMs,
    maxBytes: 1000,
    onResult: () => {},
    onOutcome: (outcome: string) => void outcomes.push(outcome),
  };
  const recording = new Recording(passage, fetch, store, clock);
  return { clock, store, told, outcomes, passage, recording, kept: () => store.find("r", KEY) };
}

/** What is kept after an app answered `old`. */
function keptBefore(...headers: string[]): Entry {
  const { recording, kept } = fetching();
  recording.onHead(200, "OK", [...FRESH, ...headers], 3);
  recording.onData(Buffer.from("old"));
  recording.onEnd([]);
  return kept() as Entry;
}

test("what came whole is kept, and told to the client as it comes", () => {
  const { recording, told, outcomes, kept } = fetching();
  recording.onHead(200, "OK", FRESH, 6);
  for (const part of ["abc", "def"]) recording.onData(Buffer.from(part));
  expect(kept()).toBeUndefined();
  recording.onEnd([]);
  expect(told).toEqual(["head 200", "data abc", "data def", "end"]);
  expect(Buffer.concat([...(kept()?.chunks ?? [])]).toString()).toBe("abcdef");
  expect(outcomes).toEqual(["kept"]);
});

test("what is broken off, has trailers, or was emptied meanwhile is not kept", () => {
  const [broken, trailing, outdated] = [fetching(), fetching(), fetching()];
  for (const { recording } of [broken, trailing, outdated]) {
    recording.onHead(200, "OK", [...FRESH, "Transfer-Encoding", "chunked"], undefined);
    recording.onData(Buffer.from("abc"));
  }
  broken.recording.end("failed");
  broken.recording.onEnd([]);
  trailing.recording.onEnd(["X-Sum", "1"]);
  outdated.store.empty("r");
  outdated.recording.onEnd([]);
  for (const { kept, told } of [broken, trailing, outdated]) {
    expect(kept()).toBeUndefined();
    expect(told.at(-1)).toBe("end");
  }
  expect([broken, trailing, outdated].map(({ outcomes }) => outcomes)).toEqual([["failed"], ["unshared"], ["failed"]]);
});

test("nobody waits for a client that takes nothing, and for one that goes on they do", async () => {
  const { clock, recording, passage, outcomes, kept } = fetching();
  recording.onHead(200, "OK", FRESH, 6);
  recording.onData(Buffer.from("abc"));
  passage.heldUp = true;
  recording.onPause();
  await clock.advance(200);
  passage.heldUp = false;
  await clock.advance(200);
  expect(outcomes).toEqual([]);
  passage.heldUp = true;
  recording.onPause();
  await clock.advance(250);
  expect(outcomes).toEqual(["failed"]);
  recording.onData(Buffer.from("def"));
  recording.onEnd([]);
  expect(kept()).toBeUndefined();
});

test("an old answer is given after a 304, and kept on only when the 304 speaks of it and allows it", () => {
  const answers: [raw: string[], keeps: boolean][] = [
    [[], true],
    [["ETag", 'W/"1"'], true],
    [["ETag", '"2"'], false],
    [["Cache-Control", "no-store"], false],
    [["Set-Cookie", "a=b"], false],
    [["Vary", "*"], false],
  ];
  for (const [raw, keeps] of answers) {
    const { recording, told, kept } = fetching({ stale: keptBefore("ETag", '"1"') });
    recording.onHead(304, "Not Modified", raw, undefined);
    recording.onEnd([]);
    expect([raw, told, kept() !== undefined]).toEqual([raw, ["replay 200 old done"], keeps]);
  }
});

test("a new answer takes the place of the old one, also when it must not be kept itself", () => {
  const { recording, told, kept } = fetching({ stale: keptBefore("ETag", '"1"') });
  recording.onHead(200, "OK", ["Cache-Control", "private"], 3);
  recording.onData(Buffer.from("new"));
  recording.onEnd([]);
  expect(told).toEqual(["head 200", "data new", "end"]);
  expect(kept()).toBeUndefined();
});

test("when an old answer stands in for a failure, nothing more of the failure is told", () => {
  const stale = keptBefore("Cache-Control", "stale-if-error=60", "ETag", '"1"');
  const { recording, told, outcomes, kept } = fetching({ stale });
  recording.onHead(502, "Bad Gateway", [], 3);
  recording.onData(Buffer.from("bad"));
  recording.onPause();
  recording.onEnd([]);
  expect(told).toEqual(["replay 200 old broken off"]);
  expect(outcomes).toEqual(["failed"]);
  expect(kept()).toBeDefined();
});

test("what is confirmed as varying is given to nobody else any more", () => {
  const { recording, store, kept } = fetching({ stale: keptBefore("ETag", '"1"') });
  const another = keyOf("/a", ["User-Agent", "another"]) as Key;
  expect(store.find("r", another)).toBeDefined();
  recording.onHead(304, "Not Modified", [...FRESH, "ETag", '"1"', "Vary", "User-Agent"], undefined);
  recording.onEnd([]);
  expect(kept()).toBeDefined();
  expect(store.find("r", another)).toBeUndefined();
});
