/** Where an app lies, for whoever puts its prefix before the addresses that it names. */
export type PrefixRule = {
  /** `/apps/grafana/`: always with a trailing slash. */
  prefix: string;
  /** Beginnings of paths that are left as they are (a route's `excludePaths`). */
  exclude: readonly string[];
  /** Origins at which the app is reached, `https://nas.local:8444`: an address there is one of the app's own. */
  origins: readonly string[];
};

/**
 * An address as it must be written in the prefix: `/x` becomes `/apps/grafana/x`, and so does the path of a whole
 * address at one of the rule's origins (`wss:` counts as `https:`). Everything else comes back as it is: relative
 * addresses, those elsewhere, those below the prefix already, those that are excluded, and the gateway's own below
 * `/apps/.nekzus/`.
 *
 * The only rule for what belongs into the prefix: the edge's rewriters and the script in the page both call it, and the
 * latter takes it by its text, so it uses nothing from outside.
 */
export function intoPrefix(rule: PrefixRule, address: string): string {
  const { prefix } = rule;
  // Browsers leave out white space around an address, and tabs and line ends within. Most have none.
  let start = address.charCodeAt(0) > 0x20 ? 0 : (/^[\t\n\f\r ]*/.exec(address)?.[0].length ?? 0);
  const second = address.charCodeAt(start + 1);
  if (address.charCodeAt(start) !== 0x2f || second === 0x2f || second === 0x5c) {
    const whole = /^(?:(https?|wss?):)?\/\/([^/?#\\]*)/i.exec(address.slice(start));
    if (!whole) return address;
    const scheme = whole[1]?.toLowerCase().replace("ws", "http");
    const host = (whole[2] as string).toLowerCase();
    const ours = rule.origins.some((origin) =>
      scheme ? origin === `${scheme}://${host}` : origin.slice(origin.indexOf("//") + 2) === host,
    );
    if (!ours) return address;
    start += whole[0].length;
    if (start === address.length) return `${address}${prefix}`;
    if (address.charCodeAt(start) !== 0x2f) return `${address.slice(0, start)}${prefix}${address.slice(start)}`;
  }
  const path = address.slice(start);
  if (path.startsWith(prefix) || path.startsWith("/apps/.nekzus/")) return address;
  if (path.startsWith(prefix.slice(0, -1))) {
    const end = path.search(/[?#\t\n\f\r ]/);
    if (prefix.length === (end < 0 ? path.length : end) + 1) return address;
  }
  if (rule.exclude.some((beginning) => path.startsWith(beginning))) return address;
  return address.slice(0, start) + prefix + path.slice(1);
}

/** Longest address that is looked at for what it means; longer ones are data. */
const MAX_UNUSUAL = 4096;
/** What can make an address lead elsewhere than its beginning says: dots that climb, backslashes, a scheme without slashes. */
const UNUSUAL = /^[^?#]*(?:\.\.|%2e|\\)|^[\t\n\f\r ]*(?:https?|wss?):(?!\/\/)/i;

/** May an address lead elsewhere than its beginning says? Then {@link asMeant} tells where. */
export function isUnusual(address: string): boolean {
  return address.length <= MAX_UNUSUAL && UNUSUAL.test(address) && !/^[\t\n\f\r ]*(?:data|blob):/i.test(address);
}

/**
 * An address as the app understands it at its own root, where dots cannot climb above the app: whole, and only where a
 * browser would leave the prefix with it. `base`: the whole address of what names it, in the prefix.
 */
export function asMeant(rule: PrefixRule, base: string, address: string): string {
  const asWritten = URL.parse(address, base)?.href;
  if (!asWritten || isElsewhere(rule, asWritten) || intoPrefix(rule, asWritten) === asWritten) return address;
  return intoPrefix(rule, URL.parse(address, withoutPrefix(rule, base))?.href ?? asWritten);
}

/** Is a whole address at none of the origins of the app? */
export function isElsewhere({ origins }: PrefixRule, url: string): boolean {
  const http = url.replace(/^ws/i, "http");
  return /^https?:/i.test(http) && !origins.some((origin) => http.startsWith(`${origin}/`));
}

function withoutPrefix({ prefix, origins }: PrefixRule, base: string): string {
  const origin = origins.find((one) => base.startsWith(one + prefix));
  return origin === undefined ? base : `${origin}/${base.slice(origin.length + prefix.length)}`;
}
