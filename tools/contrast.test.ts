import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faintPairs, faintText } from "./contrast.ts";

const themes = readFileSync(join(import.meta.dirname, "../dashboard/src/design/themes.css"), "utf8");

/** The themes with another colour for one role, in the first block that has the role after `from`. */
const withColour = (role: string, value: string, from = ":root") => {
  const at = themes.indexOf(from);
  return themes.slice(0, at) + themes.slice(at).replace(new RegExp(`--${role}: [^;]+;`), `--${role}: ${value};`);
};

describe("the contrast of the themes", () => {
  it("is enough as they are", () => {
    expect(faintPairs(themes).map(faintText)).toEqual([]);
  });

  it("names a text that is too faint, in its palette and scheme only", () => {
    const faint = faintPairs(withColour("muted", "light-dark(#5a5b58, #5f6468)", '[data-palette="forest"]'));
    expect(faint).not.toEqual([]);
    expect(new Set(faint.map(({ palette, scheme, ink }) => `${palette} ${scheme} ${ink}`))).toEqual(
      new Set(["forest dark muted"]),
    );
  });

  it("asks 7 of the palette with high contrast", () => {
    const faint = faintPairs(withColour("muted", "light-dark(#6b6b6b, #dedede)", '[data-palette="contrast"]'));
    expect(faint.map(faintText)).toContain("contrast, light: muted on canvas is 5.33, needs 7");
  });

  it("sees a border of controls that is too faint", () => {
    const faint = faintPairs(withColour("line-strong", "light-dark(#b0ada3, #767c82)"));
    expect(faint.map(({ ink }) => ink)).toContain("line-strong");
  });

  it("refuses a colour that it cannot read", () => {
    expect(() => faintPairs(withColour("accent", "teal"))).toThrow(/--accent is "teal"/);
  });

  it("refuses a palette that it would pass over", () => {
    expect(() => faintPairs(themes.replace('[data-palette="ember"]', 'main[data-palette="ember"]'))).toThrow(
      /cannot read the selector main/,
    );
  });
});
