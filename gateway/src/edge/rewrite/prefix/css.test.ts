import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createBodyRewriter } from "./body-kind.ts";
import { cutInto, cuts, rewritten, soup, testApp } from "./test-rewriting.ts";

const css = (...pieces: string[]) => rewritten(createBodyRewriter("css", testApp), ...pieces);

describe("addresses in CSS", () => {
  it("cannot climb above the root of the app", () => {
    const at = (path: string) =>
      rewritten(createBodyRewriter("css", testApp, undefined, path), "@import '../../x';a{b:url(../y) url(\\.\\./z)}");
    expect(at("/apps/t/a/b/c.css")).toBe("@import '../../x';a{b:url(../y) url(\\.\\./z)}");
    expect(at("/apps/t/a/c.css")).toBe("@import '/apps/t/x';a{b:url(../y) url(\\.\\./z)}");
    expect(at("/apps/t/c.css")).toBe("@import '/apps/t/x';a{b:url(/apps/t/y) url(/apps/t/z)}");
  });

  it.each([
    ["a{b:url(/x)}", "a{b:url(/apps/t/x)}"],
    ["a{b:url( '/x' )}", "a{b:url( '/apps/t/x' )}"],
    ['a{b:URL("/x")}', 'a{b:URL("/apps/t/x")}'],
    ["a{b:url(\n/x\n)} c{d:url(/y)}", "a{b:url(\n/apps/t/x\n)} c{d:url(/apps/t/y)}"],
    ['@import "/x";', '@import "/apps/t/x";'],
    ["@IMPORT/**/'/x' screen;", "@IMPORT/**/'/apps/t/x' screen;"],
    ["@import url(/x);", "@import url(/apps/t/x);"],
    [
      'a{b:image-set("/a" 1x type("/no"), url(/b) 2x)} c{d:"/no"}',
      'a{b:image-set("/apps/t/a" 1x type("/no"), url(/apps/t/b) 2x)} c{d:"/no"}',
    ],
    ['a{b:-webkit-image-set("/a" 1x)}', 'a{b:-webkit-image-set("/apps/t/a" 1x)}'],
    ["a{b:url(\\/x)}", "a{b:url(/apps/t\\/x)}"],
    ["a{b:url('\\2f x')}", "a{b:url('/apps/t\\2f x')}"],
    ["a{b:url('/x\\'y')}", "a{b:url('/apps/t/x\\'y')}"],
    ["a{b:url(/x", "a{b:url(/apps/t/x"],
    ["a{b:url(http://grafana:3000/x)}", "a{b:url(/apps/t/x)}"],
    ["a{}\n/*# sourceMappingURL=/a.css.map */", "a{}\n/*# sourceMappingURL=/apps/t/a.css.map */"],
    ["/*x*/a{b:url(/x)}/**/", "/*x*/a{b:url(/apps/t/x)}/**/"],
    ['a{b:"\\"";c:url(/x)}', 'a{b:"\\"";c:url(/apps/t/x)}'],
    ["a{b:'x\nc:url(/x)}", "a{b:'x\nc:url(/apps/t/x)}"],
  ])("%j", (given, expected) => expect(css(given)).toBe(expected));

  it.each([
    "a{b:url(x) url(./x) url(//h/x) url(https://e.example/x) url(data:,/x) url(/apps/t/x) url(#a) url()}",
    "/* url(/x) @import '/x' */",
    "a{content:'url(/x)'} a::after{content:\"/x\"}",
    "a{b:myurl(/x) \\url(/x) url-x(/x)}",
    "@importx '/x'; @charset '/x'; @import url(x) '/x';",
    'a{b:url(/x"y)}',
    "a{b:url('/x\n')}",
    "/*# sourceMappingURL=a.css.map */",
    "/*/ url(/x) /",
  ])("leaves %j", (text) => expect(css(text)).toBe(text));

  it("passes an address over 64 KiB as it is, and goes on behind it", () => {
    const long = `a{b:url(/${"x".repeat(70_000)});c:url('/${"y".repeat(70_000)}')}`;
    expect(css(`${long}d{e:url(/z)}`)).toBe(`${long}d{e:url(/apps/t/z)}`);
  });
});

const PIECES = "url( /x ) ' \" @import /* */ /*# sourceMappingURL=/x \\ \\2f image-set( ; { } - u @"
  .split(" ")
  .concat(" ", "\n");

test("however it is cut, a style sheet comes out the same, with nothing lost", () => {
  fc.assert(
    fc.property(soup(PIECES), cuts, (text, places) => {
      const whole = css(text);
      expect(css(...cutInto(text, places))).toBe(whole);
      expect(css(...text)).toBe(whole);
      expect(whole.replaceAll("/apps/t", "")).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test.each(["url(", "url('", "/*", "(", "'", "\\", "@import ", "image-set(", "/*#", "url(/\\"])(
  "half a megabyte of %j passes",
  (piece) => {
    const text = piece.repeat(Math.ceil((512 * 1024) / piece.length));
    expect(css(...(text.match(/[\s\S]{1,4096}/g) ?? [])).replaceAll("/apps/t", "") === text).toBe(true);
  },
);
