import { expect, test } from "vitest";
import { rewriteCss } from "./css.ts";

test.each([
  ["a { background: url(/a) }", "a { background: url(+/a) }"],
  ["@import '/a'; @import url(\"/b\");", "@import '+/a'; @import url(\"+/b\");"],
  ['image-set("/a" 1x, url(/b) 2x)', 'image-set("+/a" 1x, url(+/b) 2x)'],
  [
    "-webkit-image-set('/a' type('image/png') 1x, \"/b\" 2x), url(/c)",
    "-webkit-image-set('+/a' type('image/png') 1x, \"+/b\" 2x), url(+/c)",
  ],
  ['image-set("/a" 1x', 'image-set("/a" 1x'],
  ['content: "/a" attr(x)', 'content: "/a" attr(x)'],
])("%s becomes %s", (text, expected) => expect(rewriteCss(text, (address) => `+${address}`)).toBe(expected));
