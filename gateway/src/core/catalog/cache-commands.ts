import type { Catalog } from "./catalog.ts";

/** What the command line does to kept answers. Only a running gateway has any. */
export function cacheCommands(catalog: Pick<Catalog, "emptyCachesOf">) {
  return {
    "route.purge": async ({ app }: Record<string, unknown>) => ({ routes: await catalog.emptyCachesOf(String(app)) }),
  };
}
