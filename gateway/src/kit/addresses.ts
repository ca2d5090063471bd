import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Where an address lies, as far as trust goes.
 * - `host`: this machine. `lan`: private ranges, unique local, carrier NAT. `public`: the rest of the internet.
 * - `never`: link-local with the metadata services, multicast, unspecified, broadcast, reserved.
 */
export type AddressKind = "host" | "lan" | "public" | "never";

const KINDS: Record<string, AddressKind> = {
  loopback: "host",
  private: "lan",
  uniqueLocal: "lan",
  carrierGradeNat: "lan",
  unicast: "public",
};

/** Cloud metadata services that are not link-local. */
const METADATA = new Set(["fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"]);

/** Parses an address: no zone, no brackets, IPv4 only in four decimal parts. IPv4-mapped IPv6 becomes IPv4. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** One spelling for each address, or undefined when the text is none. */
export function canonicalAddress(text: string): string | undefined {
  return parseAddress(text)?.toString();
}

/** Where an address lies. Texts that are no address are `never`. */
export function addressKind(text: string): AddressKind {
  const address = parseAddress(text);
  if (!address || METADATA.has(address.toString())) return "never";
  const embedded = embeddedIPv4(address);
  if (embedded) return addressKind(embedded) === "public" ? "public" : "never";
  const kind = KINDS[address.range()] ?? "never";
  // What is not assigned for global use may be anything on this network, such as a translator of its own (RFC 4291 §2.4).
  return kind === "public" && address.kind() === "ipv6" && !isGlobalUnicast(address) ? "never" : kind;
}

export function isLoopback(text: string): boolean {
  return parseAddress(text)?.range() === "loopback";
}

/** Does a listener at an address such as `127.0.0.1:8443` hear this machine alone? `:8443` hears everybody. */
export function hearsOnlyThisMachine(listener: string): boolean {
  const host = listener.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return host === "localhost" || isLoopback(host);
}

/**
 * IPv4 inside 6to4 (RFC 3056) and NAT64 (RFC 6052 §2.1) addresses: those must not be a way around the rules for IPv4.
 * Prefixes that a network chooses for its own translator (64:ff9b:1::/48, RFC 8215) place it elsewhere: "" for those.
 */
function embeddedIPv4(address: Address): string | undefined {
  if (address.kind() !== "ipv6") return undefined;
  const range = address.range();
  if (range !== "6to4" && range !== "rfc6052") return undefined;
  const bytes = address.toByteArray();
  if (range === "6to4") return bytes.slice(2, 6).join(".");
  return bytes.slice(4, 12).some((byte) => byte !== 0) ? "" : bytes.slice(12, 16).join(".");
}

/** 2000::/3, the only part of IPv6 that is given out for the internet. */
function isGlobalUnicast(address: Address): boolean {
  return ((address.toByteArray()[0] as number) & 0xe0) === 0x20;
}

/**
 * The most exact key by which limits count an address: IPv4 itself, IPv6 by its /64 (design, section 7).
 */
export function limitKey(text: string): string {
  const address = parseAddress(text);
  if (!address) return "unknown";
  if (address.kind() === "ipv4") return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/** The IPv6 /48 of an address, which has a larger limit of its own; undefined for IPv4. */
export function wideLimitKey(text: string): string | undefined {
  const address = parseAddress(text);
  if (!address || address.kind() === "ipv4") return undefined;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/48`).toString()}/48`;
}

export type Network = { contains(address: string): boolean };

/** Parses `10.0.0.0/8`, `fd00::/8` or a single address. Undefined when the text is none. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const base = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!base) return undefined;
  const longest = base.kind() === "ipv4" ? 32 : 128;
  const length = slash < 0 ? String(longest) : text.slice(slash + 1);
  const bits = Number(length);
  // `10.0.0.0/` is a slip of the pen; read as /0 it would name the whole internet.
  if (!/^\d{1,3}$/.test(length) || bits > longest) return undefined;
  return {
    contains(other) {
      const address = parseAddress(other);
      if (!address || address.kind() !== base.kind()) return false;
      return base.kind() === "ipv4"
        ? (address as ipaddr.IPv4).match(base as ipaddr.IPv4, bits)
        : (address as ipaddr.IPv6).match(base as ipaddr.IPv6, bits);
    },
  };
}
