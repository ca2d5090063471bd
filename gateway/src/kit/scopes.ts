/**
 * Does a set of scopes grant the required one? `read:*` covers `read:catalog`; `access:*` covers every
 * app but never `access:admin` (ruling R19).
 */
export function grants(have: readonly string[], required: string): boolean {
  if (have.includes(required)) return true;
  if (required === "access:admin") return false;
  const colon = required.indexOf(":");
  return colon > 0 && have.includes(`${required.slice(0, colon + 1)}*`);
}

/** Does a set of scopes grant all the required ones? */
export function grantsAll(have: readonly string[], required: readonly string[]): boolean {
  return required.every((scope) => grants(have, scope));
}

/** What both lists grant: a token never gives more than its owner holds now, nor more than it was made for. */
export function commonScopes(now: readonly string[], token: readonly string[]): string[] {
  const both = [...now.filter((scope) => grants(token, scope)), ...token.filter((scope) => grants(now, scope))];
  return [...new Set(both)];
}
