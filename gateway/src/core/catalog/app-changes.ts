import { isDeepStrictEqual } from "node:util";
import type { catalog as contract } from "@nekzus/contract";
import type { z } from "zod";
import { Problem } from "../../kit/problem.ts";
import type { AppAnswer, Viewer } from "./answers.ts";
import { checkVersion } from "./checks.ts";
import { adopted, announce, type CatalogParts, noChanges, replaceApp } from "./route-changes.ts";
import * as store from "./store.ts";

type AppFields = z.output<typeof contract.AppFields>;

/** What a person can change about an app. `show` answers the app as the caller sees it. */
export function createAppChanges(parts: CatalogParts, show: (viewer: Viewer, appId: string) => Promise<AppAnswer>) {
  async function change(viewer: Viewer, appId: string, fields: Partial<AppFields>, ifMatch?: number) {
    await show(viewer, appId);
    const changed = await parts.storage.write(async (tx) => {
      const present = await store.readApp(tx, appId);
      checkVersion(ifMatch, present?.version);
      if (!present) throw new Problem("APP_NOT_FOUND", `No app has the id "${appId}".`);
      const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      const app = { ...present, ...said };
      if (isDeepStrictEqual(app, present)) return false;
      await replaceApp(tx, parts, { ...app, origin: adopted(app.origin, "api") });
      return true;
    });
    if (changed) announce(parts, noChanges(appId));
    return show(viewer, appId);
  }

  return {
    /** Replaces what is said about an app. Throws `APP_NOT_FOUND`, `VERSION_CONFLICT`. */
    putApp: (viewer: Viewer, appId: string, fields: AppFields, ifMatch?: number): Promise<AppAnswer> =>
      change(viewer, appId, fields, ifMatch),

    /** Changes what is given. Throws `APP_NOT_FOUND`, `VERSION_CONFLICT`. */
    patchApp: (viewer: Viewer, appId: string, fields: Partial<AppFields>, ifMatch?: number): Promise<AppAnswer> =>
      change(viewer, appId, fields, ifMatch),
  };
}
