/**
 * The script that runs first in every page, and in every worker, of an app below a prefix that knows nothing of it:
 * whatever the app's own scripts ask for from then on stays in the prefix. `npm run generate` bundles it into
 * `gateway/pages/prefix.js`. It leaves no global of its own, and every hook falls back to what the browser does.
 */
import { install } from "./install.ts";
import type { Scope } from "./scope.ts";
import { type Handed, settingsFromTag, settingsOf } from "./settings.ts";

/** Settings of a worker, which has no tag: the bundle is a function, and this its parameter. */
declare const HANDED: Handed | undefined;

try {
  const scope = globalThis as unknown as Scope;
  const settings = HANDED ? settingsOf(scope, HANDED) : settingsFromTag(scope);
  if (settings) install(scope, settings);
} catch {
  // The page goes on without us; the gateway leads what leaves the prefix back by its Referer.
}
