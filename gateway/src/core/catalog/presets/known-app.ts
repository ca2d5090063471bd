import type { compatibility as contract } from "@nekzus/contract";
import type { z } from "zod";

/** What is known of an app, as the contract shows it. */
export type Preset = z.output<typeof contract.Preset>;

/** An entry of the table: what is known, and by what the app is recognised. */
export type KnownApp = Preset & {
  /** Where the facts were read, or that they were tried, for whoever has to correct them. */
  source: string;
  /** Image repositories without tag and registry, `grafana/grafana`. */
  images: readonly string[];
  /** Names that containers and apps have besides the entry's own. */
  names: readonly string[];
  /** Beginnings of the titles of its pages. */
  titles: readonly string[];
  /** A header that only this app sends, in lower case; empty when there is none. */
  header: string;
};

type Given = Pick<KnownApp, "id" | "source" | "name" | "images"> &
  Partial<Omit<KnownApp, "id" | "source" | "name" | "images" | "mode">>;

/** An app that works with its prefix taken away. */
export function stripped(given: Given): KnownApp {
  return entry("strip", given, { stripPrefix: true });
}

/** An app that is told its base path, and keeps the prefix. */
export function ownBase(given: Given): KnownApp {
  return entry("own-base", given, { stripPrefix: false });
}

/** An app that knows no base path. */
export function atHostName(given: Given): KnownApp {
  return entry("host-name", given, {});
}

/** A setting that is made by an environment variable. */
export function variable(name: string, value = "{prefix}"): Preset["settings"][number] {
  return { name, value, place: "an environment variable of the app" };
}

function entry(mode: Preset["mode"], given: Given, route: Preset["route"]): KnownApp {
  const empty = { note: "", settings: [], requestHeaders: {}, ownAuthPaths: [], names: [], titles: [], header: "" };
  return { ...empty, ...given, mode, route: { ...route, ...given.route } };
}
