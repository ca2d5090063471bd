import { expect, test } from "vitest";
import { withPrologue } from "./worker-script.ts";

/** The script with a prologue, however it is cut into pieces. */
function rewritten(script: string, pieceBytes: number): string {
  const rewriter = withPrologue(Buffer.from("P;"));
  const bytes = Buffer.from(script);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceBytes));
    out.push(Buffer.from(rewriter.push(piece)));
    piece.fill(0);
  }
  return Buffer.concat([...out, rewriter.end()]).toString();
}

test.each([
  ['"use strict"; a()', true],
  ["'use strict'\na()", true],
  ['/* a licence "x" */ // and more\n\n"use strict";', true],
  ['\ufeff"use strict"', true],
  ['a(); "use strict"', false],
  ['/* "use strict" */ ä()', false],
  ["// 'use strict'", false],
  ['"use  strict"', false],
  ["/", false],
  ["/* open", false],
  ["", false],
])("%s stays as it is behind the prologue, strict: %s", (script, strict) => {
  for (const pieceBytes of [1, 3, 1000]) {
    expect(rewritten(script, pieceBytes)).toBe(`${strict ? '"use strict";' : ""}P;${script}`);
  }
});

test("a long comment at the beginning is not kept", () => {
  const rewriter = withPrologue(Buffer.from("P;"));
  let out = 0;
  for (let i = 0; i < 20; i++) out += rewriter.push(Buffer.from(`/*${"x".repeat(998)}`)).length;
  expect(out).toBe(20 * 1000 + 2);
});
