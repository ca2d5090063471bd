import { asMeant, intoPrefix, isElsewhere, isUnusual, type PrefixRule } from "../wire/prefix-rule.ts";

/**
 * Makes the function that puts an address into the prefix, as it must be written there. `base` tells what addresses in
 * this scope are relative to, at the time of the call.
 */
export function createFix(rule: PrefixRule, base: () => string): (address: string) => string {
  return (address) => {
    if (isUnusual(address)) return asMeant(rule, base(), address);
    const inside = intoPrefix(rule, address);
    // Below a <base> elsewhere, paths are not ours.
    if (inside !== address && /^[\t\n\f\r ]*\/(?!\/)/.test(address) && isElsewhere(rule, base())) return address;
    return inside;
  };
}
