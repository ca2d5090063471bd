import { expect, test } from "vitest";
import { isSelected, type Key, keyOf, selectedBy } from "./key.ts";

const PLAIN = [
  "Host",
  "app.home",
  "Accept",
  "text/html",
  "X-Forwarded-Host",
  "app.home",
  "X-Forwarded-For",
  "10.0.0.9",
];

const key = (...more: string[]) => keyOf("/page?x=1", [...PLAIN, ...more]) as Key;

test("whatever the app sees of a request is in the key, the order of names aside", () => {
  const plain = key().keyed;
  expect(keyOf("/page?x=1", [...PLAIN.slice(2), "host", "app.home"])?.keyed).toBe(plain);
  for (const more of [
    ["X-Forwarded-Scheme", "http"],
    ["X-Anything", "evil"],
    ["Origin", "https://evil.example"],
    ["Authorization", "Basic YTpi"],
    ["X-API-Key", "app's own"],
    ["Accept-Language", "de"],
    ["X-Requested-With", "XMLHttpRequest"],
    ["X-Nekzus-Hop", "inst_other"],
  ]) {
    expect(key(...more).keyed).not.toBe(plain);
  }
  // By it alone somebody waits for another's fetch.
  expect(keyOf("/page?x=2", PLAIN)?.keyed).not.toBe(plain);
  const other = PLAIN.map((text) => (text === "app.home" ? "app.home:1337" : text));
  expect(keyOf("/page?x=1", other)?.keyed).not.toBe(plain);
});

test("what differs from one person to the next stays out of it, so that they can share", () => {
  const plain = key("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)", "Cookie", "a=b", "X-Real-IP", "10.0.0.7");
  expect(plain.keyed).toBe(key().keyed);
  expect([plain.personal, plain.authorised]).toEqual([true, false]);
  expect(key("Authorization", "Basic YTpi").authorised).toBe(true);
  expect(key("Sec-CH-UA", '"Chromium";v="150", "Not A;Brand";v="99"').keyed).toBe(key().keyed);
});

test.each([
  ["User-Agent", "<script>alert(1)</script>"],
  ["Referer", 'https://x/"onload=alert(1)'],
  ["Cookie", "lang=</script>"],
  ["X-Forwarded-For", "'; drop, 10.0.0.9"],
  ["User-Agent", "caf\u00e9"],
  ["Range", "bytes=0-1"],
  ["If-Range", '"1"'],
  ["X-HTTP-Method-Override", "DELETE"],
  ["X_HTTP_METHOD_OVERRIDE", "DELETE"],
  ["Content-Length", "5"],
  ["Transfer-Encoding", "chunked"],
])("no key for a request with %s: %s", (name, value) => {
  expect(keyOf("/", [...PLAIN, name, value])).toBeUndefined();
});

test("Vary chooses among answers by what the key leaves out (RFC 9111, section 4.1)", () => {
  const firefox = key("User-Agent", "Firefox");
  const selected = selectedBy(["Accept-Encoding, User-Agent", "Origin"], firefox);
  expect(selected).toEqual([["user-agent", "Firefox"]]);
  expect(isSelected(selected ?? [], key("User-Agent", "Firefox", "Cookie", "a=b"))).toBe(true);
  expect(isSelected(selected ?? [], key("User-Agent", "Chrome"))).toBe(false);
  expect(isSelected(selected ?? [], key())).toBe(false);
});

test.each(["*", "Accept, *", "Cache-Control", "If-None-Match", "Range", "a,".repeat(60)])(
  "no answer can be chosen by Vary: %s",
  (vary) => expect(selectedBy([vary], key())).toBeUndefined(),
);
