/**
 * What an edge knows about a request that it passes to the core, in one private header. The connection has
 * shown the boot secret, so the core believes it; every header with our prefix that a client sent is removed
 * before.
 */
export type RequestFacts = {
  /** Id of the request, for log and answer. */
  id: string;
  /** The client's address after trusted proxies. */
  address: string;
  /** Did the request pass every test of `local` (design, section 7)? */
  local: boolean;
  /** Did the client speak TLS? */
  secure: boolean;
  listener: "api" | "apps";
};

/** The header that carries the facts. */
export const FACTS_HEADER = "x-nekzus-facts";
/** Every header that begins so is ours alone. */
export const PRIVATE_PREFIX = "x-nekzus-";

export function encodeFacts(facts: RequestFacts): string {
  return `${facts.id} ${facts.address} ${facts.local ? 1 : 0}${facts.secure ? 1 : 0} ${facts.listener}`;
}

/** Throws when the text is not what {@link encodeFacts} made. */
export function decodeFacts(text: string): RequestFacts {
  const match = /^(\S+) (\S+) ([01])([01]) (api|apps)$/.exec(text);
  if (!match) throw new Error("not the facts of an edge");
  return {
    id: match[1] as string,
    address: match[2] as string,
    local: match[3] === "1",
    secure: match[4] === "1",
    listener: match[5] as RequestFacts["listener"],
  };
}
