import { changeArgument, hookMethod } from "./hook.ts";
import { member, prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** What the Navigation API tells of a navigation that is about to begin. */
type Navigate = Event & {
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  readonly destination: { readonly url: string; readonly sameDocument: boolean };
  readonly formData: FormData | null;
  readonly downloadRequest: string | null;
};

/** Hooks the methods that lead elsewhere, of pages and of service workers. */
export function hookNavigation({ scope, address }: Shim): void {
  const first = changeArgument(0, address);
  const history = prototypeOf(scope, "History");
  hookMethod(history, "pushState", changeArgument(2, address));
  hookMethod(history, "replaceState", changeArgument(2, address));
  hookMethod(prototypeOf(scope, "Navigation"), "navigate", first);
  hookMethod(prototypeOf(scope, "Clients"), "openWindow", first);
  hookMethod(prototypeOf(scope, "WindowClient"), "navigate", first);
}

/**
 * Nobody can hook the members of `location`. Where a browser tells of navigations, one that would leave the prefix is
 * called off and begun again inside of it; elsewhere the gateway leads it back by its Referer.
 */
export function watchNavigation({ scope, fix }: Shim): void {
  const navigation = member(scope, "navigation") as EventTarget | undefined;
  const { location } = scope;
  navigation?.addEventListener("navigate", (event) => {
    const { navigationType: type, destination, formData, downloadRequest, cancelable } = event as Navigate;
    if (!cancelable || destination.sameDocument || formData || downloadRequest !== null) return;
    if (type !== "push" && type !== "replace") return;
    const inside = fix(destination.url);
    if (inside === destination.url) return;
    event.preventDefault();
    if (type === "push") location.assign(inside);
    else location.replace(inside);
  });
}
