import { decodeReferences, encodeInsertion, encodeValue } from "./character-references.ts";
import { type PolicyScript, policyInPrefix, type Summed, summedIn } from "./content-security-policy.ts";
import { cssEdits } from "./css.ts";
import { type Decoded, edited, inSource } from "./decoded.ts";
import type { PlainPaths } from "./plain-paths.ts";
import {
  type AddressBase,
  type AddressEdit,
  addressEdit,
  baseAt,
  isOriginOf,
  type PrefixedApp,
} from "./prefixed-app.ts";
import { toldAtHome } from "./referrer-policy.ts";
import { refreshAddress } from "./refresh.ts";
import { srcsetAddresses } from "./srcset.ts";
import { type Attribute, attributeValue, type StartTag } from "./start-tag.ts";

/** What the attributes of a page are rewritten with. */
export type PageContext = {
  app: PrefixedApp;
  paths: PlainPaths;
  /** Of the page, and then what its first `<base>` says. */
  base: AddressBase | undefined;
  /** Was there a `<base>`? */
  based: boolean;
  /** Our script, if it goes into the page. */
  policy: PolicyScript | undefined;
  /** What the page's policies name by checksums, so far. */
  summed: Summed;
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

/** How addresses begin that may change: a path, a scheme, or what is left out before them. */
const BEGINS_ADDRESS: ReadonlySet<number> = new Set(Array.from("/\t\n\f\r hHwW", (char) => char.charCodeAt(0)));

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
    for (const edit of attributeEdits(name, tag.text.slice(from, to), page)) {
      edits.push({ from: from + edit.from, to: from + edit.to, text: edit.text });
    }
  }
  return edits;
}

const NONE: readonly AddressEdit[] = [];

/** Can the value of an attribute change that begins with this character, whatever the element is? */
export function mayChange(name: string, first: number): boolean {
  // The commonest of those that stay.
  return name === "referrerpolicy" || (KINDS.has(name) && first !== 0x23);
}

/** What changes in the value of an attribute, as it is written, whatever the element and its other attributes are. */
export function attributeEdits(name: string, raw: string, page: PageContext): readonly AddressEdit[] {
  const first = raw.charCodeAt(0);
  if (!mayChange(name, first)) return NONE;
  const kind = KINDS.get(name);
  if (kind === undefined) {
    const told = toldAtHome(raw);
    return told === raw ? NONE : [{ from: 0, to: raw.length, text: told }];
  }
  if (kind === "address" && !raw.includes("&")) {
    // Without dots that climb its beginning tells.
    if (!raw.includes("..")) {
      if (!BEGINS_ADDRESS.has(first)) return NONE;
      if (page.paths.has(raw)) return page.base?.elsewhere ? NONE : page.paths.edits;
    }
    const edit = addressEdit(page.app, raw, page.base);
    return edit ? [{ from: edit.from, to: edit.to, text: encodeInsertion(edit.text) }] : NONE;
  }
  const value = decodeReferences(raw);
  return inSource(valueEdits(kind, value, page), value, 0).map((edit) => ({
    ...edit,
    text: encodeInsertion(edit.text),
  }));
}

function valueEdits(kind: Kind, { text }: Decoded, page: PageContext): AddressEdit[] {
  switch (kind) {
    case "srcset":
      return placesEdits(page, text, srcsetAddresses(text));
    case "addresses":
      return placesEdits(
        page,
        text,
        [...text.matchAll(/[^\t\n\f\r ]+/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length })),
      );
    case "css":
      return text.includes("(") ? cssEdits(page.app, text, page.base) : [];
    case "address": {
      const edit = addressEdit(page.app, text, page.base);
      return edit ? [edit] : [];
    }
  }
}

function placesEdits({ app, base }: PageContext, text: string, places: { from: number; to: number }[]): AddressEdit[] {
  return places.flatMap(({ from, to }) => {
    const edit = addressEdit(app, text.slice(from, to), base);
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
  const inValue = (edits: AddressEdit[]) =>
    inSource(edits, decoded, from).map((edit) => ({ ...edit, text: encodeInsertion(edit.text) }));
  let changed = text;
  if (tag.name === "iframe") changed = page.srcdoc(text);
  else if (tag.name === "base") return inValue(baseEdits(text, page));
  else if (attributeValue(tag, "name")?.trim().toLowerCase() === "referrer") changed = toldAtHome(text);
  else {
    switch (attributeValue(tag, "http-equiv")?.trim().toLowerCase()) {
      case "refresh": {
        const place = refreshAddress(text);
        return inValue(place ? placesEdits(page, text, [place]) : []);
      }
      case "content-security-policy": {
        const { scripts, styles } = summedIn([text]);
        page.summed = { scripts: page.summed.scripts || scripts, styles: page.summed.styles || styles };
        changed = policyInPrefix(page.app, text, page.policy);
        break;
      }
      case "content-security-policy-report-only":
        changed = policyInPrefix(page.app, text, page.policy);
        break;
      default:
    }
  }
  return changed === text ? [] : [{ from, to, text: encodeValue(changed, quote) }];
}

/** What changes in the base of a page's addresses, of which only the first counts. */
function baseEdits(href: string, page: PageContext): AddressEdit[] {
  const { app, base, based } = page;
  const edit = addressEdit(app, href, base);
  const edits = edit ? [edit] : [];
  page.based = true;
  if (base && !based) page.base = baseAt(app, edited(href, edits), base) ?? base;
  return edits;
}

/**
 * Is what this element loads changed on its way, so that its checksum cannot hold? Style sheets of the app are, and the
 * start script of Sonarr's family; other scripts are not.
 */
function changesWhatItLoads(tag: StartTag, page: PageContext): boolean {
  if (tag.name === "script") {
    const src = attributeValue(tag, "src");
    return src !== undefined && /(?:^|\/)initialize\.js(?:[?#]|\s*$)/i.test(src.slice(-256)) && leadsIntoApp(page, src);
  }
  if (tag.name !== "link") return false;
  const rel = (attributeValue(tag, "rel") ?? "").toLowerCase().split(/\s+/, 50);
  const style = rel.includes("preload") && attributeValue(tag, "as")?.trim().toLowerCase() === "style";
  const href = attributeValue(tag, "href");
  return href !== undefined && (style || rel.includes("stylesheet")) && leadsIntoApp(page, href);
}

/** Does an address lead to the app? Relative ones do. */
function leadsIntoApp({ app, base }: PageContext, address: string): boolean {
  if (addressEdit(app, address, base)) return true;
  const [, origin, path] = /^\s*((?:[a-z][a-z0-9+.-]*:|(?=\/\/))(?:\/\/[^/?#\\]*)?)?(.*)$/is.exec(address) ?? [];
  if (origin) return isOriginOf(app.rule.origins, origin) && (path ?? "").startsWith(app.rule.prefix);
  if (base?.elsewhere) return false;
  return !/^[/\\]/.test(path ?? "") || (path ?? "").startsWith(app.rule.prefix);
}

function withSpace(text: string, at: number): number {
  return /[\t\n\f\r ]/.test(text[at - 1] ?? "") ? at - 1 : at;
}
