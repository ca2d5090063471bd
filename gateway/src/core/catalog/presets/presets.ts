import { HOUSEHOLD } from "./household.ts";
import type { KnownApp, Preset } from "./known-app.ts";
import { MACHINES } from "./machines.ts";
import { MEDIA } from "./media.ts";

export type { Preset } from "./known-app.ts";

/** Everything that is known of apps, by name. A fact that turns out wrong for a version is corrected here. */
export const KNOWN_APPS: readonly KnownApp[] = [...MEDIA, ...MACHINES, ...HOUSEHOLD].sort((a, b) =>
  a.name.localeCompare(b.name, "en"),
);

/** By what an app may be recognised; all of it comes from strangers. */
export type Traits = {
  /** A container's image, with or without registry, tag and digest. */
  image?: string | undefined;
  /** The name of the app or container. */
  name?: string | undefined;
  /** The title of its page. */
  title?: string | undefined;
  /** Names of headers of its answer, in lower case. */
  headers?: readonly string[] | undefined;
};

/**
 * The app that fits. An image says most, then a header of its own, then the title of its page; the name is what somebody
 * called it. Undefined: not known.
 */
export function recognise({ image = "", name = "", title = "", headers = [] }: Traits): KnownApp | undefined {
  const repository = repositoryOf(image);
  const called = plain(name);
  return (
    KNOWN_APPS.find(({ images }) => images.some((one) => repository === one || repository.endsWith(`/${one}`))) ??
    KNOWN_APPS.find(({ header }) => header !== "" && headers.includes(header)) ??
    KNOWN_APPS.find(({ titles }) => titles.some((one) => isTitleOf(one, title))) ??
    KNOWN_APPS.find(
      (known) => called !== "" && [known.id, known.name, ...known.names].some((one) => plain(one) === called),
    )
  );
}

/** The entry without its source and what it is recognised by. */
export function presetOf({ source: _s, images: _i, names: _n, titles: _t, header: _h, ...preset }: KnownApp): Preset {
  return preset;
}

/** The preset for a route: placeholders filled in. `prefix` has a slash at its end. */
export function filledIn(preset: Preset, { prefix, origin }: { prefix: string; origin: string }): Preset {
  const bare = prefix.slice(0, -1);
  const fill = (text: string) => text.replaceAll("{prefix}", bare).replaceAll("{url}", origin + prefix);
  const { healthCheckPath } = preset.route;
  return {
    ...preset,
    settings: preset.settings.map((setting) => ({ ...setting, value: fill(setting.value) })),
    route: { ...preset.route, ...(healthCheckPath && { healthCheckPath: fill(healthCheckPath) }) },
    requestHeaders: Object.fromEntries(
      Object.entries(preset.requestHeaders).map(([header, value]) => [header, fill(value)]),
    ),
  };
}

function isTitleOf(known: string, title: string): boolean {
  const [a, b] = [known.toLowerCase(), title.trim().toLowerCase()];
  if (!b.startsWith(a)) return b.endsWith(` ${a}`);
  return !/[a-z0-9]/.test(b.charAt(a.length));
}

/** Without registry, tag and digest: `ghcr.io/home-assistant/home-assistant:stable` is `home-assistant/home-assistant`. */
function repositoryOf(image: string): string {
  const bare = image
    .toLowerCase()
    .replace(/@.*$/, "")
    .replace(/:[^:/]*$/, "");
  const [first = "", ...rest] = bare.split("/");
  const isRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return (isRegistry ? rest.join("/") : bare).replace(/^library\//, "");
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
