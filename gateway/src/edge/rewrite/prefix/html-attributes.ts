import { decodeReferences, encodeInsertion, encodeValue } from "./character-references.ts";
import { policyInPrefix } from "./content-security-policy.ts";
import { cssEdits } from "./css.ts";
import { type Decoded, inSource } from "./decoded.ts";
import type { PlainPaths } from "./plain-paths.ts";
import { type AddressEdit, addressEdit, isOriginOf, type PrefixedApp } from "./prefixed-app.ts";
import { toldAtHome } from "./referrer-policy.ts";
import { refreshAddress } from "./refresh.ts";
import { srcsetAddresses } from "./srcset.ts";
import { type Attribute, attributeValue, type StartTag } from "./start-tag.ts";

/** What the attributes of a page are rewritten with. */
export type PageContext = {
  app: PrefixedApp;
  paths: PlainPaths;
  /** Path under which the browser knows the page, without query. */
  path: string | undefined;
  /** Rewrites the document in `srcdoc`. */
  srcdoc: (html: string) => string;
};

type Kind = "address" | "addresses" | "srcset" | "css";

/**
 * How the value of an attribute names what a browser loads or goes to. Not here: `cite`, `longdesc` and the like, which
 * nobody loads, and `data-…`, which only scripts read.
 */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    src: "address",
    href: "address",
    "xlink:href": "address",
    action: "address",
    formaction: "address",
    poster: "address",
    background: "address",
    data: "address",
    ping: "addresses",
    srcset: "srcset",
    imagesrcset: "srcset",
    style: "css",
    fill: "css",
    stroke: "css",
    filter: "css",
    mask: "css",
    "clip-path": "css",
    cursor: "css",
    "marker-start": "css",
    "marker-mid": "css",
    "marker-end": "css",
  }),
);

/** Attributes that may change in any element. Others do in an element of their own: `content`, `srcdoc`. */
export const CHANGING_ATTRIBUTES: readonly string[] = [...KINDS.keys(), "integrity", "referrerpolicy"];

/** How addresses begin that may change: a path, a scheme, what is left out before them, and references to any of that. */
const BEGINS_ADDRESS: ReadonlySet<number> = new Set(Array.from("/\t\n\f\r &hHwW", (char) => char.charCodeAt(0)));

/** What changes in a start tag, in order. */
export function tagEdits(tag: StartTag, page: PageContext): AddressEdit[] {
  const edits: AddressEdit[] = [];
  for (const attribute of tag.attributes) {
    const { name, nameFrom, from, to, quote } = attribute;
    if (name === "integrity") {
      const end = to + quote.length;
      if (to > from && changesWhatItLoads(tag, page))
        edits.push({ from: withSpace(tag.text, nameFrom), to: end, text: "" });
      continue;
    }
    if (from === to) continue;
    if (name === "srcdoc" ? tag.name === "iframe" : name === "content" ? tag.name === "meta" : isBase(tag, name)) {
      edits.push(...wholeValueEdits(tag, attribute, page));
      continue;
    }
    for (const edit of attributeEdits(name, tag.text, from, to, page)) {
      edits.push({ from: from + edit.from, to: from + edit.to, text: edit.text });
    }
  }
  return edits;
}

const NONE: readonly AddressEdit[] = [];

/** Can the value of an attribute change that begins with this character, whatever the element is? */
export function mayChange(name: string, first: number): boolean {
  if (name === "referrerpolicy") return true;
  const kind = KINDS.get(name);
  // The commonest of those that stay.
  if (kind === undefined || first === 0x23) return false;
  return kind !== "address" || BEGINS_ADDRESS.has(first);
}

/** What changes in the value between two places of a text, whatever the element and its other attributes are. */
export function attributeEdits(
  name: string,
  text: string,
  from: number,
  to: number,
  { app, paths }: Pick<PageContext, "app" | "paths">,
): readonly AddressEdit[] {
  const kind = KINDS.get(name);
  if (kind === "address" && paths.has(text, from, to)) return paths.edits;
  if (!mayChange(name, text.charCodeAt(from))) return NONE;
  const raw = text.slice(from, to);
  if (kind === undefined) {
    const told = toldAtHome(raw);
    return told === raw ? NONE : [{ from: 0, to: raw.length, text: told }];
  }
  if (kind === "address" && !raw.includes("&")) {
    const edit = addressEdit(app, raw);
    return edit ? [{ from: edit.from, to: edit.to, text: encodeInsertion(edit.text) }] : NONE;
  }
  const value = decodeReferences(raw);
  return inSource(valueEdits(kind, value, app), value, 0).map((edit) => ({
    ...edit,
    text: encodeInsertion(edit.text),
  }));
}

function valueEdits(kind: Kind, { text }: Decoded, app: PrefixedApp): AddressEdit[] {
  switch (kind) {
    case "srcset":
      return placesEdits(app, text, srcsetAddresses(text));
    case "addresses":
      return placesEdits(
        app,
        text,
        [...text.matchAll(/[^\t\n\f\r ]+/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length })),
      );
    case "css":
      return text.includes("(") ? cssEdits(app, text) : [];
    case "address": {
      const edit = addressEdit(app, text);
      return edit ? [edit] : [];
    }
  }
}

function placesEdits(app: PrefixedApp, text: string, places: { from: number; to: number }[]): AddressEdit[] {
  return places.flatMap(({ from, to }) => {
    const edit = addressEdit(app, text.slice(from, to));
    return edit ? [{ from: from + edit.from, to: from + edit.to, text: edit.text }] : [];
  });
}

function isBase(tag: StartTag, attribute: string): boolean {
  return tag.name === "base" && attribute === "href" && !tag.foreign;
}

/** Values that may become another text altogether: a document, a policy, the base of addresses. */
function wholeValueEdits(tag: StartTag, { from, to, quote }: Attribute, page: PageContext): AddressEdit[] {
  const raw = tag.text.slice(from, to);
  const decoded = decodeReferences(raw);
  const { text } = decoded;
  let changed = text;
  if (tag.name === "iframe") changed = page.srcdoc(text);
  else if (tag.name === "base") {
    const edit = addressEdit(page.app, text);
    if (edit) return inSource([{ ...edit, text: encodeInsertion(edit.text) }], decoded, from);
    changed = baseInPrefix(text, page);
  } else if (attributeValue(tag, "name")?.trim().toLowerCase() === "referrer") changed = toldAtHome(text);
  else {
    switch (attributeValue(tag, "http-equiv")?.trim().toLowerCase()) {
      case "refresh": {
        const place = refreshAddress(text);
        const edits = place ? placesEdits(page.app, text, [place]) : [];
        return inSource(edits, decoded, from).map((edit) => ({ ...edit, text: encodeInsertion(edit.text) }));
      }
      case "content-security-policy":
      case "content-security-policy-report-only":
        changed = policyInPrefix(page.app, text);
        break;
      default:
    }
  }
  return changed === text ? [] : [{ from, to, text: encodeValue(changed, quote) }];
}

/**
 * A relative base, `../../`, climbs to the root of the app as it sees itself, and no further; under the prefix it would
 * climb out. Then it becomes the address that the app means.
 */
function baseInPrefix(href: string, { app: { rule }, path }: PageContext): string {
  if (!path?.startsWith(rule.prefix) || /^[\t\n\f\r ]*(?:[a-z][a-z0-9+.-]*:|[/\\]|$)/i.test(href)) return href;
  const host = "http://app.invalid";
  if (URL.parse(href, host + path)?.pathname.startsWith(rule.prefix)) return href;
  const meant = URL.parse(href, host + path.slice(rule.prefix.length - 1));
  return meant ? rule.prefix.slice(0, -1) + meant.pathname + meant.search : href;
}

/**
 * Is what this element loads changed on its way, so that its checksum cannot hold? Style sheets of the app are, and the
 * start script of Sonarr's family; other scripts are not.
 */
function changesWhatItLoads(tag: StartTag, { app }: PageContext): boolean {
  if (tag.name === "script") {
    const src = attributeValue(tag, "src");
    return src !== undefined && /(?:^|\/)initialize\.js(?:[?#]|\s*$)/i.test(src.slice(-256)) && leadsIntoApp(app, src);
  }
  if (tag.name !== "link") return false;
  const rel = (attributeValue(tag, "rel") ?? "").toLowerCase().split(/\s+/, 50);
  const style = rel.includes("preload") && attributeValue(tag, "as")?.trim().toLowerCase() === "style";
  const href = attributeValue(tag, "href");
  return href !== undefined && (style || rel.includes("stylesheet")) && leadsIntoApp(app, href);
}

/** Does an address lead to the app? Relative ones do. */
function leadsIntoApp(app: PrefixedApp, address: string): boolean {
  if (addressEdit(app, address)) return true;
  const [, origin, path] = /^\s*((?:[a-z][a-z0-9+.-]*:|(?=\/\/))(?:\/\/[^/?#\\]*)?)?(.*)$/is.exec(address) ?? [];
  if (origin) return isOriginOf(app.rule.origins, origin) && (path ?? "").startsWith(app.rule.prefix);
  return !/^[/\\]/.test(path ?? "") || (path ?? "").startsWith(app.rule.prefix);
}

function withSpace(text: string, at: number): number {
  return /[\t\n\f\r ]/.test(text[at - 1] ?? "") ? at - 1 : at;
}
