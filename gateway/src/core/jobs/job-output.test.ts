import fc from "fast-check";
import { expect, test } from "vitest";
import { createJobOutput } from "./job-output.ts";

const PIECE = 32;

test("what fits is kept as it was; of more, the newest part is kept and the cut is shown", () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\n", "\0"), maxLength: 60 }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2 * PIECE, max: 300 }), (appended, limit) => {
      const output = createJobOutput(limit, PIECE);
      for (const text of appended) output.append(text);
      const all = appended.join("").replaceAll("\0", "\uFFFD");
      const kept = output.text();
      if (Buffer.byteLength(all) <= limit) return kept === all;
      const rest = kept.replace("[the oldest output was cut]\n", "");
      const size = Buffer.byteLength(rest);
      return rest !== kept && all.endsWith(rest) && rest.isWellFormed() && size <= limit && size >= limit - PIECE;
    }),
  );
});

test("one large text is cut like many small ones", () => {
  const output = createJobOutput();
  output.append("😀".repeat(1_000_000));
  output.append("the end");
  const size = Buffer.byteLength(output.text());
  expect(size).toBeGreaterThan(1000 * 1024);
  expect(size).toBeLessThan(1024 * 1024 + 100);
  expect(output.text().endsWith("😀the end")).toBe(true);
});
