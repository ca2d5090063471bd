import type { X509Certificate } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import { domainToASCII } from "node:url";
import { addressKind, canonicalAddress } from "../../kit/addresses.ts";

/** Interfaces of container engines and virtual machines: nobody reaches the gateway by their addresses. */
const VIRTUAL = /^(?:docker|br-[0-9a-f]{12}|veth|cni|cbr|flannel|cali|virbr|podman|lxc|lxdbr|vmnet)/;

/**
 * The names by which clients reach this machine: localhost, its host name with and without `.local`, loopback, and
 * its addresses in the local network. Public IPv4 addresses are among them; public IPv6 ones change too often.
 */
export function machineNames(): string[] {
  const host = (hostname().split(".", 1)[0] as string).toLowerCase();
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, found]) => found ?? [])
    .filter(({ address, family, internal }) => {
      const kind = addressKind(address);
      return !internal && (kind === "lan" || (kind === "public" && family === "IPv4"));
    });
  return [
    "localhost",
    ...(host ? [hostname().toLowerCase(), host, `${host}.local`] : []),
    "127.0.0.1",
    "::1",
    ...addresses.map(({ address }) => address),
  ];
}

/** The names that the configuration adds. Below `baseDomain` every app may have a host name of its own. */
export function configuredNames(settings: {
  baseUrl: string;
  baseDomain: string;
  allowedHosts: readonly string[];
}): string[] {
  const base = URL.canParse(settings.baseUrl) ? [new URL(settings.baseUrl).hostname.replace(/^\[|\]$/g, "")] : [];
  const domain = settings.baseDomain ? [settings.baseDomain, `*.${settings.baseDomain}`] : [];
  return [...base, ...domain, ...settings.allowedHosts];
}

/** One label of a host name (RFC 1123 §2.1); underscores occur in home networks. */
const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const HOST_NAME = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`);

/**
 * A name in the one spelling that certificates use: lower case, punycode, canonical address, without port and
 * brackets. Undefined when it can stand in no certificate.
 */
export function certificateName(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([^:]*):\d+$/, "$1");
  const address = canonicalAddress(bare);
  if (address) return address;
  const wildcard = bare.startsWith("*.") ? "*." : "";
  const name = wildcard + domainToASCII(bare.slice(wildcard.length)).replace(/\.$/, "");
  // A last label of digits alone would be taken for an address that is none.
  return name.length <= 253 && HOST_NAME.test(name) && !/(?:^|\.)\d+$/.test(name) ? name : undefined;
}

/** The alternative names that a certificate carries, as {@link certificateName} spells them. */
export function namesOf(certificate: X509Certificate): string[] {
  const found = (certificate.subjectAltName ?? "").split(", ").map((entry) => {
    const name = /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1];
    return name === undefined ? undefined : certificateName(name);
  });
  return found.filter((name) => name !== undefined);
}
