import fc from "fast-check";
import { expect, test } from "vitest";
import type { CookieChange } from "../../wire/session-cookies.ts";
import { cookieDate } from "./cookie-date.ts";
import type { Asked } from "./matching.ts";
import { readSetCookie } from "./set-cookie.ts";

const NOW = Date.UTC(2026, 5, 1, 12);
const DAY = 24 * 3_600_000;
const AT: Asked = { host: "nas.home.example", path: "/base/users/login", secure: true };

/** What is kept of it, without what is as usual. */
function kept(text: string, asked: Partial<Asked> = {}) {
  const change = readSetCookie(text, { ...AT, ...asked }, NOW);
  if (change?.kind !== "set") return change;
  const usual = { domain: AT.host, hostOnly: true, path: "/base/users", secure: false, httpOnly: false };
  const rest = { sameSite: "Lax", createdAt: NOW, setAt: NOW };
  const entries = Object.entries(change.cookie);
  return Object.fromEntries(entries.filter(([key, value]) => ({ ...usual, ...rest })[key as "path"] !== value));
}
const removed = (path = "/base/users", domain = AT.host) => ({ kind: "remove", cookie: { name: "a", domain, path } });
const A = { name: "a", value: "b" };

test.each<[string, unknown, Partial<Asked>?]>([
  // Name and value (RFC 6265, section 5.2).
  ["a=b", A],
  ["  a\t= b c  ;", { name: "a", value: "b c" }],
  ['a="b"', { name: "a", value: '"b"' }],
  ["a=b=c", { name: "a", value: "b=c" }],
  ["a=", { name: "a", value: "" }],
  ["a", undefined],
  ["=b", undefined],
  ["", undefined],
  ["; a=b", undefined],
  ["a=b\x01", undefined],
  ["a=b\r\nX: y", undefined],
  [`a=${"x".repeat(4095)}`, { name: "a", value: "x".repeat(4095) }],
  [`a=${"x".repeat(4096)}`, undefined],
  // Life: Max-Age goes before Expires, what cannot be read does not count, the last one counts.
  ["a=b; Max-Age=60", { ...A, expiresAt: NOW + 60_000 }],
  ["a=b; max-age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", { ...A, expiresAt: NOW + 60_000 }],
  ["a=b; Max-Age=0", removed()],
  ["a=b; Max-Age=-1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", removed()],
  ["a=b; Max-Age=1.5", A],
  ["a=b; Max-Age=; Max-Age=x", A],
  ["a=b; Max-Age=0; Max-Age=60", { ...A, expiresAt: NOW + 60_000 }],
  ["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", removed()],
  ["a=b; Expires=Tue, 02 Jun 2026 12:00:00 GMT", { ...A, expiresAt: NOW + DAY }],
  ["a=b; Expires=tomorrow", A],
  ["a=b; Max-Age=99999999999", { ...A, expiresAt: NOW + 400 * DAY }],
  ["a=b; Expires=Fri, 01 Jan 2999 00:00:00 GMT", { ...A, expiresAt: NOW + 400 * DAY }],
  // Path.
  ["a=b; Path=/", { ...A, path: "/" }],
  ["a=b; PATH=/x; path=/y", { ...A, path: "/y" }],
  ["a=b; Path=x", A],
  ["a=b; Path=/x; Path", A],
  ["a=b; Path=/; Max-Age=0", removed("/")],
  ["a=b", { ...A, path: "/" }, { path: "/login" }],
  ["a=b", { ...A, path: "/" }, { path: "*" }],
  [`a=b; Path=/${"x".repeat(2000)}`, A],
  ["a=b", undefined, { path: `/${"x".repeat(2000)}/y` }],
  // Domain.
  ["a=b; Domain=nas.home.example", { ...A, hostOnly: false }],
  ["a=b; Domain=.Home.Example", { ...A, domain: "home.example", hostOnly: false }],
  ["a=b; Domain=", A],
  ["a=b; Domain=example", undefined],
  ["a=b; Domain=other.example", undefined],
  ["a=b; Domain=s.home.example", undefined],
  ["a=b; Domain=nas.home.example.org", undefined],
  ["a=b; Domain=local", { ...A, domain: "local" }, { host: "local" }],
  ["a=b; Domain=192.168.1.5", { ...A, domain: "192.168.1.5" }, { host: "192.168.1.5" }],
  ["a=b; Domain=1.5", undefined, { host: "192.168.1.5" }],
  ["a=b; Domain=home.example; Max-Age=0", removed("/base/users", "home.example")],
  // Secure, HttpOnly, SameSite.
  ["a=b; secure; HttpOnly", { ...A, secure: true, httpOnly: true }],
  ["a=b; Secure", undefined, { secure: false }],
  ["a=b; SameSite=strict", { ...A, sameSite: "Strict" }],
  ["a=b; SameSite=NONE; Secure", { ...A, sameSite: "None", secure: true }],
  ["a=b; SameSite=odd", A],
  // Prefixes (RFC 6265bis, section 4.1.3).
  ["__Secure-a=b; Secure", { name: "__Secure-a", value: "b", secure: true }],
  ["__Secure-a=b", undefined],
  ["__Host-a=b; Secure; Path=/", { name: "__Host-a", value: "b", secure: true, path: "/" }],
  ["__host-a=b; Path=/", undefined],
  ["__Host-a=b; Secure; Path=/; Domain=nas.home.example", undefined],
  ["__Host-a=b; Secure", undefined, { path: "/base/login" }],
  ["__Host-a=b; Secure; Path=/", undefined, { secure: false }],
])("%s", (text, expected, asked) => {
  expect(kept(text, asked)).toEqual(expected);
});

test.each<[string, number | undefined]>([
  ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Wed, 09-Nov-2033 23:12:40 GMT", Date.UTC(2033, 10, 9, 23, 12, 40)],
  ["1:2:3 4 march 69", Date.UTC(2069, 2, 4, 1, 2, 3)],
  ["01:02:03 04 Mar 70", Date.UTC(1970, 2, 4, 1, 2, 3)],
  ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
  ["Thu, 29 Feb 2023 00:00:00 GMT", undefined],
  ["Thu, 31 Apr 2026 00:00:00 GMT", undefined],
  ["Thu, 01 Jan 2026 24:00:00 GMT", undefined],
  ["Thu, 01 Jan 1600 00:00:00 GMT", undefined],
  ["Thu, 01 Foo 2026 00:00:00 GMT", undefined],
  ["00:00:00", undefined],
  ["", undefined],
])("the date %j", (text, expected) => {
  expect(cookieDate(text)).toBe(expected);
});

test("every date that servers write comes back, in each of its three forms", () => {
  const any = fc.date({ min: new Date(0), max: new Date(Date.UTC(2069, 11, 31)), noInvalidDate: true });
  fc.assert(
    fc.property(any, (date) => {
      const text = date.toUTCString();
      const [, day, month, year, time] = text.split(" ") as [string, string, string, string, string];
      const seconds = Math.floor(date.getTime() / 1000) * 1000;
      for (const form of [
        text,
        `Day, ${day}-${month}-${year.slice(2)} ${time} GMT`,
        `Day ${month} ${day} ${time} ${year}`,
      ])
        expect(cookieDate(form)).toBe(seconds);
    }),
  );
});

test("whatever an upstream writes, what is kept can stand in a header and stays within the limits", () => {
  const part = fc.oneof(
    fc.constantFrom("a=b", "Path=/", "Domain=home.example", "Max-Age=5", "Secure", "Expires=x", "=", " ", "__Host-a=b"),
    fc.string({ unit: "binary-ascii", maxLength: 40 }),
  );
  const anyCookie = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(";"));
  fc.assert(
    fc.property(anyCookie, fc.boolean(), (text, secure) => {
      const change: CookieChange | undefined = readSetCookie(text, { ...AT, secure }, NOW);
      if (!change) return;
      const { name, domain, path } = change.cookie;
      // Neither empty, nor with a control character, "=" or ";", nor with white space at its ends.
      expect(name).toMatch(/^(?![ \t])[\t\x20-\x3a\x3c\x3e-\x7e\x80-\xff]+(?<![ \t])$/);
      expect(path).toMatch(/^\//);
      expect([AT.host, "home.example"]).toContain(domain);
      if (change.kind === "set") {
        const { value, expiresAt } = change.cookie;
        expect(value).toMatch(/^[\t\x20-\x3a\x3c-\x7e\x80-\xff]*$/);
        expect(expiresAt ?? NOW + 1).toBeGreaterThan(NOW);
        expect(change.cookie.secure && !secure).toBe(false);
      }
    }),
  );
});
