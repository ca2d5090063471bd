/** The palettes of `themes.css`, in the order in which they are offered. */
export const PALETTES = ["default", "contrast", "slate", "forest", "ember", "dusk"] as const;

/** `system` is light or dark as the system is. */
export const SCHEMES = ["system", "light", "dark"] as const;

export type Palette = (typeof PALETTES)[number];
export type Scheme = (typeof SCHEMES)[number];

/** A choice of colours. Its names stand in `theme-names.ts`. */
export type Theme = { id: string; palette: Palette; scheme: Scheme };

/** Every theme, in the order in which it is offered. `system` also follows the system's wish for more contrast. */
export const themes: readonly Theme[] = PALETTES.flatMap((palette) =>
  SCHEMES.map((scheme) => ({ id: themeId(palette, scheme), palette, scheme })),
);

/** The id of a theme: `system`, `dark`, `slate`, `slate-dark`. */
export function themeId(palette: Palette, scheme: Scheme): string {
  if (palette === "default") return scheme;
  return scheme === "system" ? palette : `${palette}-${scheme}`;
}

/** The theme of that id; an id of a newer gateway counts as the first. */
export function themeOf(id: string): Theme {
  return themes.find((theme) => theme.id === id) ?? (themes[0] as Theme);
}

/** How much room things take. */
export type Density = "comfortable" | "compact";

let applied: Theme | undefined;
let watching = false;

/** Colours the page. An unknown id is `system`. Goes on following the system where the theme does. */
export function applyTheme(id: string): void {
  applied = themeOf(id);
  if (!watching) {
    watching = true;
    for (const query of ["(prefers-contrast: more)", "(prefers-color-scheme: dark)"]) {
      window.matchMedia(query).addEventListener("change", paint);
    }
  }
  paint();
}

/** Sets how much room things take. */
export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density;
}

function paint(): void {
  if (!applied) return;
  const { dataset } = document.documentElement;
  const wantsMore = applied.id === "system" && window.matchMedia("(prefers-contrast: more)").matches;
  dataset.palette = wantsMore ? "contrast" : applied.palette;
  dataset.scheme = applied.scheme;
  themeColour().content = getComputedStyle(document.documentElement).backgroundColor;
}

/** The browser's own bars take the colour of the page. */
function themeColour(): HTMLMetaElement {
  const found = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
  if (found) return found;
  const made = document.createElement("meta");
  made.name = "theme-color";
  document.head.append(made);
  return made;
}
