import { expect, test } from "vitest";
import { checkOrigin } from "./origin.ts";

const HOST = "home.local:8443";

function allowed(headers: Record<string, string>, { cookie = false, method = "POST", secure = true } = {}): boolean {
  try {
    const caller = cookie ? { sessionId: "ses_1" } : {};
    checkOrigin({ method, facts: { secure }, headers: { host: HOST, ...headers }, caller });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "ORIGIN_NOT_ALLOWED" });
    return false;
  }
}

test("with a cookie a mutation must come from our own origin", () => {
  const cookie = true;
  expect(allowed({ origin: `https://${HOST}` }, { cookie })).toBe(true);
  expect(allowed({ "sec-fetch-site": "same-origin" }, { cookie })).toBe(true);
  expect(allowed({ origin: "https://HOME.local:443", host: "home.local" }, { cookie })).toBe(true);
  for (const headers of [
    {},
    { origin: "null" },
    { origin: "" },
    { origin: `http://${HOST}` },
    { origin: "https://home.local:8444" },
    { origin: "https://home.local" },
    { origin: `https://${HOST}.evil.example` },
    { origin: `https://${HOST}`, "sec-fetch-site": "same-site" },
    { origin: `https://${HOST}`, "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "none" },
  ]) {
    expect([headers, allowed(headers as Record<string, string>, { cookie })]).toEqual([headers, false]);
  }
  expect(allowed({ origin: `http://${HOST}` }, { cookie, secure: false })).toBe(true);
  expect(allowed({ authorization: "Bearer x" }, { cookie })).toBe(false);
});

test("without a credential a foreign page is refused and a program is not", () => {
  expect(allowed({})).toBe(true);
  expect(allowed({ origin: `https://${HOST}` })).toBe(true);
  expect(allowed({ origin: "https://evil.example" })).toBe(false);
  expect(allowed({ origin: "null" })).toBe(false);
  expect(allowed({ "sec-fetch-site": "same-site" })).toBe(false);
});

test("reading, and credentials that no browser sends on its own, are not checked", () => {
  for (const method of ["GET", "HEAD", "OPTIONS"])
    expect(allowed({ origin: "https://evil.example" }, { method })).toBe(true);
  expect(allowed({ origin: "https://app.example", authorization: "Bearer x" })).toBe(true);
  expect(allowed({ origin: "https://app.example", "x-api-key": "x" })).toBe(true);
});
