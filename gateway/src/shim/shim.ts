import { createFix } from "./address.ts";
import { kindOf } from "./attributes.ts";
import { rewriteCss } from "./css.ts";
import { rewriteHtml } from "./html.ts";
import type { Scope } from "./scope.ts";
import type { Settings } from "./settings.ts";
import { rewriteSrcset } from "./srcset.ts";
import { createChange } from "./trusted.ts";

/** What the hooks of one scope share. */
export type Shim = {
  readonly scope: Scope;
  readonly settings: Settings;
  /** An address as it must be written in the prefix. */
  fix(address: string): string;
  /** The same for markup, a style sheet, and the value of an attribute. */
  fixHtml(html: string): string;
  fixCss(css: string): string;
  /** The same for the text of a `<style>`, which must stay where a policy names it by its checksum. */
  fixSheet(css: string): string;
  fixAttribute(element: Element, name: string, value: string): string;
  /** The same for whatever a page gives the browser in place of such text. */
  address(value: unknown): unknown;
  html(value: unknown): unknown;
  css(value: unknown): unknown;
  attribute(element: Element, name: string, value: unknown): unknown;
  /** Markup of ours, for a page that takes trusted values only. */
  trustHtml(html: string): unknown;
  /** Puts the hooks into another scope that this one made, a frame or window without an address of its own. */
  installInto(scope: Scope): void;
};

export function createShim(scope: Scope, settings: Settings, installInto: (scope: Scope) => void): Shim {
  const fix = createFix(settings.rule, () => scope.document?.baseURI ?? scope.location.href);
  const fixCss = (css: string) => rewriteCss(css, fix);
  const fixSheet = (css: string) => (settings.keepsSheets || hasSums(scope.document) ? css : fixCss(css));
  const fixHtml = (html: string) => rewriteHtml(html, (tag, name, value) => simple(tag, name, value), fixSheet);
  const { change, trustHtml } = createChange(scope);

  function simple(tag: string, name: string, value: string): string {
    switch (kindOf(tag, name)) {
      case "address":
        return fix(value);
      case "addresses":
        return value.replace(/\S+/g, fix);
      case "srcset":
        return rewriteSrcset(value, fix);
      case "css":
        return fixCss(value);
      default:
        return value;
    }
  }

  function fixAttribute(element: Element, name: string, value: string): string {
    if (kindOf(element.localName, name) !== "srcdoc") return simple(element.localName, name, value);
    const sandbox = element.getAttribute("sandbox");
    const html = fixHtml(value);
    return sandbox === null || /\ballow-scripts\b/i.test(sandbox) ? withTag(html, settings.tag) : html;
  }

  return {
    scope,
    settings,
    fix,
    fixHtml,
    fixCss,
    fixSheet,
    fixAttribute,
    address: (value) => change(value, fix),
    html: (value) => change(value, fixHtml),
    css: (value) => change(value, fixCss),
    attribute: (element, name, value) =>
      kindOf(element.localName, name) ? change(value, (text) => fixAttribute(element, name, text)) : value,
    trustHtml,
    installInto,
  };
}

/** Does a policy that stands in the page name something by its checksum? */
function hasSums(document: Document | undefined): boolean {
  return !!document?.head?.querySelector(`meta[http-equiv="content-security-policy" i][content*="'sha"]`);
}

/** A document that the page makes itself gets our tag in front of everything but its doctype. */
function withTag(html: string, tag: string): string {
  if (!html || html.includes(tag)) return html;
  const [doctype = ""] = /^\s*<!doctype[^>]*>/i.exec(html) ?? [];
  return doctype + tag + html.slice(doctype.length);
}
