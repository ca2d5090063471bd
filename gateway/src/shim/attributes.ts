/** How the value of an attribute is read. */
type Kind = "address" | "addresses" | "srcset" | "css" | "srcdoc";

const words = (text: string) => new Set(text.split(" "));

/** Attributes that name what is fetched or opened, and the elements on which they do, as browsers spell both. */
const ATTRIBUTES = new Map<string, { kind: Kind; tags: ReadonlySet<string> | undefined }>([
  ["src", { kind: "address", tags: words("audio embed frame iframe img input script source track video") }],
  ["href", { kind: "address", tags: words("a area base feImage feimage image link script use") }],
  ["xlink:href", { kind: "address", tags: words("a feImage feimage image script use") }],
  ["action", { kind: "address", tags: words("form") }],
  ["formaction", { kind: "address", tags: words("button input") }],
  ["poster", { kind: "address", tags: words("video") }],
  ["data", { kind: "address", tags: words("object") }],
  ["background", { kind: "address", tags: words("body table td th tr") }],
  ["ping", { kind: "addresses", tags: words("a area") }],
  ["srcset", { kind: "srcset", tags: words("img source") }],
  ["imagesrcset", { kind: "srcset", tags: words("link") }],
  ["style", { kind: "css", tags: undefined }],
  ["srcdoc", { kind: "srcdoc", tags: words("iframe") }],
]);
/** Attributes of SVG in which a `url()` may stand. Charts set them all the time, so that nobody looks after them later. */
const OF_STYLE = words("fill stroke filter mask clip-path cursor marker-start marker-mid marker-end");

/** Finds every element that has one of them. `*|href`: also in the namespace of XLink. */
export const WITH_ATTRIBUTES = [...ATTRIBUTES.keys()]
  .map((name) => (name === "xlink:href" ? "[*|href]" : name === "style" ? '[style*="("]' : `[${name}]`))
  .join(",");

/** For a `MutationObserver`, which knows names without their namespace. */
export const ATTRIBUTE_NAMES = [...ATTRIBUTES.keys()].filter((name) => !name.includes(":"));

/** How an attribute of an element is read; undefined when it names nothing. `tag` is the element's local name. */
export function kindOf(tag: string, name: string): Kind | undefined {
  const found = ATTRIBUTES.get(name) ?? ATTRIBUTES.get(name.toLowerCase());
  if (!found && OF_STYLE.has(name)) return "css";
  return found && (!found.tags || found.tags.has(tag)) ? found.kind : undefined;
}
