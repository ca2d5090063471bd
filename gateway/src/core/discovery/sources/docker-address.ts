import { isIPv6 } from "node:net";
import { addressKind } from "../../../kit/addresses.ts";
import type { Container, ContainerNetwork } from "../../runtimes/docker/engine.ts";

/** Which networks a person wants to be used (20 §4.4). */
export type NetworkRules = {
  network_mode: "all" | "first" | "preferred";
  networks: readonly string[];
  exclude_networks: readonly string[];
};

/**
 * Where the gateway stands, seen from the engine.
 * - `host`: on the engine's machine. `bridges` says whether container addresses can be reached from there; Docker
 *   Desktop keeps them inside its virtual machine.
 * - `container`: in a container of the engine, in these networks; `hostAddress` is the engine's machine from there.
 * - `remote`: on another machine; only published ports can be reached.
 */
export type Vantage =
  | { kind: "host"; bridges: boolean }
  | { kind: "container"; networks: readonly string[]; hostAddress: string | undefined }
  | { kind: "remote"; hostAddress: string };

/** A port of the container with the addresses where it may be reached, the best one first. */
export type PortCandidate = { port: number; scheme: "http" | "https"; targets: string[] };

/** Well-known ports of other protocols than HTTP (20 §4.4), and what speaks there. */
export const OTHER_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [21, "FTP"],
  [22, "SSH"],
  [23, "Telnet"],
  [25, "mail (SMTP)"],
  [53, "DNS"],
  [110, "mail (POP3)"],
  [143, "mail (IMAP)"],
  [389, "LDAP"],
  [636, "LDAP"],
  [1883, "MQTT"],
  [3306, "MySQL and MariaDB"],
  [5432, "PostgreSQL"],
  [5672, "AMQP"],
  [6379, "Redis"],
  [11211, "memcached"],
  [27017, "MongoDB"],
]);
const TLS_PORTS = new Set([443, 8443]);
/** The most ports of one container that are offered. */
const MOST_PORTS = 50;

/**
 * The ports of a container that may be an app, lowest first, each with the addresses to reach it at. The same input
 * always gives the same answer. An empty list comes with the reason.
 */
export function portCandidates(
  container: Container,
  wishes: { primaryPort: number | undefined; allPorts: boolean; scheme: "http" | "https" | undefined },
  rules: NetworkRules,
  vantage: Vantage,
): { candidates: PortCandidate[]; reason: string } {
  const known = [...new Set([...container.exposed, ...container.published.map((port) => port.port)])].sort(
    (a, b) => a - b,
  );
  const ports = wishes.primaryPort
    ? [wishes.primaryPort]
    : known.filter((port) => wishes.allPorts || !OTHER_PROTOCOLS.has(port));
  if (!ports.length) {
    const reason = known.length
      ? `its ports ${known.slice(0, 10).join(", ")} are not known for web pages; set nekzus.primary_port or nekzus.discover.all_ports`
      : "it has no TCP port; set nekzus.primary_port";
    return { candidates: [], reason };
  }
  const hosts = containerHosts(container, rules, vantage);
  const candidates = ports.slice(0, MOST_PORTS).flatMap((port) => {
    const scheme = wishes.scheme ?? (TLS_PORTS.has(port) ? "https" : "http");
    const authorities = [
      ...hosts.map((host) => `${bracketed(host)}:${port}`),
      ...publishedAuthorities(container, port, vantage),
    ];
    const targets = [...new Set(authorities)].map((authority) => `${scheme}://${authority}`);
    return targets.length ? [{ port, scheme, targets } satisfies PortCandidate] : [];
  });
  return { candidates, reason: candidates.length ? "" : noAddress(container) };
}

function noAddress(container: Container): string {
  if (container.networkMode === "none") return "it has no network";
  return "none of its addresses can be reached; publish a port or allow one of its networks in discovery.docker.networks";
}

/** Addresses of the container itself. */
function containerHosts(container: Container, rules: NetworkRules, vantage: Vantage): string[] {
  if (container.networkMode === "host") {
    const host = vantage.kind === "host" ? "127.0.0.1" : vantage.hostAddress;
    return host ? [host] : [];
  }
  if (vantage.kind === "remote" || (vantage.kind === "host" && !vantage.bridges)) return [];
  const shared = vantage.kind === "container" ? new Set(vantage.networks) : undefined;
  const usable = chosenNetworks(container.networks, rules, shared).filter(
    (network) => !shared || shared.has(network.name),
  );
  const addresses = usable.flatMap((network) => (network.address ?? network.address6) || []);
  return addresses.filter((address) => addressKind(address) !== "never").slice(0, 1);
}

/** The networks that the rules leave, in the order of preference: shared with us, as listed, by name. */
function chosenNetworks(
  networks: readonly ContainerNetwork[],
  rules: NetworkRules,
  shared: ReadonlySet<string> | undefined,
): ContainerNetwork[] {
  const listed = (name: string) => {
    const at = rules.networks.indexOf(name);
    return at < 0 ? rules.networks.length : at;
  };
  const isShared = (name: string) => (shared?.has(name) ? 0 : 1);
  const mustBeListed = rules.networks.length > 0 && rules.network_mode !== "preferred";
  const left = networks
    .filter((network) => !rules.exclude_networks.includes(network.name))
    .filter((network) => !mustBeListed || rules.networks.includes(network.name))
    .sort((a, b) => isShared(a.name) - isShared(b.name) || listed(a.name) - listed(b.name) || byName(a.name, b.name));
  return rules.network_mode === "all" ? left : left.slice(0, 1);
}

/** Not by locale: the order must be the same on every machine. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where the engine's machine serves the port. */
function publishedAuthorities(container: Container, port: number, vantage: Vantage): string[] {
  const bindings = container.published.filter((binding) => binding.port === port);
  const authorities = bindings.flatMap((binding) => {
    const host = publishedHost(binding.hostAddress, vantage);
    return host ? [`${bracketed(host)}:${binding.hostPort}`] : [];
  });
  return authorities.sort(byName).slice(0, 1);
}

function publishedHost(hostAddress: string, vantage: Vantage): string | undefined {
  const everywhere = ["", "0.0.0.0", "::"].includes(hostAddress);
  const kind = addressKind(hostAddress);
  if (vantage.kind === "host") {
    if (everywhere) return hostAddress === "::" ? "::1" : "127.0.0.1";
    return kind === "never" ? undefined : hostAddress;
  }
  if (everywhere) return vantage.hostAddress;
  // What listens on the machine's loopback only is out of reach from elsewhere.
  return kind === "never" || kind === "host" ? undefined : hostAddress;
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
