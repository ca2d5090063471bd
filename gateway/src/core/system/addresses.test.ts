import { beforeAll, expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { certificateDetails } from "../certificates/details.ts";
import { issueAuthority, issueServer, makeKey } from "../certificates/issue.ts";
import { certificateRoutes } from "../certificates/routes.ts";
import { type AddressFacts, createAddresses } from "./addresses.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** What another authority signed, for 100 days. */
let pem: string;
beforeAll(async () => {
  const [authorityKey, serverKey] = [makeKey(), makeKey()];
  const validity = { notBefore: NOW, notAfter: NOW + 100 * DAY };
  const authority = await issueAuthority("House", authorityKey, validity);
  pem = await issueServer({ authority, authorityKey, serverKey, names: ["home.example", "*.home.example"], validity });
});

const settings = {
  addr: ":8443",
  base_url: "",
  base_domain: "",
  routing_mode: "path" as const,
  allowed_hosts: [],
  share_origin: false,
  trusted_proxies: [],
};

/** The report with files of one's own, as somebody sees it who came by `host` so many days later. */
function report(host: string, days: number, change: Partial<AddressFacts> & { settings?: () => typeof settings } = {}) {
  const facts: AddressFacts = {
    apiPort: 8443,
    plainHttp: false,
    certificates: { details: () => ({ kind: "own-files", served: certificateDetails(pem) }) },
    clock: createVirtualClock(NOW + days * DAY),
    settings: () => settings,
    origins: () => ({ api: "https://home.example:8443", apps: "https://home.example:8444" }),
    machine: () => ["localhost", "nas.lan", "nas", "nas.local", "127.0.0.1", "::1", "fd00::5", "192.168.1.5"],
    ...change,
  };
  return createAddresses(facts).report({ secure: !facts.plainHttp, host });
}

test("the name in use comes first, then those of the settings, then what is easiest to type", () => {
  const { names } = report("[fd00::5]:8443", 0, {
    settings: () => ({ ...settings, base_url: "https://home.example", base_domain: "home.example" }),
  });
  expect(names.map(({ name, kind, covered, url }) => [name, kind, covered, url])).toEqual([
    ["fd00::5", "address", false, "https://[fd00::5]:8443"],
    ["home.example", "configured", true, "https://home.example"],
    ["nas.local", "mdns", false, "https://nas.local:8443"],
    ["nas.lan", "host", false, "https://nas.lan:8443"],
    ["nas", "host", false, "https://nas:8443"],
    ["192.168.1.5", "address", false, "https://192.168.1.5:8443"],
  ]);
});

test("the domain of the apps' host names is told, and whether the certificate has a name for all of them", () => {
  expect(report("nas.lan", 0)).not.toHaveProperty("appDomain");
  for (const [base_domain, covered] of [
    ["home.example", true],
    ["other.example", false],
  ] as const) {
    const { appDomain } = report("nas.lan", 0, { settings: () => ({ ...settings, base_domain }) });
    expect(appDomain).toEqual({ name: base_domain, routingMode: "path", covered });
  }
});

test("names that mean nothing outside are left out, and without any other there is a warning", () => {
  const machine = () => ["localhost", "3f1c0de8a9b2", "3f1c0de8a9b2.local", "127.0.0.1"];
  const found = report("localhost:8443", 0, { machine });
  expect(found.names).toEqual([]);
  expect(found.warnings).toEqual([expect.stringContaining("server.base_url")]);
});

test("a gateway that hears this machine alone names no address for others, but those of the settings", () => {
  for (const addr of ["127.0.0.1:8443", "[::1]:8443", "localhost:8443"]) {
    const found = report("localhost:8443", 0, { settings: () => ({ ...settings, addr }) });
    expect(found.names).toEqual([]);
    expect(found.warnings).toEqual([expect.stringContaining(`listens at ${addr}`)]);
  }
  const proxied = { ...settings, addr: "127.0.0.1:8443", base_url: "https://home.example" };
  const found = report("localhost:8443", 0, { settings: () => proxied });
  expect(found).toMatchObject({ names: [{ name: "home.example" }], warnings: [] });
});

test("a certificate of one's own: what it does not carry, and when it ends", () => {
  expect(report("home.example:8443", 0)).toMatchObject({ warnings: [], certificate: { daysLeft: 100 } });
  expect(report("films.home.example", 0).warnings).toEqual([]);
  expect(report("nas.lan", 0).warnings).toEqual([expect.stringMatching(/nas\.lan.*get a certificate/)]);
  expect(report("home.example", 99).warnings).toEqual([expect.stringMatching(/in one day.*server\.tls_cert/)]);
  expect(report("home.example", 101)).toMatchObject({
    warnings: [expect.stringMatching(/has ended.*server\.tls_cert/)],
    certificate: { kind: "own-files", daysLeft: -1 },
  });
  // What a browser sees behind a proxy is the proxy's.
  const behind = { settings: () => ({ ...settings, trusted_proxies: ["10.0.0.1"] as never[] }) };
  expect(report("nas.lan", 0, behind).warnings).toEqual([]);
});

test("without TLS nothing is covered, no certificate is shown, and both risks are said", () => {
  const found = report("nas.lan", 0, { plainHttp: true, settings: () => ({ ...settings, share_origin: true }) });
  expect(found).not.toHaveProperty("certificate");
  expect(found.names[0]).toMatchObject({ name: "nas.lan", covered: false, url: "http://nas.lan:8443" });
  expect(found.warnings).toEqual([
    expect.stringContaining("--insecure-http"),
    expect.stringContaining("server.share_origin"),
  ]);
});

test("with files of one's own there is no authority to download", () => {
  const [binding] = certificateRoutes({ authorityPem: () => undefined });
  expect(() => binding?.handle({ query: { format: "pem" } } as never)).toThrow(/server\.tls_cert/);
});
