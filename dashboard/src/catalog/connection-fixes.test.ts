import { expect, test } from "vitest";
import { type ConnectionTarget, fixesFor } from "./connection-fixes.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";

function fixes(report: Partial<ConnectionReport>, target: Partial<ConnectionTarget> = {}) {
  const all = { ok: false, message: "", advice: "", url: "", addresses: [], steps: [], totalMs: 1 };
  const found = fixesFor({ verdict: "refused", ...all, ...report }, { to: "http://nas:8443", ...target });
  return found.map(({ change }) => change);
}

test("the other scheme keeps host, port and path, and writes the port that answered", () => {
  expect(fixes({ verdict: "plain-http-on-tls-port" })).toEqual([{ to: "https://nas:8443" }]);
  expect(fixes({ verdict: "tls-on-plain-port" }, { to: "https://[fd00::1]/base/" })).toEqual([
    { to: "http://[fd00::1]:443/base" },
  ]);
});

test("a redirect to the service's other address is taken over, one that works needs nothing", () => {
  const redirects = { verdict: "redirects", location: "https://nas/login?next=1" } as const;
  expect(fixes(redirects, { to: "http://nas/app" })).toEqual([{ to: "https://nas/app" }]);
  expect(fixes({ ...redirects, ok: true })).toEqual([]);
  expect(fixes({ ...redirects, location: "javascript:alert(1)" })).toEqual([]);
  expect(fixes({ ...redirects, location: "/login" }, { pathBase: "/apps/a/" })).toEqual([{ stripPrefix: true }]);
});

test("options are offered only where they are not set yet", () => {
  expect(fixes({ verdict: "bad-certificate" })).toEqual([{ insecureSkipVerify: true }]);
  expect(fixes({ verdict: "not-found" }, { pathBase: "/apps/a/" })).toEqual([{ stripPrefix: true }]);
  expect(fixes({ verdict: "not-found" }, { pathBase: "/apps/a/", stripPrefix: true })).toEqual([]);
  expect(fixes({ verdict: "client-error", httpStatus: 400 })).toEqual([{ preserveHost: false }]);
  expect(fixes({ verdict: "client-error", httpStatus: 400 }, { preserveHost: false })).toEqual([]);
  expect(fixes({ verdict: "client-error", httpStatus: 429 })).toEqual([]);
});
