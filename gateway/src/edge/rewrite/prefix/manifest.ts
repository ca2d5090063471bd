import type { TextRewriter } from "./body-rewriter.ts";
import { edited } from "./decoded.ts";
import { type JsonPath, jsonAddressEdits } from "./json-addresses.ts";
import type { AddressBase, PrefixedApp } from "./prefixed-app.ts";
import { wholeText } from "./whole-text.ts";

/** Longest document that is looked at, in bytes. */
const MAX_DOCUMENT = 256 * 1024;

/** Members of a web app manifest that are addresses (W3C Web Application Manifest, and what Chromium adds). */
const IN_MANIFEST: ReadonlySet<string> = new Set([
  "start_url",
  "scope",
  // Apps share an origin, and browsers take those with one id for one app.
  "id",
  "icons.*.src",
  "screenshots.*.src",
  "shortcuts.*.url",
  "shortcuts.*.icons.*.src",
  "share_target.action",
  "file_handlers.*.action",
  "file_handlers.*.icons.*.src",
  "protocol_handlers.*.url",
  "note_taking.new_note_url",
  "serviceworker.src",
]);

/** Rewrites a web app manifest; invalid JSON, and one over 256 KiB, passes as it is. */
export function createManifestRewriter(app: PrefixedApp, base?: AddressBase): TextRewriter {
  return documentRewriter(app, base, (path, isName) => !isName && path.length < 6 && IN_MANIFEST.has(path.join(".")));
}

/** Rewrites the content of `<script type=importmap>`: names and values (HTML, section 8.1.5.6). */
export function createImportMapRewriter(app: PrefixedApp, base?: AddressBase): TextRewriter {
  return documentRewriter(app, base, (path, isName) => {
    if (path[0] === "imports") return path.length === (isName ? 1 : 2);
    if (path[0] === "scopes") return path.length <= (isName ? 2 : 3) && path.length !== (isName ? 0 : 2);
    return path[0] === "integrity" && path.length === 1 && isName;
  });
}

/** Rewrites the content of `<script type=speculationrules>`: its lists of addresses and patterns. */
export function createSpeculationRulesRewriter(app: PrefixedApp, base?: AddressBase): TextRewriter {
  return documentRewriter(app, base, (path, isName) => {
    const last = path.at(-1) === "*" ? path.at(-2) : path.at(-1);
    return !isName && (last === "urls" || last === "href_matches");
  });
}

function documentRewriter(
  app: PrefixedApp,
  base: AddressBase | undefined,
  isAddress: (path: JsonPath, isName: boolean) => boolean,
): TextRewriter {
  return wholeText(MAX_DOCUMENT, (text) => edited(text, jsonAddressEdits(app, base, text, isAddress)));
}
