import type { connectionTest } from "@nekzus/contract";
import type { Input } from "../api/endpoint.ts";
import type { ConnectionReport } from "./connection-verdicts.ts";

/** What is tested: an upstream's address, and the options that change what it is asked. */
export type ConnectionTarget = Input<typeof connectionTest.routeTest>["body"];

/** A change of the form that a verdict suggests. */
export type ConnectionFix = {
  kind: "use-https" | "use-http" | "use-address" | "accept-certificate" | "strip-prefix" | "own-host";
  change: Partial<ConnectionTarget>;
};

/** The changes that fit what a test found; empty where nothing in the form would help. */
export function fixesFor(report: ConnectionReport, target: ConnectionTarget): ConnectionFix[] {
  const { verdict, httpStatus = 0 } = report;
  switch (verdict) {
    case "plain-http-on-tls-port":
      return [{ kind: "use-https", change: { to: withScheme(target.to, "https") } }];
    case "tls-on-plain-port":
      return [{ kind: "use-http", change: { to: withScheme(target.to, "http") } }];
    case "bad-certificate":
      return [{ kind: "accept-certificate", change: { insecureSkipVerify: true } }];
    case "not-found":
      // With a path of its own the health check does not ask below the prefix.
      return target.healthCheckPath ? [] : stripPrefix(target);
    case "redirects":
      return report.ok ? [] : redirectFixes(report, target);
    case "client-error":
      // What apps answer to a host name that they do not know.
      return [400, 421].includes(httpStatus) && target.preserveHost !== false
        ? [{ kind: "own-host", change: { preserveHost: false } }]
        : [];
    default:
      return [];
  }
}

function stripPrefix({ pathBase, stripPrefix }: ConnectionTarget): ConnectionFix[] {
  return pathBase && !stripPrefix ? [{ kind: "strip-prefix", change: { stripPrefix: true } }] : [];
}

/** A redirect to another address of the same service, often from http to https, or one that leaves the prefix. */
function redirectFixes({ location = "" }: ConnectionReport, target: ConnectionTarget): ConnectionFix[] {
  const other = /^https?:\/\//i.test(location) ? URL.parse(location) : null;
  if (!other) return stripPrefix(target);
  const present = URL.parse(target.to);
  if (!present || other.origin === present.origin || other.username) return [];
  return [{ kind: "use-address", change: { to: other.origin + present.pathname.replace(/\/$/, "") } }];
}

/** The same address with another scheme; a port that was left out is written, since it is the one that was found. */
export function withScheme(address: string, scheme: "http" | "https" | undefined): string {
  const url = URL.parse(address);
  if (!scheme || !url || url.protocol === `${scheme}:`) return address;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return `${scheme}://${url.hostname}:${port}${url.pathname.replace(/\/$/, "")}`;
}
