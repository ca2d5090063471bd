import type { PageScript, TextRewriter } from "./body-rewriter.ts";
import { createCssRewriter } from "./css.ts";
import { edited } from "./decoded.ts";
import { attributeEdits, type PageContext, tagEdits } from "./html-attributes.ts";
import { createHtmlTokenizer } from "./html-tokenizer.ts";
import { createImportMapRewriter, createSpeculationRulesRewriter } from "./manifest.ts";
import { plainPaths } from "./plain-paths.ts";
import type { AddressBase, PrefixedApp } from "./prefixed-app.ts";
import { attributeValue, type StartTag } from "./start-tag.ts";
import { createUrlBaseRewriter } from "./url-base.ts";

/** How deep documents in `srcdoc` are looked at: one may hold another, and so on. */
const MAX_SRCDOC = 2;

/**
 * Rewrites HTML while it passes, and puts `script` before all other scripts. Only the values that change do; a tag over
 * 1 MiB passes as it is, and so do attributes from the 1001st of a tag on. What is held at any time is no more than one
 * tag, one JSON script of 256 KiB, or one inline script of 50 KiB. `base`: where the browser knows the page;
 * undefined for a piece of one.
 */
export function createHtmlRewriter(app: PrefixedApp, script?: PageScript, base?: AddressBase): TextRewriter {
  return rewriterAt(0, app, script, base, true);
}

function rewriterAt(
  depth: number,
  app: PrefixedApp,
  script: PageScript | undefined,
  base: AddressBase | undefined,
  scripting: boolean,
): TextRewriter {
  let out = "";
  /** What is still to be put in. */
  let markup = script?.markup ?? "";
  let whole = !script?.wholePagesOnly;
  let content: TextRewriter | undefined;

  const page: PageContext = {
    app,
    paths: plainPaths(app.rule),
    // A piece of a page is relative to whatever page it goes into.
    base: whole ? base : undefined,
    based: false,
    policy: script?.policy,
    summed: script?.policy.summed ?? { scripts: false, styles: false },
    srcdoc(html) {
      if (depth === MAX_SRCDOC) return html;
      const inner = rewriterAt(depth + 1, app, script && { ...script, wholePagesOnly: false }, page.base, scripting);
      return inner.push(html) + inner.end();
    },
  };

  /** What goes before a start tag: it is the last place for our script, unless a head may still come. */
  function before(name: string): string {
    if (markup && (name === "html" || name === "head")) {
      beWhole();
      return "";
    }
    const given = placed();
    return whole ? given : "";
  }

  function beWhole(): void {
    if (!whole) page.base = base;
    whole = true;
  }

  function placed(): string {
    const given = markup;
    markup = "";
    return given;
  }

  const tokenizer = createHtmlTokenizer(
    {
      pass(text) {
        out += text;
      },
      doctype: beWhole,
      wantsAll: () => markup !== "",
      value: (attribute, raw) => attributeEdits(attribute, raw, page),
      startTag(tag) {
        const lead = before(tag.name);
        const edits = tagEdits(tag, page);
        const behind = tag.name === "head" ? placed() : "";
        content = tag.foreign ? undefined : contentRewriter(tag);
        if (!edits.length) return lead || behind ? lead + tag.text + behind : undefined;
        return lead + edited(tag.text, edits) + behind;
      },
      longTag() {
        content = undefined;
        return before("");
      },
      rawText(text) {
        out += content ? content.push(text) : text;
      },
      rawTextEnd() {
        out += content?.end() ?? "";
        content = undefined;
      },
    },
    scripting,
  );

  function contentRewriter(tag: StartTag): TextRewriter | undefined {
    // A nonce lets it in, whatever is in it.
    const nonce = attributeValue(tag, "nonce");
    switch (tag.name) {
      case "style":
        return page.summed.styles && !nonce ? undefined : createCssRewriter(app, page.base);
      case "noscript":
        // Seen by browsers whose scripts are off.
        return scripting ? rewriterAt(depth, app, undefined, page.base, false) : undefined;
      case "script":
        if (page.summed.scripts && !nonce) return undefined;
        break;
      default:
        return undefined;
    }
    switch (attributeValue(tag, "type")?.trim().toLowerCase()) {
      case "importmap":
        return createImportMapRewriter(app, page.base);
      case "speculationrules":
        return createSpeculationRulesRewriter(app, page.base);
      case undefined:
      case "":
      case "text/javascript":
      case "application/javascript":
        return tag.attributes.some(({ name }) => name === "src") ? undefined : createUrlBaseRewriter(app);
      default:
        return undefined;
    }
  }

  function given(): string {
    const given = out;
    out = "";
    return given;
  }

  return {
    push(text, bytes = bytesOf(text)) {
      tokenizer.push(text, bytes);
      return given();
    },
    end() {
      tokenizer.end();
      return given();
    },
  };
}

/** The bytes of a text that came out of a page; undefined when references in a `srcdoc` stood for other characters. */
function bytesOf(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "latin1");
  return bytes.toString("latin1") === text ? bytes : undefined;
}
