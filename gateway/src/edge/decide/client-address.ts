import { canonicalAddress, type Network, parseNetwork } from "../../kit/addresses.ts";

export type AddressReader = {
  /** One spelling of a direct peer's address, as node gives it; `0.0.0.0` when the socket no longer has one. */
  peer(remoteAddress: string | undefined): string;
  /** Is the direct peer a proxy whose forwarding headers count? */
  trusts(peer: string): boolean;
  /** The client's address: the peer's, or behind trusted proxies the right-most hop that is not one of them. */
  client(peer: string, forwardedFor: string | undefined): string;
};

/** Hops that are looked at, from the right. A longer chain ends at the last one looked at. */
const MAX_HOPS = 20;

/** Peers whose canonical address is remembered. */
const MAX_PEERS = 4096;

/** Makes the reader for a list of trusted networks. Without any, headers never change the result. */
export function createAddressReader(trustedProxies: readonly string[]): AddressReader {
  const networks: Network[] = trustedProxies.map(parseNetwork).filter((network) => network !== undefined);
  const trusts = (address: string) => networks.some((network) => network.contains(address));
  const peers = new Map<string, string>();
  return {
    trusts,
    peer(remoteAddress) {
      if (!remoteAddress) return "0.0.0.0";
      const known = peers.get(remoteAddress);
      if (known !== undefined) return known;
      // A neighbour's link-local address comes with the interface it was reached by: fe80::1%eth0.
      const zone = remoteAddress.indexOf("%");
      const peer = canonicalAddress(zone < 0 ? remoteAddress : remoteAddress.slice(0, zone)) ?? "0.0.0.0";
      if (peers.size >= MAX_PEERS) peers.clear();
      peers.set(remoteAddress, peer);
      return peer;
    },
    client(peer, forwardedFor) {
      if (!networks.length || forwardedFor === undefined || !trusts(peer)) return peer;
      let client = peer;
      const hops = forwardedFor.split(",").slice(-MAX_HOPS).reverse();
      for (const hop of hops) {
        const address = canonicalAddress(withoutZone(withoutPort(hop.trim())));
        // What a trusted proxy could not have written ends the chain: nothing to its left can be believed.
        if (!address) return client;
        client = address;
        if (!trusts(address)) return client;
      }
      return client;
    },
  };
}

/** Some proxies write `1.2.3.4:5678` or `[::1]:5678`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] as string;
  const match = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text);
  return match ? (match[1] as string) : text;
}

/** Proxies that write addresses as their system gives them name a neighbour as we see it, too: `fe80::1%eth0`. */
function withoutZone(text: string): string {
  return text.replace(/^(fe[89ab][0-9a-f]:[0-9a-f:]+)%[\w.-]+$/i, "$1");
}
