import { intoPrefix, type PrefixRule } from "../wire/prefix-rule.ts";

/** Addresses whose path says something else than it seems: dots that climb, backslashes, a scheme without slashes. */
const UNUSUAL = /^[^?#]*(?:\.\.|%2e|\\)|^[\t\n\f\r ]*(?:https?|wss?):(?!\/\/)/i;

/**
 * Makes the function that puts an address into the prefix, as it must be written there. `base` tells what addresses in
 * this scope are relative to, at the time of the call.
 */
export function createFix(rule: PrefixRule, base: () => string): (address: string) => string {
  return (address) => {
    if (/^(?:data|blob):/i.test(address)) return address;
    if (UNUSUAL.test(address)) return resolved(rule, base(), address);
    const inside = intoPrefix(rule, address);
    // Below a <base> elsewhere, paths are not ours.
    if (inside !== address && /^[\t\n\f\r ]*\/(?!\/)/.test(address) && isElsewhere(rule, base())) return address;
    return inside;
  };
}

/**
 * The address as the app would understand it at its own root, where dots cannot climb above the app; whole, and only if
 * the browser would understand it otherwise.
 */
function resolved(rule: PrefixRule, base: string, address: string): string {
  const asWritten = URL.parse(address, base)?.href;
  if (!asWritten || isElsewhere(rule, asWritten)) return address;
  const meant = URL.parse(address, withoutPrefix(rule, base))?.href ?? asWritten;
  const inside = intoPrefix(rule, meant);
  return inside === asWritten ? address : inside;
}

function withoutPrefix({ prefix, origins }: PrefixRule, base: string): string {
  const origin = origins.find((one) => base.startsWith(one + prefix));
  return origin === undefined ? base : `${origin}/${base.slice(origin.length + prefix.length)}`;
}

function isElsewhere({ origins }: PrefixRule, url: string): boolean {
  const http = url.replace(/^ws/i, "http");
  return /^https?:/i.test(http) && !origins.some((origin) => http.startsWith(`${origin}/`));
}
