import { expect, test } from "vitest";
import { initialAgeMs, mayKeep, readPolicy } from "./policy.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const STRANGER = { personal: false, authorised: false };
const date = (ms: number) => new Date(ms).toUTCString();

/** `Name: value` lines as a flat array. */
function fields(...lines: string[]): string[] {
  return lines.flatMap((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
}

const freshSeconds = (ttlMs: number, ...lines: string[]) =>
  readPolicy({ status: 200, raw: fields(...lines) }, ttlMs, NOW).freshMs / 1000;

test.each<[seconds: number, lines: string[]]>([
  [60, ["Cache-Control: max-age=60"]],
  [10, ["Cache-Control: max-age=60, s-maxage=10"]],
  [60, ['Cache-Control: MAX-AGE="60"']],
  [30, ["Cache-Control: max-age=60", "Cache-Control: max-age=30"]],
  [0, ["Cache-Control: max-age=soon"]],
  [0, ["Cache-Control: max-age=-1"]],
  [0, ["Cache-Control: max-age"]],
  [90, ["Cache-Control: max-age=90", `Expires: ${date(NOW + 1000)}`]],
  [60, [`Date: ${date(NOW - 30_000)}`, `Expires: ${date(NOW + 30_000)}`]],
  [30, [`Expires: ${date(NOW + 30_000)}`]],
  [0, ["Expires: 0"]],
  [0, [`Expires: ${date(NOW + 30_000)}`, `Expires: ${date(NOW + 60_000)}`]],
  [0, ["Expires: 2027"]],
  [2 ** 31, ["Cache-Control: max-age=99999999999999"]],
  [0, ["Cache-Control: no-cache"]],
])("fresh for %d s, whatever the route says: %j", (seconds, lines) => {
  expect(freshSeconds(1000, ...lines)).toBe(seconds);
});

test.each<[lines: string[], seconds: number]>([
  [["Content-Type: text/css"], 5],
  [["Cache-Control: public"], 5],
  [["Pragma: no-cache"], 0],
])("without a word of its own, as long as the route says: %j", (lines, seconds) => {
  expect(freshSeconds(5000, ...lines)).toBe(seconds);
  expect(freshSeconds(0, ...lines)).toBe(0);
});

function kept(lines: string[], asker = STRANGER, status = 200, ttlMs = 0, length: number | undefined = 5): boolean {
  const head = { status, raw: fields(...lines), length };
  return mayKeep(head, readPolicy(head, ttlMs, NOW), asker);
}

test.each([
  "no-store",
  "private",
  'private="Set-Cookie", max-age=60',
  "max-age=60, no-store",
  "max-age=60; private",
  "s-maxage=60, public, private",
  `max-age=60, ${"x".repeat(3000)}`,
])("never kept: Cache-Control: %s", (value) => {
  expect(kept([`Cache-Control: ${value}`])).toBe(false);
});

test("kept only with a time of its own, a validator to ask by, or the route's ttl", () => {
  expect(kept(["Cache-Control: max-age=60"])).toBe(true);
  expect(kept([])).toBe(false);
  expect(kept(['ETag: "1"'])).toBe(false);
  expect(kept([], STRANGER, 200, 1000)).toBe(true);
  expect(kept(["Cache-Control: max-age=0"])).toBe(false);
  expect(kept(["Cache-Control: max-age=0", 'ETag: "1"'])).toBe(true);
  expect(kept(["Cache-Control: no-cache", `Last-Modified: ${date(NOW)}`])).toBe(true);
});

test("never with a cookie, never without an end, never a stream of events", () => {
  const fresh = "Cache-Control: public, max-age=60";
  expect(kept([fresh, "Set-Cookie: a=b"])).toBe(false);
  expect(kept([fresh, "Content-Type: text/event-stream; charset=utf-8"])).toBe(false);
  const head = { status: 200, raw: fields(fresh), length: undefined };
  expect(mayKeep(head, readPolicy(head, 0, NOW), STRANGER)).toBe(false);
  const chunked = { ...head, raw: fields(fresh, "Transfer-Encoding: chunked") };
  expect(mayKeep(chunked, readPolicy(chunked, 0, NOW), STRANGER)).toBe(true);
});

test.each([
  { personal: true, authorised: false },
  { personal: false, authorised: true },
])("after a request with cookies or a credential only what says that it is for all: %j", (asker) => {
  expect(kept(["Cache-Control: max-age=60"], asker)).toBe(false);
  // RFC 9111, section 3.5 allows it; apps say it of personal pages.
  expect(kept(["Cache-Control: max-age=60, must-revalidate"], asker)).toBe(false);
  expect(kept([], asker, 200, 60_000)).toBe(false);
  expect(kept(["Cache-Control: public, max-age=60"], asker)).toBe(true);
  expect(kept(["Cache-Control: s-maxage=60"], asker)).toBe(true);
  expect(kept(["Cache-Control: public"], asker, 200, 60_000)).toBe(true);
});

test("which statuses are kept, by the answer's word and by the route's", () => {
  const by = (lines: string[], ttlMs: number) =>
    [200, 203, 204, 206, 300, 301, 302, 304, 307, 308, 400, 404, 410, 414, 429, 500, 501, 503].filter((status) =>
      kept(lines, STRANGER, status, ttlMs),
    );
  expect(by(["Cache-Control: max-age=60"], 0)).toEqual([200, 203, 204, 300, 301, 302, 307, 308, 404, 410]);
  expect(by([], 60_000)).toEqual([200, 203, 300, 301, 308]);
});

test("the age that an answer has when it comes (RFC 9111, section 4.2.3)", () => {
  expect(initialAgeMs(fields(`Date: ${date(NOW)}`), NOW, 0)).toBe(0);
  expect(initialAgeMs(fields(`Date: ${date(NOW - 5000)}`), NOW, 0)).toBe(5000);
  expect(initialAgeMs(fields(`Date: ${date(NOW)}`, "Age: 7"), NOW, 2000)).toBe(9000);
  expect(initialAgeMs(fields(`Date: ${date(NOW + 9000)}`), NOW, 0)).toBe(0);
  expect(initialAgeMs(fields("Age: much"), NOW, 100)).toBe(100);
});
