import { i18n, type Messages } from "@lingui/core";

export { i18n };

/** The languages there are catalogues for, each by its own name. */
export const LANGUAGES: readonly { id: string; name: string }[] = [{ id: "en", name: "English" }];

type Catalogue = { messages: Messages };
type Loader = () => Promise<Catalogue>;

/** `first` belongs to the first view; `later` to the screens that are loaded on demand (lingui.config.ts). */
const FIRST: Record<string, Loader> = { en: () => import("../../locales/en/first.po") };
const LATER: Record<string, Loader> = { en: () => import("../../locales/en/later.po") };

let chosen = "en";
/** Is a part on the page that needs the later texts? */
let needsLater = false;

/** Loads a language and shows it. `""` follows the browser; an unknown one falls back to English. */
export async function showLanguage(wanted: string): Promise<void> {
  chosen = [wanted, ...navigator.languages].map(known).find((id) => id !== undefined) ?? "en";
  const language = chosen;
  await Promise.all([add(FIRST, language), needsLater && add(LATER, language)]);
  // Another one was chosen meanwhile.
  if (language !== chosen) return;
  document.documentElement.lang = language;
  i18n.activate(language);
}

/** Loads a part of the page that is fetched on demand, together with its texts. */
export async function withLaterTexts<T>(load: () => Promise<T>): Promise<T> {
  needsLater = true;
  const [part] = await Promise.all([load(), add(LATER, chosen)]);
  return part;
}

async function add(catalogues: Record<string, Loader>, language: string): Promise<void> {
  const { messages } = await (catalogues[language] as Loader)();
  i18n.load(language, messages);
}

function known(id: string): string | undefined {
  const base = id.toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language.id === base)?.id;
}
