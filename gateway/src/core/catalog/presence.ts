import type { StoredApp, StoredRoute } from "./store.ts";

/**
 * Which discovered services are there at the moment. The address of a container that is gone may soon be another
 * container's, and what was approved for one must never reach the other.
 */
export type Presence = {
  /** Until the source has looked, nothing is known of what it found earlier. */
  hold(source: string): void;
  /** What the source sees missing, by app. Answers whether that is news. */
  seen(source: string, absentApps: readonly string[]): boolean;
  /** The source is switched off or blind: its apps are served as they are. Answers whether that is news. */
  release(source: string): boolean;
  isAbsent(route: StoredRoute, app: StoredApp | undefined): boolean;
};

/** Makes the record; it is kept in memory, since each start looks anew. */
export function createPresence(): Presence {
  const held = new Set<string>();
  const absent = new Map<string, ReadonlySet<string>>();

  return {
    hold: (source) => void held.add(source),
    seen(source, absentApps) {
      const before = absent.get(source) ?? new Set();
      const wasHeld = held.delete(source);
      absent.set(source, new Set(absentApps));
      return wasHeld || before.size !== absentApps.length || absentApps.some((appId) => !before.has(appId));
    },
    release(source) {
      const known = absent.delete(source);
      return held.delete(source) || known;
    },
    isAbsent(route, app) {
      const source = app?.discoveryMeta.source;
      if (route.origin !== "discovery" || !source || !isDiscoveredAddress(route, app)) return false;
      return held.has(source) || (absent.get(source)?.has(route.appId) ?? false);
    },
  };
}

/** An address that a person wrote is not the container's: it is served whatever the container does. */
function isDiscoveredAddress(route: StoredRoute, app: StoredApp): boolean {
  const found = URL.parse(app.endpoints.lan ?? "");
  return found !== null && URL.parse(route.to)?.hostname === found.hostname;
}
