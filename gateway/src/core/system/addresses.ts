import type { addresses as contract, EndpointOutput } from "@nekzus/contract";
import { canonicalAddress, hearsOnlyThisMachine, isLoopback } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import {
  type CertificateDetails,
  type Certificates,
  certificateName,
  machineNames,
} from "../certificates/certificates.ts";
import { toInstant } from "../storage/codec.ts";

export type AddressesAnswer = EndpointOutput<typeof contract.addressesGet>;
type Name = AddressesAnswer["names"][number];

/** What the report is made from. */
export type AddressFacts = {
  apiPort: number;
  /** The gateway itself speaks no TLS. */
  plainHttp: boolean;
  certificates: Pick<Certificates, "details">;
  clock: Clock;
  /** Asked at each call, as the settings may change. */
  settings(): {
    addr: string;
    base_url: string;
    base_domain: string;
    routing_mode: "path" | "subdomain" | "both";
    allowed_hosts: readonly string[];
    share_origin: boolean;
    trusted_proxies: readonly string[];
  };
  /** Base URLs of dashboard and apps as a browser reaches them that used this Host. */
  origins(request: { secure: boolean; host: string }): { api: string; apps: string };
  /** The machine's own names and addresses. */
  machine?(): readonly string[];
};

export type Addresses = { report(request: { secure: boolean; host: string }): AddressesAnswer };

/** A certificate with less than this left wants attention; the gateway renews its own long before. */
const SOON_DAYS = 30;
const DAY = 86_400_000;
/** Host names that a container engine made up mean nothing to others (20 §5.2). */
const CONTAINER_ID = /^[0-9a-f]{12,}(?:\.|$)/;

/** Tells an administrator by which addresses the gateway is reached and how they are secured. Reads, never changes. */
export function createAddresses(facts: AddressFacts): Addresses {
  const { plainHttp, certificates, clock, settings, machine = machineNames } = facts;

  function nameEntries(used: string | undefined, served: CertificateDetails | undefined): Name[] {
    const { addr, base_url, base_domain, allowed_hosts } = settings();
    const base = base_url ? new URL(base_url) : undefined;
    const own = new Set(
      (hearsOnlyThisMachine(addr) ? [] : machine()).map(certificateName).filter((name) => name !== undefined),
    );
    const configured = [base?.host ?? "", base_domain, ...allowed_hosts].map(certificateName);
    const all = [used, ...configured, ...[...own].sort((a, b) => rank(a) - rank(b))]
      .filter((name) => name !== undefined)
      .filter((name) => !isInnerName(name));
    return [...new Set(all)].map((name) => ({
      name,
      kind: kindOf(name, own),
      covered: served?.covers(name) ?? false,
      url: base && certificateName(base.host) === name ? base.origin : ownUrl(name),
    }));
  }

  function ownUrl(name: string): string {
    const host = name.includes(":") ? `[${name}]` : name;
    return new URL(`http${plainHttp ? "" : "s"}://${host}:${facts.apiPort}`).origin;
  }

  return {
    report({ secure, host }) {
      const origins = facts.origins({ secure, host });
      const known = plainHttp ? undefined : certificates.details();
      const used = certificateName(host);
      const names = nameEntries(used, known?.served);
      const { addr, share_origin, trusted_proxies } = settings();
      const daysLeft = Math.floor(((known?.served.notAfter ?? 0) - clock.now()) / DAY);
      return {
        apiUrl: origins.api,
        appsUrl: origins.apps,
        sharedOrigin: share_origin,
        plainHttp,
        names,
        ...appDomainOf(settings(), known?.served),
        ...(known && { certificate: { kind: known.kind, ...shown(known.served), daysLeft } }),
        ...(known?.authority && { authority: shownAuthority(known.authority) }),
        warnings: warningsOf({
          unencrypted: !secure,
          sharedOrigin: share_origin,
          kind: known?.kind,
          daysLeft,
          unreachable: names.length > 0 ? undefined : hearsOnlyThisMachine(addr) ? addr : "",
          // Behind a proxy it is the proxy's certificate that the browser sees.
          strange: known && used && !trusted_proxies.length && !isCovered(used, known.served) ? used : undefined,
        }),
      };
    },
  };
}

/** The domain of the apps' host names; any name below it tells whether the certificate has the wildcard. */
function appDomainOf(
  { base_domain: name, routing_mode: routingMode }: ReturnType<AddressFacts["settings"]>,
  served: CertificateDetails | undefined,
): Pick<AddressesAnswer, "appDomain"> {
  return name ? { appDomain: { name, routingMode, covered: served?.covers(`app.${name}`) ?? false } } : {};
}

/** What is wrong, and what to do about it. */
function warningsOf(found: {
  unencrypted: boolean;
  sharedOrigin: boolean;
  kind: "local-authority" | "own-files" | undefined;
  daysLeft: number;
  /** Nobody else reaches it: because of the address that it listens on, else "". */
  unreachable: string | undefined;
  strange: string | undefined;
}): string[] {
  const { kind, daysLeft, strange } = found;
  const renew =
    kind === "own-files"
      ? "Put a new one into the files of server.tls_cert and server.tls_key."
      : "The gateway could not renew it: look into its log, and at the machine's clock.";
  const cover =
    kind === "own-files"
      ? "Use one of the names that it carries, or get a certificate that carries this one too."
      : "Add the name to server.allowed_hosts, and the certificate will carry it.";
  const all: [boolean, string][] = [
    [
      found.unencrypted,
      "This connection is not encrypted: others in the network can read passwords and change pages. " +
        "Start the gateway without --insecure-http.",
    ],
    [
      found.sharedOrigin,
      "Dashboard and apps share one origin, so that every app stands closer to the dashboard than it should. " +
        "Set server.share_origin to false if the apps can have an address of their own.",
    ],
    [
      strange !== undefined,
      `The certificate does not carry the name by which you came, ${strange}, so browsers and apps warn of it. ${cover}`,
    ],
    [kind !== undefined && daysLeft < 0, `The certificate has ended. ${renew}`],
    [
      kind !== undefined && daysLeft >= 0 && daysLeft < SOON_DAYS,
      `The certificate ends in ${daysLeft === 1 ? "one day" : `${daysLeft} days`}. ${renew}`,
    ],
    [
      Boolean(found.unreachable),
      `The gateway listens at ${found.unreachable}, where only this machine reaches it. Set server.addr to :8443 for other ` +
        "devices, or server.base_url to the address of a proxy before it.",
    ],
    [
      found.unreachable === "",
      "The gateway found no name or address by which others reach this machine: connect it to the network, or set " +
        "server.base_url.",
    ],
  ];
  return all.filter(([holds]) => holds).map(([, text]) => text);
}

function shown({ subject, issuer, names, notAfter, fingerprint256 }: CertificateDetails) {
  return { subject, issuer, names, notAfter: toInstant(notAfter), fingerprint256 };
}

function shownAuthority({ subject, notAfter, fingerprint256 }: CertificateDetails) {
  return { subject, notAfter: toInstant(notAfter), fingerprint256 };
}

/** Nobody expects a certificate of one's own files to carry a loopback name. */
function isCovered(name: string, served: CertificateDetails): boolean {
  return served.covers(name) || isInnerName(name);
}

/** Names that others cannot use: loopback, wildcards, ids of containers. */
function isInnerName(name: string): boolean {
  return isLoopback(name) || /(?:^|\.)localhost$|^localhost\.|\*/.test(name) || CONTAINER_ID.test(name);
}

function kindOf(name: string, own: ReadonlySet<string>): Name["kind"] {
  if (canonicalAddress(name)) return "address";
  if (!own.has(name)) return "configured";
  return name.endsWith(".local") ? "mdns" : "host";
}

/** `.local` works on every phone without a name server, plain names with most routers, IPv6 is long to type. */
function rank(name: string): number {
  if (!canonicalAddress(name)) return name.endsWith(".local") ? 0 : 1;
  return name.includes(":") ? 3 : 2;
}
