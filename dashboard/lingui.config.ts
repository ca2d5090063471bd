import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

/** The parts of the kit that the first view is made of. */
const FIRST_PARTS = [
  "button",
  "callout",
  "countdown",
  "countdown-text",
  "field",
  "panel",
  "search-input",
  "secret-input",
  "states",
  "toast-stack",
].map((name) => `design/${name}.tsx`);
const FIRST = ["api", "app", "catalog/health-words.tsx", ...FIRST_PARTS, "shell", "screens/home", "screens/sign-in"];
/** In the folders of the first view, but loaded on demand. */
const NOT_FIRST = [
  "app/not-found.tsx",
  "app/shared-origin.tsx",
  "shell/palette/**",
  "shell/bell/**",
  "shell/slower-note.tsx",
  "shell/shortcut-list.tsx",
  "screens/home/arrange-buttons.tsx",
  "screens/home/no-apps.tsx",
  "screens/home/setup-note.tsx",
];
const LATER = ["app/not-found.tsx", "app/shared-origin.tsx", "catalog", "design", "reach", "shell", "screens"];

/**
 * Two catalogues for each language: what the first view needs, whose weight is limited, and what is loaded on demand. A
 * text may stand in both.
 */
export default defineConfig({
  sourceLocale: "en",
  locales: ["en"],
  catalogs: [
    { path: "<rootDir>/locales/{locale}/first", include: inSources(FIRST), exclude: inSources(NOT_FIRST) },
    {
      path: "<rootDir>/locales/{locale}/later",
      include: inSources(LATER),
      exclude: inSources(["screens/sign-in/**", "screens/kit/**", "**/*.test.ts"]),
    },
  ],
  // Without line numbers a catalogue changes only when a text does.
  format: formatter({ lineNumbers: false }),
});

function inSources(places: readonly string[]): string[] {
  return places.map((place) => `<rootDir>/src/${place}`);
}
