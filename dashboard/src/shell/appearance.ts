import { applyDensity, applyTheme } from "../design/themes.ts";

/** How the page looked last in this browser, so that it starts that way before anybody is signed in. */
export type Appearance = { theme: string; density: string; language: string };

/** Where it is kept. Another window that keeps something new there sends a storage event with this key. */
export const APPEARANCE_KEY = "nekzus.appearance";

/** Remembers it for the next start. */
export function keepAppearance(appearance: Appearance): void {
  try {
    localStorage.setItem(APPEARANCE_KEY, JSON.stringify(appearance));
  } catch {
    // Without storage each start follows the system.
  }
}

/** Shows theme and density as they were, and answers the language; empty follows the browser. */
export function showKeptAppearance(): string {
  const { theme, density, language } = kept();
  applyTheme(theme);
  applyDensity(density === "compact" ? "compact" : "comfortable");
  return language;
}

function kept(): Appearance {
  const usual: Appearance = { theme: "system", density: "comfortable", language: "" };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(APPEARANCE_KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return usual;
    const texts = Object.entries(stored).filter(([name, value]) => name in usual && typeof value === "string");
    return { ...usual, ...Object.fromEntries(texts) };
  } catch {
    return usual;
  }
}
