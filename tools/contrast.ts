/**
 * Checks the contrast of the dashboard's themes: every pair of colours that the roles promise, in every palette, light
 * and dark (WCAG 2.2, 1.4.3 and 1.4.11; `40 A4`). Palettes are the blocks of `themes.css`; one that leaves a role out
 * has it from the first.
 */

/** One pair that is too faint. */
export type Faint = {
  palette: string;
  scheme: "light" | "dark";
  ink: string;
  ground: string;
  has: number;
  needs: number;
};

type Pledge = { inks: string[]; grounds: string[]; needs: number; contrast?: number };

const GROUNDS = ["canvas", "surface", "raised", "sunken"];
const SIGNALS = ["good", "warn", "bad", "info"];
const TILES = Array.from({ length: 8 }, (_, index) => index + 1);

/** `contrast` is what the palette of that name must reach instead. */
const PLEDGES: Pledge[] = [
  { inks: ["text", "muted", "accent-ink", ...SIGNALS], grounds: [...GROUNDS, "hover"], needs: 4.5, contrast: 7 },
  ...SIGNALS.map((tone) => ({ inks: [tone], grounds: [`${tone}-soft`], needs: 4.5, contrast: 7 })),
  { inks: ["accent-ink", "muted"], grounds: ["accent-soft"], needs: 4.5, contrast: 7 },
  { inks: ["text"], grounds: ["accent-soft", ...SIGNALS.map((tone) => `${tone}-soft`)], needs: 4.5, contrast: 7 },
  { inks: ["on-accent"], grounds: ["accent", "accent-hover"], needs: 4.5, contrast: 7 },
  { inks: ["on-bad"], grounds: ["bad-solid"], needs: 4.5, contrast: 7 },
  { inks: ["canvas"], grounds: ["text"], needs: 4.5, contrast: 7 },
  ...TILES.map((tile) => ({ inks: [`on-tile-${tile}`], grounds: [`tile-${tile}`], needs: 4.5, contrast: 7 })),
  { inks: ["line-strong", "focus", "accent"], grounds: GROUNDS, needs: 3, contrast: 4.5 },
];

/** Every promised pair that is too faint, or that has no colour to look at. Throws when there is no palette at all. */
export function faintPairs(css: string): Faint[] {
  const palettes = palettesOf(css);
  const base = palettes.get("default");
  if (!base) throw new Error('themes.css has no block [data-palette="default"] { … } with colours');
  return [...palettes].flatMap(([palette, own]) =>
    (["light", "dark"] as const).flatMap((scheme) =>
      PLEDGES.flatMap(({ inks, grounds, needs, contrast }) => {
        const least = palette === "contrast" ? (contrast ?? needs) : needs;
        return inks.flatMap((ink) =>
          grounds.flatMap((ground) => {
            const has = ratio(colour({ ...base, ...own }, ink, scheme), colour({ ...base, ...own }, ground, scheme));
            return has >= least ? [] : [{ palette, scheme, ink, ground, has, needs: least }];
          }),
        );
      }),
    ),
  );
}

/** `forest, dark: muted on hover is 3.91, needs 4.5` */
export function faintText({ palette, scheme, ink, ground, has, needs }: Faint): string {
  return `${palette}, ${scheme}: ${ink} on ${ground} is ${has.toFixed(2)}, needs ${needs}`;
}

type Palette = Record<string, string>;

function palettesOf(css: string): Map<string, Palette> {
  const palettes = new Map<string, Palette>();
  for (const [, selector = "", body = ""] of css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const name = /^(?::root,\s*)?\[data-palette="([\w-]+)"\]$/.exec(selector.trim());
    if (!name && selector.includes("data-palette"))
      throw new Error(`themes.css: cannot read the selector ${selector.trim()}`);
    if (!name) continue;
    const roles = [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, role = "", value = ""]) => [
      role,
      value.trim(),
    ]);
    if (roles.length > 0) palettes.set(name[1] as string, Object.fromEntries(roles));
  }
  return palettes;
}

/** The colour of a role as three numbers; throws for what is neither `#rrggbb` nor a `light-dark()` of two of them. */
function colour(palette: Palette, role: string, scheme: "light" | "dark"): number[] {
  const value = palette[role] ?? "";
  const both = /^light-dark\((.+),\s*(.+)\)$/.exec(value);
  const hex = (both ? both[scheme === "light" ? 1 : 2] : value)?.trim() ?? "";
  if (!/^#[0-9a-f]{6}$/i.test(hex)) throw new Error(`themes.css: --${role} is "${value}", and should be #rrggbb`);
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** WCAG 2.2, "contrast ratio". */
function ratio(one: number[], other: number[]): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(channels: number[]): number {
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
