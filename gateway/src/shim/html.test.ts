import { describe, expect, it } from "vitest";
import { kindOf } from "./attributes.ts";
import { rewriteCss } from "./css.ts";
import { rewriteHtml } from "./html.ts";
import { rewriteSrcset } from "./srcset.ts";

const fix = (address: string) => (address.startsWith("/") ? `/p${address}` : address);
const html = (text: string) =>
  rewriteHtml(
    text,
    (tag, name, value) => (kindOf(tag, name) === "address" ? fix(value) : value),
    (css) => rewriteCss(css, fix),
  );

describe("rewriteHtml", () => {
  it.each([
    [`<img src="/x">`, `<img src="/p/x">`],
    [`<IMG SRC='/x' alt=">">`, `<IMG SRC='/p/x' alt=">">`],
    [`<a href=/x/>y</a>`, `<a href=/p/x/>y</a>`],
    [`<img/src="/x"/>`, `<img/src="/p/x"/>`],
    [`<a title='a>b' href = "/x?a=1&amp;b">`, `<a title='a>b' href = "/p/x?a=1&amp;b">`],
    [`<a href="&#x2F;x&#47;y">`, `<a href="/p/x/y">`],
    [`<path d="M0"/><image href="/x"/><path/>`, `<path d="M0"/><image href="/p/x"/><path/>`],
    [`<style>a{b:url(/x)}</style><img src="/y">`, `<style>a{b:url(/p/x)}</style><img src="/p/y">`],
    [`a < b <img src="/x">`, `a < b <img src="/p/x">`],
  ])("%s", (text, expected) => expect(html(text)).toBe(expected));

  it.each([
    [`<!-- <img src="/x"> -->`],
    [`<script>"<img src='/x'>"</script>`],
    [`<textarea><img src="/x"></TEXTAREA >`],
    [`<p title='<img src="/x">'>`],
    [`<img src="x"><a href="y"`],
    [`<img src="/x`],
    [`<img src="">`],
    [`</img src="/x">`],
  ])("leaves %s", (text) => expect(html(text)).toBe(text));

  it("reads hostile text in one go", () => {
    const begun = performance.now();
    for (const piece of ["<a ", "<", "<a href=", "<!-- ", "<style ", `<a b="`, "<a/ / /"]) html(piece.repeat(50_000));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe("rewriteSrcset", () => {
  it.each([
    ["/a", "/p/a"],
    ["/a 1x, /b 2x", "/p/a 1x, /p/b 2x"],
    ["/a,/b 2x", "/p/a,/b 2x"],
    ["/a, /b", "/p/a, /p/b"],
    [" /a 100w ,\n/b 200w", " /p/a 100w ,\n/p/b 200w"],
    ["data:image/png;base64,A/B 1x, /b 2x", "data:image/png;base64,A/B 1x, /p/b 2x"],
    ["", ""],
  ])("%j", (text, expected) => expect(rewriteSrcset(text, fix)).toBe(expected));
});

describe("rewriteCss", () => {
  it.each([
    [`a{b:url(/x),url( '/y' ) url("z")}`, `a{b:url(/p/x),url( '/p/y' ) url("z")}`],
    [`@import "/x.css"; @import url(/y.css) print;`, `@import "/p/x.css"; @import url(/p/y.css) print;`],
    ["url(data:image/svg+xml,/x)", "url(data:image/svg+xml,/x)"],
    ["a{width:calc(1px / 2)}", "a{width:calc(1px / 2)}"],
  ])("%j", (text, expected) => expect(rewriteCss(text, fix)).toBe(expected));
});
