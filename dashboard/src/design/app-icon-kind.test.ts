import { describe, expect, it } from "vitest";
import { firstLetter, iconKind, toneOf } from "./app-icon-kind.ts";

describe("the icon of an app", () => {
  it.each([
    ["🎬", { kind: "emoji", emoji: "🎬" }],
    [" 🏳️‍🌈 ", { kind: "emoji", emoji: "🏳️‍🌈" }],
    ["🇳🇱", { kind: "emoji", emoji: "🇳🇱" }],
    ["lucide:book-open", { kind: "drawn", name: "book-open" }],
  ])("reads %s", (icon, kind) => {
    expect(iconKind(icon)).toEqual(kind);
  });

  it.each([undefined, "", "A", "7", "🎬🎬", "https://host/icon.png", "lucide:../x", "lucide:Book", "<img>"])(
    "falls back to the letter for %s",
    (icon) => {
      expect(iconKind(icon)).toEqual({ kind: "none" });
    },
  );

  it("takes the first letter that can be read", () => {
    expect(firstLetter("grafana", "x")).toBe("G");
    expect(firstLetter("  «Ünal»", "x")).toBe("Ü");
    expect(firstLetter("🎬", "movies")).toBe("M");
    expect(firstLetter("", "")).toBe("·");
  });

  it("gives an app always the same tone, and uses all of them", () => {
    const tones = Array.from({ length: 200 }, (_, index) => toneOf(`app-${index}`, 8));
    expect(new Set(tones)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(toneOf("grafana", 8)).toBe(toneOf("grafana", 8));
  });
});
