import type { StoredRoute } from "./store.ts";

type Marked = Pick<StoredRoute, "appId" | "sensitive">;

/** The apps of which a route is marked sensitive, for everybody who tells of apps: known at any moment, without waiting. */
export type SensitiveApps = {
  ids: ReadonlySet<string>;
  /** Reads what is stored. */
  read(): Promise<void>;
  /**
   * Runs what tells of changes to these routes, as they are now, or were when they are gone. Marks count before anything
   * is told, and are taken back only by what is stored afterwards.
   */
  during(changed: readonly Marked[], tell: () => void): void;
};

/** Makes the list; it is empty before {@link SensitiveApps.read}. */
export function createSensitiveApps(
  readRoutes: () => Promise<readonly Marked[]>,
  onError: (error: unknown) => void,
): SensitiveApps {
  const ids = new Set<string>();
  /** Marks since the last look at the storage began. */
  let fresh = new Set<string>();
  let reading: Promise<void> = Promise.resolve();
  let waits = false;

  function mark(routes: readonly Marked[]): void {
    for (const { appId, sensitive } of routes) {
      if (!sensitive) continue;
      ids.add(appId);
      fresh.add(appId);
    }
  }

  async function look(): Promise<void> {
    waits = false;
    fresh = new Set();
    const routes = await readRoutes();
    const kept = new Set([...fresh, ...routes.filter(({ sensitive }) => sensitive).map(({ appId }) => appId)]);
    for (const id of ids) if (!kept.has(id)) ids.delete(id);
    for (const id of kept) ids.add(id);
  }

  /** One look at a time, and one more when something changed meanwhile. */
  function read(): Promise<void> {
    if (!waits) {
      waits = true;
      reading = reading.catch(() => {}).then(look);
    }
    return reading;
  }

  return {
    ids,
    read,
    during(changed, tell) {
      mark(changed);
      tell();
      read().catch(onError);
    },
  };
}
