import { parseAddress } from "../../kit/addresses.ts";

/** The name in a Host header, lower case, without port and without brackets; undefined when it is not well-formed. */
export function hostName(host: string): string | undefined {
  if (host.length > 262) return undefined;
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/.exec(host);
  if (bracketed) return bracketed[1]?.toLowerCase();
  const plain = /^([A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(host);
  return plain ? plain[1]?.toLowerCase() : undefined;
}

/** Which names the gateway answers to: IP literals always, else only those of the list (DNS rebinding). */
export function createHostCheck(names: readonly string[]): (host: string) => boolean {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return (host) => {
    const name = hostName(host);
    if (name === undefined) return false;
    return allowed.has(name) || parseAddress(name) !== undefined;
  };
}
