import type { TextRewriter } from "./body-rewriter.ts";
import { edited } from "./decoded.ts";
import { type JsonPath, jsonAddressEdits, jsonStringEdits, jsonStrings } from "./json-addresses.ts";
import type { AddressBase, AddressEdit, PrefixedApp } from "./prefixed-app.ts";
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
  return wholeText(MAX_DOCUMENT, (text) => edited(text, importMapEdits(app, base, text)));
}

/**
 * What changes in an import map. No script can change what `import "/x.js"` asks for, so a module that is mapped by such
 * a path stays mapped by it, beside the one in the prefix.
 */
function importMapEdits(app: PrefixedApp, base: AddressBase | undefined, text: string): AddressEdit[] {
  const strings = jsonStrings(text) ?? [];
  return strings.flatMap((string, at) => {
    const { path, isName, from, to } = string;
    const edits = isInImportMap(path, isName) ? jsonStringEdits(app, base, string) : [];
    const target = strings[at + 1];
    const isModule = isName && path.length === (path[0] === "imports" ? 1 : 2);
    // `null` maps to nothing.
    if (!edits.length || !isModule || !target || target.isName || target.path.length !== path.length + 1) return edits;
    const moved = jsonStringEdits(app, base, { ...target, from: 0 });
    const copy = `"${text.slice(from, to)}": "${edited(text.slice(target.from, target.to), moved)}", `;
    return [{ from: from - 1, to: from - 1, text: copy }, ...edits];
  });
}

/** Is this string of an import map an address? */
function isInImportMap(path: JsonPath, isName: boolean): boolean {
  if (path[0] === "imports") return path.length === (isName ? 1 : 2);
  if (path[0] === "scopes") return path.length <= (isName ? 2 : 3) && path.length !== (isName ? 0 : 2);
  return path[0] === "integrity" && path.length === 1 && isName;
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
