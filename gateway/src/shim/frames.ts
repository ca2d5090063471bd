import { changeArgument, hookGetter, hookMethod } from "./hook.ts";
import { prototypeOf, type Scope } from "./scope.ts";
import type { Shim } from "./shim.ts";

/**
 * Hooks windows that the page makes without an address: their documents have no tag of ours, and their natives are as
 * good as this page's. Those with an address get the tag from the gateway.
 */
export function hookFrames({ scope, address, installInto }: Shim): void {
  const { get: documentOf } =
    Object.getOwnPropertyDescriptor(scope.HTMLIFrameElement.prototype, "contentDocument") ?? {};
  const intoFrame = (frame: unknown) => {
    // Null for a frame of another origin.
    const inner = documentOf?.call(frame) as Document | null;
    if (inner && isBlank(inner)) installInto(inner.defaultView as Scope);
  };
  for (const name of ["contentWindow", "contentDocument"]) {
    hookGetter(prototypeOf(scope, "HTMLIFrameElement"), name, (_inner, frame) => intoFrame(frame));
  }

  hookMethod(scope, "open", changeArgument(0, address), (opened) => {
    const { document } = opened as Scope;
    if (isBlank(document)) installInto(opened as Scope);
  });
}

function isBlank({ URL: url }: Document): boolean {
  return url.startsWith("about:");
}
