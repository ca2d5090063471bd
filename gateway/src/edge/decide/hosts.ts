import { parseAddress } from "../../kit/addresses.ts";

/** Longest Host, in characters: a name, a port, and the colon or the brackets beside them. */
const MAX_HOST = 262;

/** The name in a Host header, lower case, without port and without brackets; undefined when it is not well-formed. */
export function hostName(host: string): string | undefined {
  if (host.length > MAX_HOST) return undefined;
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/.exec(host);
  if (bracketed) return bracketed[1]?.toLowerCase();
  const plain = /^([A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(host);
  return plain ? plain[1]?.toLowerCase() : undefined;
}

/** Spellings of Host that are remembered; a stranger may send any. */
const MAX_KNOWN = 1024;

/** Which names the gateway answers to: IP literals always, else only those of the list (DNS rebinding). */
export function createHostCheck(names: readonly string[]): (host: string) => boolean {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  const known = new Map<string, boolean>();
  return (host) => {
    // Not remembered either: a header full of it would take much memory.
    if (host.length > MAX_HOST) return false;
    let answer = known.get(host);
    if (answer === undefined) {
      const name = hostName(host);
      answer = name !== undefined && (allowed.has(name) || parseAddress(name) !== undefined);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(host, answer);
    }
    return answer;
  };
}
