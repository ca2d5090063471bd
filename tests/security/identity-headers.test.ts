// Who somebody is, an app hears from the gateway alone: every header that apps are known to believe is removed, in every
// spelling, and Connection cannot remove ours (CWE-290, CWE-807; CVE-2022-1388, CVE-2024-45410 class of dropped headers; CVE-2016-5385 Proxy).
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import { plainAnswer, type RawApp, startRawApp } from "../harness/raw-app.ts";
import { sendRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: RawApp;
let authorization: string;

beforeAll(async () => {
  [gateway, app] = await Promise.all([
    startGateway({ insecureHttp: true }),
    startRawApp((socket) => void socket.write(plainAnswer(""))),
  ]);
  await gateway.addRoute("told", app.url, { identityHeaders: true, skipHealthCheck: true });
  await gateway.addRoute("untold", app.url, { skipHealthCheck: true });
  const anna = await addPerson(gateway, "anna", { apps: ["told", "untold"] });
  ({ authorization } = await bearer(gateway, anna));
});

/** The lines of the header that the app received. */
async function seen(path: string, lines: string[]): Promise<string[]> {
  const before = app.received.join("").length;
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: localhost:${gateway.apiPort}`,
    `Authorization: ${authorization}`,
    ...lines,
    "",
    "",
  ];
  expect(await sendRaw(gateway.apiPort, false, head.join("\r\n"), 150)).toMatch(/^HTTP\/1\.1 200/);
  return app.received.join("").slice(before).split("\r\n").slice(1, -2);
}

const NAMES = [
  "X-Nekzus-User",
  "X-Nekzus-Scopes",
  "X-Nekzus-Facts",
  "Remote-User",
  "Remote-Groups",
  "Remote-Email",
  "Remote-Name",
  "X-Remote-User",
  "X-Forwarded-User",
  "X-Forwarded-Email",
  "X-Forwarded-Groups",
  "X-Forwarded-Preferred-Username",
  "X-Forwarded-Access-Token",
  "X-WebAuth-User",
  "X-WEBAUTH-ROLE",
  "X-Auth-Request-User",
  "X-Auth-Request-Access-Token",
  "X-authentik-username",
  "X-Authenticated-User",
  "X-Proxy-User",
  "X-Token-Subject",
  "X-Vouch-User",
  "Tailscale-User-Login",
  "Cf-Access-Jwt-Assertion",
  "Cf-Access-Authenticated-User-Email",
  "X-Pomerium-Claim-Email",
  "X-Goog-Authenticated-User-Email",
  "X-Goog-IAP-JWT-Assertion",
  "X-MS-Client-Principal",
  "X-Amzn-Oidc-Identity",
  "X-SSL-Client-Verify",
  "SSL-Client-Cert",
  "X-SSL-Client-Cert",
  "X-Token-User-Roles",
  "OIDC-Claim-Email",
  "Proxy",
  "Proxy-Client-IP",
  "WL-Proxy-Client-IP",
  "HTTP-Client-IP",
  "HTTP-X-Forwarded-For",
];

test.each(["/apps/told/", "/apps/untold/"])("%s hears of nobody that the client named", async (path) => {
  const spellings = NAMES.flatMap((name) => [
    name,
    name.toUpperCase(),
    name.replaceAll("-", "_"),
    name.replaceAll("-", "."),
    name.replace(/-(?=[^-]*$)/, "_"),
    // Some servers make one variable of any sign that is no letter and no digit.
    name.replaceAll("-", "!"),
    name.replaceAll("-", "+"),
    name.replaceAll("-", "^"),
  ]);
  for (let from = 0; from < spellings.length; from += 100) {
    const lines = await seen(
      path,
      spellings.slice(from, from + 100).map((name) => `${name}: forged-root`),
    );
    expect(lines.filter((line) => line.includes("forged-root"))).toEqual([]);
  }
});

test("the gateway's own word arrives, once, also when the client asks to have it removed", async () => {
  const own = (lines: string[]) => lines.filter((line) => /^x.nekzus.(user|scopes)/i.test(line));
  for (const connection of [
    "close",
    "X-Nekzus-User, X-Nekzus-Scopes, close",
    "x-nekzus-user",
    "X-Forwarded-For, Host, X-Real-IP",
  ]) {
    const lines = await seen("/apps/told/", [
      `Connection: ${connection}`,
      "X-Nekzus-User: root",
      "X-Nekzus-User: root",
    ]);
    expect(own(lines)).toEqual(["X-Nekzus-User: anna", expect.stringMatching(/^X-Nekzus-Scopes: .*access:told/)]);
    expect(lines.filter((line) => /^(x-forwarded-for|x-real-ip|host):/i.test(line))).toHaveLength(3);
  }
  expect(own(await seen("/apps/untold/", []))).toEqual([]);
});
