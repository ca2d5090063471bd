import { type AddressKind, addressKind, parseAddress } from "../../../kit/addresses.ts";
import type { Vantage } from "./docker-address.ts";

/** More ports than this are not named one by one. */
const MOST_NAMED = 10;

/** From where a published port can be reached. `unclear` is what is no address, or one of a kind that nobody publishes on. */
export type Reach = "machine" | "lan" | "everywhere" | "public" | "unclear";

const REACH: Readonly<Record<AddressKind, Reach>> = {
  host: "machine",
  lan: "lan",
  public: "public",
  never: "unclear",
};

/** From where a port can be reached that the engine's machine serves on this address of its own. */
export function reachOf(hostAddress: string): Reach {
  if (hostAddress === "localhost") return "machine";
  const address = hostAddress.replace(/%.*$/, "");
  const range = parseAddress(address)?.range();
  if (!address || range === "unspecified") return "everywhere";
  return range === "linkLocal" ? "lan" : REACH[addressKind(address)];
}

/** How to close a published port without taking the gateway's own way to the app. */
export function closingAdvice(vantage: Vantage): string {
  if (vantage.kind === "remote") return "Let that machine's firewall admit only the gateway.";
  const loopback = "publish it on 127.0.0.1 only (127.0.0.1:8080:8080), or not at all.";
  if (vantage.kind === "container") return `Put it into a network together with the gateway, then ${loopback}`;
  return loopback.charAt(0).toUpperCase() + loopback.slice(1);
}

/** `Port 80 is`, `Ports 80, 443 are`. */
export function namedPorts(ports: readonly number[], one: string, many: string): string {
  const sorted = [...ports].sort((a, b) => a - b);
  if (sorted.length === 1) return `Port ${sorted[0]} ${one}`;
  const more = sorted.length > MOST_NAMED ? ` and ${sorted.length - MOST_NAMED} more` : "";
  return `Ports ${sorted.slice(0, MOST_NAMED).join(", ")}${more} ${many}`;
}
