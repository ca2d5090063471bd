import { hookAnimations } from "./animations.ts";
import { hookCaches } from "./caches.ts";
import { hookCookies } from "./cookies.ts";
import { hookCssom } from "./cssom.ts";
import { hookElements } from "./elements.ts";
import { watchFormsAndLinks } from "./forms-and-links.ts";
import { hookFrames, watchFrames } from "./frames.ts";
import { hookToString } from "./hook.ts";
import { watchLateNodes } from "./late-nodes.ts";
import { hookMarkup } from "./markup.ts";
import { hookNavigation, watchNavigation } from "./navigation.ts";
import { hookNotifications } from "./notifications.ts";
import { hookRequests } from "./requests.ts";
import type { Scope } from "./scope.ts";
import type { Settings } from "./settings.ts";
import { createShim, type Shim } from "./shim.ts";
import { hookWorkers } from "./workers.ts";

/** What is hooked once in each scope. */
const OF_SCOPE = [
  hookToString,
  hookRequests,
  hookWorkers,
  hookCaches,
  hookNavigation,
  hookNotifications,
  hookCookies,
  hookElements,
  hookMarkup,
  hookCssom,
  hookAnimations,
  hookFrames,
];
/** What is watched in each document: a scope may get another one, when a frame leaves its first empty page. */
const OF_DOCUMENT = [watchNavigation, watchFormsAndLinks, watchFrames, watchLateNodes];

/** Marks what has been seen to, so that running twice does no harm. */
const MARK = Symbol.for("nekzus.prefix");

/** Puts all hooks into a scope. One that fails leaves the others alone. */
export function install(scope: Scope, settings: Settings): void {
  const shim = createShim(scope, settings, (other) => install(other, settings));
  if (mark(scope.EventTarget)) run(OF_SCOPE, shim);
  if (scope.document && mark(scope.document)) run(OF_DOCUMENT, shim);
}

function mark(object: object): boolean {
  return !Object.hasOwn(object, MARK) && Reflect.defineProperty(object, MARK, { value: true });
}

function run(parts: readonly ((shim: Shim) => void)[], shim: Shim): void {
  for (const part of parts) {
    try {
      part(shim);
    } catch {
      // A browser that has no such thing, or hides it.
    }
  }
}
