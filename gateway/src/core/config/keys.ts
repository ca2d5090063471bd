import { CONFIG_KEYS, type Config, type ConfigKey, nearest } from "@nekzus/contract/config";

/** Every setting by its dotted path. */
export const KEYS: ReadonlyMap<string, ConfigKey> = new Map(
  (CONFIG_KEYS as readonly unknown[] as readonly ConfigKey[]).map((key) => [key.path, key]),
);

/** A section of the file: its keys and sections by name. */
export type Section = { readonly [name: string]: Section | ConfigKey };

/** The keys as the nested sections of the file. */
export const ROOT: Section = nest(KEYS) as Section;

/** Is this entry of a section a key, not a section? */
export function isKey(entry: Section | ConfigKey): entry is ConfigKey {
  return typeof entry.path === "string";
}

/** `auth.hs256_secret_file` and the like: the secret whose value stands in a file. */
export function secretOfFileKey(path: string): ConfigKey | undefined {
  const key = path.endsWith("_file") ? KEYS.get(path.slice(0, -"_file".length)) : undefined;
  return key?.secret ? key : undefined;
}

/** The known key or section nearest to an unknown one. */
export function nearestKey(path: string): string {
  const known = new Set<string>();
  for (const key of KEYS.values()) {
    known.add(key.path);
    const parts = key.path.split(".");
    for (let length = 1; length < parts.length; length++) known.add(parts.slice(0, length).join("."));
    if (key.secret) known.add(`${key.path}_file`);
  }
  return nearest(path, known) ?? "";
}

/** Builds the typed configuration from values by path. It and all it holds is frozen. */
export function toConfig(values: ReadonlyMap<string, unknown>): Config {
  return freeze(nest(values)) as Config;
}

function nest(values: ReadonlyMap<string, unknown>): unknown {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const parts = path.split(".");
    const last = parts.pop() as string;
    let section = root;
    for (const part of parts) {
      section[part] ??= {};
      section = section[part] as Record<string, unknown>;
    }
    section[last] = value;
  }
  return root;
}

function freeze(value: unknown): unknown {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
