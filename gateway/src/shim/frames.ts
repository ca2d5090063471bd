import { changeArgument, hookGetter, hookMethod } from "./hook.ts";
import { keepListening } from "./listeners.ts";
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

/**
 * Nobody can hook `frames[0]`. An empty frame tells that it is loaded while it is put into the page, so that its window
 * is hooked before the page gets at it.
 */
export function watchFrames({ scope: { document } }: Shim): void {
  const onLoad = ({ target }: Event) => {
    // Reading it puts our hooks into the frame.
    if ((target as Element).localName === "iframe") void (target as HTMLIFrameElement).contentDocument;
  };
  keepListening(document, () => document.addEventListener("load", onLoad, true));
}

function isBlank({ URL: url }: Document): boolean {
  return url.startsWith("about:");
}
