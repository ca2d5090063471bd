import type { TextRewriter } from "./body-rewriter.ts";
import { edited } from "./decoded.ts";
import { jsonStrings } from "./json-addresses.ts";
import type { AddressEdit, PrefixedApp } from "./prefixed-app.ts";
import { wholeText } from "./whole-text.ts";

/** Longest document or script that is looked at, in bytes. */
const MAX_LENGTH = 50 * 1024;

/** How the start script of the family begins: `window.Sonarr = {`. */
const BEGINNING = /^\s{0,1000}window\.[A-Za-z_$][\w$]{0,60}\s{0,100}=\s{0,100}\{/;
/** A member that is empty or the root, and followed by the next or by the end of its object. */
const MEMBER = /([{,\s])(urlBase|'urlBase'|"urlBase")(\s{0,100}:\s{0,100})(?:""|''|"\/"|'\/')(?=\s{0,100}[,}])/g;

/**
 * Sonarr, Radarr, Prowlarr and their family tell their pages in a start document where they lie: `urlBase`, empty when
 * they know of no prefix. It becomes the prefix, as JSON at the top and as a member of what `window.…` is set to.
 * Only there: their API has settings of the same name, which a page would save again.
 */
export function createUrlBaseRewriter(app: PrefixedApp): TextRewriter {
  return wholeText(MAX_LENGTH, (text) => {
    // Most scripts name no such thing, and JSON can spell it with escapes only besides.
    if (!text.includes("urlBase") && !text.includes("\\u")) return text;
    return edited(text, jsonEdits(app, text) ?? scriptEdits(app, text));
  });
}

function jsonEdits(app: PrefixedApp, text: string): AddressEdit[] | undefined {
  return jsonStrings(text)
    ?.filter(({ path, isName }) => !isName && path.length === 1 && path[0] === "urlBase")
    .filter(({ value }) => value.text === "" || value.text === "/")
    .map(({ from, to }) => ({ from, to, text: JSON.stringify(withoutSlash(app)).slice(1, -1) }));
}

function scriptEdits(app: PrefixedApp, text: string): AddressEdit[] {
  if (!BEGINNING.test(text)) return [];
  return [...text.matchAll(MEMBER)].map((match) => {
    const [whole, lead, name, colon] = match as unknown as [string, string, string, string];
    const from = match.index + lead.length + name.length + colon.length;
    return { from, to: match.index + whole.length, text: JSON.stringify(withoutSlash(app)) };
  });
}

function withoutSlash({ rule }: PrefixedApp): string {
  return rule.prefix.slice(0, -1);
}
