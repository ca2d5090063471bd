import type { addresses } from "@nekzus/contract";
import type { Data } from "../api/endpoint.ts";

/** By which addresses the gateway is reached, and how they are secured. */
export type Addresses = Data<typeof addresses.addressesGet>;

/**
 * The address by which another device comes here: the one of this page, unless that is a loopback name, which leads
 * every device to itself. `here` is this page's origin.
 */
export function originForOthers({ names }: Pick<Addresses, "names">, here: string): string {
  const { hostname } = new URL(here);
  const isLoopback = /^(127\.|\[::1\]$|localhost$|.*\.localhost$)/.test(hostname);
  return isLoopback ? (names[0]?.url ?? here) : here;
}
