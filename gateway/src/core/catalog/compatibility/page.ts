import { Parser } from "htmlparser2";
import { createLines } from "./lines.ts";
import type { Dest } from "./visit.ts";

/** What a page names, and where. */
export type Page = {
  /** Files that are read as well, in the order of the page. */
  assets: { address: string; dest: Dest; line: number }[];
  /** Addresses that a browser fetches or goes to. */
  addresses: { address: string; fetched: boolean; line: number }[];
  /** Scripts and styles within it. */
  inline: { kind: "script" | "style"; text: string; firstLine: number }[];
  /** Value of `<base href>`. */
  base: string | undefined;
  /** Policies that stand in the page. */
  policies: string[];
  referrerPolicy: string | undefined;
  /** Is the gateway's script in it? */
  hasPageScript: boolean;
};

/** Most of each that is looked at: a page can name anything. */
const MOST_ADDRESSES = 5000;
const MOST_INLINE = 200;

/** Elements whose addresses a browser fetches by itself, with the attribute. */
const FETCHED: Readonly<Record<string, string>> = {
  script: "src",
  img: "src",
  iframe: "src",
  source: "src",
  video: "src",
  audio: "src",
  embed: "src",
  object: "data",
};
/** Those to which a person goes. */
const VISITED: Readonly<Record<string, string>> = { a: "href", area: "href", form: "action" };

/** Types of scripts that browsers run; others are data. */
const RUNS = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;

/** Reads a page as a browser gets it. Nothing of it runs. `ownScript`: the path of the gateway's script. */
export function readPage(html: string, ownScript: string): Page {
  const page: Page = {
    assets: [],
    addresses: [],
    inline: [],
    base: undefined,
    policies: [],
    referrerPolicy: undefined,
    hasPageScript: false,
  };
  const placeOf = createLines(html);
  let inside: Page["inline"][number] | undefined;

  function address(value: string | undefined, fetched: boolean, at: number): void {
    if (value && page.addresses.length < MOST_ADDRESSES) page.addresses.push({ address: value, fetched, line: at });
  }

  function asset(value: string | undefined, dest: Dest, at: number): void {
    if (value && page.assets.length < MOST_ADDRESSES) page.assets.push({ address: value, dest, line: at });
  }

  const parser = new Parser({
    onopentag(name, attributes) {
      const at = placeOf(parser.startIndex).line;
      if (Object.hasOwn(FETCHED, name)) address(attributes[FETCHED[name] as string], true, at);
      else if (Object.hasOwn(VISITED, name)) address(attributes[VISITED[name] as string], false, at);
      switch (name) {
        case "base":
          page.base ??= attributes.href;
          break;
        case "script":
          if (attributes.src?.split("?")[0]?.endsWith(ownScript)) page.hasPageScript = true;
          else if (!RUNS.test(attributes.type ?? "")) break;
          else if (attributes.src) asset(attributes.src, "script", at);
          else inside = { kind: "script", text: "", firstLine: at };
          break;
        case "style":
          inside = { kind: "style", text: "", firstLine: at };
          break;
        case "link":
          link(attributes, at);
          break;
        case "meta":
          meta(attributes);
      }
    },
    ontext(text) {
      if (inside) inside.text += text;
    },
    onclosetag() {
      if (inside?.text && page.inline.length < MOST_INLINE) page.inline.push(inside);
      inside = undefined;
    },
  });

  function link({ rel = "", href, as = "" }: Record<string, string>, at: number): void {
    const relations = rel.toLowerCase().split(/\s+/);
    const fetched = relations.some((one) =>
      /^(?:stylesheet|icon|manifest|preload|modulepreload|apple-touch-icon)$/.test(one),
    );
    address(href, fetched, at);
    if (relations.includes("stylesheet")) asset(href, "style", at);
    else if (relations.includes("manifest")) asset(href, "manifest", at);
    else if (relations.includes("modulepreload") || as.toLowerCase() === "script") asset(href, "script", at);
  }

  function meta(attributes: Record<string, string>): void {
    const { content = "" } = attributes;
    if (attributes["http-equiv"]?.toLowerCase() === "content-security-policy") page.policies.push(content);
    if (attributes.name?.toLowerCase() === "referrer") page.referrerPolicy = content.trim().toLowerCase();
  }

  parser.end(html);
  return page;
}
