import { isUtf8 } from "node:buffer";
import { asMeant, intoPrefix, isElsewhere, isUnusual, type PrefixRule } from "../../../wire/prefix-rule.ts";

/** An app that knows nothing of its prefix, as the rewriters of its answers see it. */
export type PrefixedApp = {
  rule: PrefixRule;
  /**
   * Origins of the upstream itself, `http://grafana:3000`, lower case, without a default port. No client reaches them,
   * so an address there loses its origin, and its path goes into the prefix.
   */
  upstreamOrigins: readonly string[];
};

/** What changes in an address: `text` in place of what lies between `from` and `to`. */
export type AddressEdit = { from: number; to: number; text: string };

/** What the addresses in a document are relative to. */
export type AddressBase = {
  /** The whole address. */
  url: string;
  /** Is it none of the app's? Then mere paths are not the app's either. */
  elsewhere: boolean;
};

/** The base at this address, which may be relative to the base before; a path where a client knows the document. */
export function baseAt({ rule }: PrefixedApp, address: string, before?: AddressBase): AddressBase | undefined {
  const url = URL.parse(address, before?.url ?? rule.origins[0])?.href;
  return url === undefined ? undefined : { url, elsewhere: isElsewhere(rule, url) };
}

/** White space that browsers leave out before an address, then scheme and host. */
const ORIGIN = /^[\t\n\f\r ]*((?:(?:https?|wss?):)?\/\/[^/?#\\]*)?/i;

/**
 * How an address of the app must change so that it leads into the prefix; undefined when it stays as it is. As a place
 * and not as a whole new address, so that the rest keeps its spelling (entities, escapes). Without a base, what dots do
 * to it is not looked at.
 */
export function addressEdit(app: PrefixedApp, address: string, base?: AddressBase): AddressEdit | undefined {
  const { rule, upstreamOrigins } = app;
  // Most are paths, and need no look for an origin.
  const isPath = address.charCodeAt(0) === 0x2f && address.charCodeAt(1) !== 0x2f;
  if (base) {
    if (base.elsewhere && isPath) return undefined;
    // With a backslash it may be a piece of JSON that calls itself HTML.
    if (address.includes("..") && !address.includes("\\")) {
      const meant = meantEdit(rule, address, base);
      if (meant) return meant;
    }
  }
  const lead = isPath ? undefined : (ORIGIN.exec(address) as RegExpExecArray);
  const end = lead?.[0].length ?? 0;
  const origin = lead?.[1];
  if (origin && isOriginOf(upstreamOrigins, origin)) {
    return { from: end - origin.length, to: end, text: pathlessPrefix(rule, address.slice(end)) };
  }
  const whole = intoPrefix(rule, address);
  const longer = whole.length - address.length;
  if (longer === 0) return undefined;
  // The rule puts it where the path begins: before its slash, or in place of a missing one.
  return { from: end, to: end, text: longer === rule.prefix.length ? rule.prefix : bareOf(rule.prefix) };
}

/** What goes in place of an address with which a browser would climb out of the prefix. */
function meantEdit(rule: PrefixRule, address: string, { url }: AddressBase): AddressEdit | undefined {
  if (!isUnusual(address) || !isUtf8(Buffer.from(address, "latin1"))) return undefined;
  const spelled = address.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  const meant = asMeant(rule, url, spelled);
  if (meant === spelled) return undefined;
  const origin = rule.origins.find((one) => meant.startsWith(`${one}/`)) ?? "";
  return { from: 0, to: address.length, text: meant.slice(origin.length) };
}

let bare = { of: "", is: "" };

/** A prefix without its slash. One string for the many times that it is put in. */
function bareOf(prefix: string): string {
  if (bare.of !== prefix) bare = { of: prefix, is: prefix.slice(0, -1) };
  return bare.is;
}

/** What goes before the rest of an address whose origin went away: never nothing where two slashes would name a host. */
function pathlessPrefix(rule: PrefixRule, rest: string): string {
  const bare = bareOf(rule.prefix);
  if (/^[/\\]{2}|^\\/.test(rest)) return bare;
  if (!rest.startsWith("/")) return rule.prefix;
  return intoPrefix(rule, rest) === rest ? "" : bare;
}

/** An address as it leads into the prefix. */
export function intoApp(app: PrefixedApp, address: string, base?: AddressBase): string {
  const edit = addressEdit(app, address, base);
  return edit ? address.slice(0, edit.from) + edit.text + address.slice(edit.to) : address;
}

/** Is `https://host`, `wss://host` or `//host` one of these origins? `wss:` counts as `https:`. */
export function isOriginOf(origins: readonly string[], origin: string): boolean {
  if (!origins.length) return false;
  const plain = origin.toLowerCase().replace(/^ws/, "http");
  return origins.some((one) => one === plain || (plain.startsWith("//") && one.endsWith(plain)));
}
