import { account } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import { Problem } from "../../kit/problem.ts";
import type { Answer, Call } from "../http/binding.ts";
import { fromJson, toJson } from "../storage/codec.ts";
import type { Storage } from "../storage/storage.ts";
import type { OwnUser } from "./own-user.ts";
import { createPreferencesStore } from "./preferences-store.ts";

type Values = z.output<typeof account.Preferences>;
type Change = z.output<typeof account.PreferencesChange>;

/** Most bytes of one person's preferences as they are stored. */
const MOST_BYTES = 32 * 1024;

const DEFAULTS: Values = {
  theme: "system",
  language: "",
  timeZone: "",
  density: "comfortable",
  shortcuts: true,
  home: { favourites: [], hidden: [], order: [], recent: [] },
  setup: { skipped: [], finished: false },
};

export type Preferences = {
  get(call: Call<typeof account.getPreferences>): Promise<Answer<typeof account.getPreferences>>;
  /** Throws VALIDATION_FAILED when the whole would be larger than is kept. */
  change(call: Call<typeof account.changePreferences>): Promise<Answer<typeof account.changePreferences>>;
};

/** How each person wants the dashboard, kept on the server so that every browser shows the same (40 F12, N1). */
export function createPreferences(parts: { storage: Storage; clock: Clock; ownUser: OwnUser }): Preferences {
  const { clock, ownUser } = parts;
  const store = createPreferencesStore(parts.storage);
  return {
    async get({ caller }) {
      const { id } = await ownUser(caller);
      return { body: readPreferences(await store.read(id)) };
    },
    async change({ body, caller }) {
      const { id } = await ownUser(caller);
      const change = (stored: string | undefined) => storable(merged(readPreferences(stored), body));
      return { body: readPreferences(await store.change(id, clock.now(), change)) };
    },
  };
}

/**
 * Reads what is stored. What another version wrote differently does no harm: fields that are missing or no longer
 * allowed have their default, unknown ones are left out.
 */
export function readPreferences(stored: string | undefined): Values {
  const found = stored === undefined ? {} : fromJson<unknown>(stored);
  const { home, setup, ...plain } = account.Preferences.shape;
  return {
    ...fields(plain, found, DEFAULTS),
    home: fields(home.shape, of(found, "home"), DEFAULTS.home),
    setup: fields(setup.shape, of(found, "setup"), DEFAULTS.setup),
  };
}

function fields<T extends object>(
  shape: { [Name in keyof T]: z.ZodType<T[Name]> },
  found: unknown,
  defaults: NoInfer<T>,
): T {
  const read = (name: keyof T & string) => {
    const result = shape[name].safeParse(of(found, name));
    return [name, result.success ? result.data : defaults[name]];
  };
  return Object.fromEntries((Object.keys(shape) as (keyof T & string)[]).map(read)) as T;
}

function of(found: unknown, name: string): unknown {
  return typeof found === "object" && found !== null ? (found as Record<string, unknown>)[name] : undefined;
}

function merged(values: Values, change: Change): Values {
  const { favourites, hidden, order, recent } = { ...values.home, ...change.home };
  return {
    ...values,
    ...change,
    home: { favourites: once(favourites), hidden: once(hidden), order: once(order), recent: once(recent) },
    setup: { ...values.setup, ...change.setup },
  };
}

/** Each entry in its first place only. */
function once(list: readonly string[]): string[] {
  return [...new Set(list)];
}

function storable(values: Values): string {
  const text = toJson(values);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MOST_BYTES) return text;
  const most = `at most ${MOST_BYTES} bytes are kept for one person`;
  throw new Problem("VALIDATION_FAILED", `The preferences would take ${bytes} bytes; ${most}. Shorten the lists.`, [
    { path: "home", reason: most },
  ]);
}
