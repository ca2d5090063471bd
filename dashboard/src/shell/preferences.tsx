import type { account } from "@nekzus/contract";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef } from "react";
import type { Data } from "../api/endpoint.ts";
import { changePreferences, getPreferences } from "../api/endpoints.gen.ts";
import type { Failure } from "../api/failure.ts";
import { putData, refresh } from "../api/query-client.ts";
import { useChange } from "../api/use-change.ts";
import { type Read, useRead } from "../api/use-read.ts";
import { applyDensity, applyTheme } from "../design/themes.ts";
import { showTimeZone } from "../text/format.ts";
import { showLanguage } from "../text/i18n.ts";
import { APPEARANCE_KEY, keepAppearance } from "./appearance.ts";

export type Preferences = Data<typeof account.getPreferences>;
type Change = Parameters<PreferencesAccess["change"]>[0];

type PreferencesAccess = {
  /** What everybody begins with, until the account's own are read. */
  preferences: Preferences;
  /** How reading them went. Who changes a list that they hold waits for `isKnown`, or would empty it. */
  reading: Pick<Read<Preferences>, "failure" | "isLoading" | "isRetrying" | "again"> & { isKnown: boolean };
  /** Shows the change at once and keeps it with the account. Resolves to false when it could not be kept. */
  change(
    change: {
      [Key in keyof Preferences]?: Preferences[Key] extends object ? Partial<Preferences[Key]> : Preferences[Key];
    },
  ): Promise<boolean>;
  /** Why the last change could not be kept. */
  failure: Failure | undefined;
};

const PreferencesContext = createContext<PreferencesAccess | undefined>(undefined);

/** Until the account's own are known, and when they cannot be read. */
const DEFAULTS: Preferences = {
  theme: "system",
  language: "",
  timeZone: "",
  density: "comfortable",
  shortcuts: true,
  home: { favourites: [], hidden: [], order: [], recent: [] },
  setup: { skipped: [], finished: true },
};

/** Reads the account's preferences and makes the page follow them. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const read = useRead(getPreferences);
  const { run, failure } = useChange(changePreferences);
  const preferences = read.data ?? DEFAULTS;
  const { theme, density, language, timeZone } = preferences;
  const isKnown = read.data !== undefined;

  useEffect(() => {
    if (!isKnown) return;
    applyTheme(theme);
    applyDensity(density);
    keepAppearance({ theme, density, language });
  }, [isKnown, theme, density, language]);

  useEffect(() => {
    if (!isKnown) return;
    showTimeZone(timeZone);
    // A language that cannot be loaded leaves the one that is shown.
    showLanguage(language).catch(() => undefined);
  }, [isKnown, language, timeZone]);

  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const waiting = useRef(0);
  // Another window changed how the page looks.
  useEffect(() => {
    const listen = ({ key }: StorageEvent) => key === APPEARANCE_KEY && void refresh(getPreferences);
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }, []);

  const change = useCallback(
    async (wanted: Change) => {
      putData(getPreferences, {}, (before) => merged(before, wanted));
      waiting.current++;
      // One after the other, so that the gateway keeps the last of two lists.
      const kept = queue.current.then(() => run({ body: wanted }));
      queue.current = kept;
      const reply = await kept;
      waiting.current--;
      // While another change is under way, the page shows it already and this answer has it not.
      if (waiting.current === 0) {
        if (reply) putData(getPreferences, {}, () => reply.data);
        else void refresh(getPreferences);
      }
      return reply !== undefined;
    },
    [run],
  );

  const { failure: readFailure, isLoading, isRetrying, again } = read;
  const access = useMemo(
    () => ({
      preferences,
      reading: { isKnown, failure: readFailure, isLoading, isRetrying, again },
      change,
      failure,
    }),
    [preferences, isKnown, readFailure, isLoading, isRetrying, again, change, failure],
  );
  return <PreferencesContext value={access}>{children}</PreferencesContext>;
}

/** The preferences of the signed-in person. */
export function usePreferences(): PreferencesAccess {
  const access = useContext(PreferencesContext);
  if (!access) throw new Error("usePreferences needs a signed-in page");
  return access;
}

/** As the gateway merges: one level deep. */
function merged(before: Preferences, change: Change): Preferences {
  return {
    ...before,
    ...change,
    home: { ...before.home, ...change.home },
    setup: { ...before.setup, ...change.setup },
  };
}
