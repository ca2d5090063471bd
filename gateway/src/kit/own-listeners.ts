import { networkInterfaces } from "node:os";
import { addressKind, canonicalAddress } from "./addresses.ts";

/** Says whether an address and port lead back to one of our own listeners: no route or probe may go there. */
export function createOwnListeners(ports: readonly number[]): (address: string, port: number) => boolean {
  return (address, port) => {
    if (!ports.includes(port)) return false;
    if (addressKind(address) === "host") return true;
    const wanted = canonicalAddress(address);
    return Object.values(networkInterfaces()).some((list) =>
      list?.some((entry) => canonicalAddress(entry.address) === wanted),
    );
  };
}
