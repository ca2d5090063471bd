import { hookConstructor, hookMethod } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

const PICTURES = ["icon", "badge", "image"];

/** Hooks notifications, whose pictures the browser fetches. */
export function hookNotifications({ scope, address }: Shim): void {
  const withPictures = ([title, options, ...rest]: readonly unknown[]) => {
    if (typeof options !== "object" || options === null) return [title, options, ...rest];
    const changed: Record<string, unknown> = { ...options };
    for (const name of PICTURES) if (changed[name] !== undefined) changed[name] = address(changed[name]);
    return [title, changed, ...rest];
  };
  hookConstructor(scope, "Notification", withPictures);
  hookMethod(prototypeOf(scope, "ServiceWorkerRegistration"), "showNotification", withPictures);
}
