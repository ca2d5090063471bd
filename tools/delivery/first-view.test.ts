import { expect, test } from "vitest";
import { BUDGETS, type Chunk, checkBudgets, firstViewFiles } from "./first-view.ts";

const chunk = (fileName: string, more: Partial<Chunk> = {}): Chunk => ({
  fileName,
  isEntry: false,
  moduleIds: [],
  imports: [],
  styles: [],
  ...more,
});
const chunks = [
  chunk("entry.js", { isEntry: true, imports: ["shared.js"], styles: ["all.css"] }),
  chunk("shared.js", { imports: ["react.js"] }),
  // Circles do happen between chunks.
  chunk("react.js", { imports: ["shared.js"], moduleIds: ["/src/root.tsx"] }),
  chunk("home.js", { imports: ["react.js", "tile.js"], moduleIds: ["/src/home.tsx"], styles: ["home.css"] }),
  chunk("tile.js"),
  chunk("settings.js", { moduleIds: ["/src/settings.tsx"] }),
];

test("the first view is the entry, the first screens, and what they import at once", () => {
  expect(firstViewFiles(chunks, ["/src/home.tsx", "/src/root.tsx"])).toEqual(
    ["all.css", "entry.js", "home.css", "home.js", "react.js", "shared.js", "tile.js"].sort(),
  );
});

test("a first screen that is nowhere is a fault, not a lighter page", () => {
  expect(() => firstViewFiles(chunks, ["/src/hom.tsx"])).toThrow("/src/hom.tsx is in no script");
});

test("the budgets: met to the byte, and one byte too many names the files, heaviest first", () => {
  const script = (bytes: number) => ({ file: "a.js", kind: "script", bytes }) as const;
  const style = (bytes: number) => ({ file: "a.css", kind: "style", bytes }) as const;
  expect(checkBudgets("Home", [script(BUDGETS.script), style(BUDGETS.style)])).toBe(
    "Home: 120.0 of 120 kB script, 25.0 of 25 kB style",
  );
  expect(() => checkBudgets("Home", [script(1), { ...script(BUDGETS.script), file: "big.js" }])).toThrow(
    /big\.js.*a\.js/s,
  );
  expect(() => checkBudgets("Home", [script(1), style(BUDGETS.style + 1)])).toThrow("too heavy");
});
