import { changeArgument, hookMethod, hookSetter } from "./hook.ts";
import { listenAgain } from "./listeners.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/**
 * Hooks what makes elements from text. The text is changed before it is parsed: an image asks for its picture while it
 * is parsed, so that afterwards would be too late.
 */
export function hookMarkup(shim: Shim): void {
  const { scope, html } = shim;
  const first = changeArgument(0, html);
  const element = prototypeOf(scope, "Element");
  const shadow = prototypeOf(scope, "ShadowRoot");
  for (const owner of [element, shadow]) {
    hookSetter(owner, "innerHTML", html);
    hookMethod(owner, "setHTMLUnsafe", first);
    hookMethod(owner, "setHTML", first);
  }
  hookSetter(element, "outerHTML", html);
  hookMethod(element, "insertAdjacentHTML", changeArgument(1, html));
  hookMethod(prototypeOf(scope, "Range"), "createContextualFragment", first);
  hookMethod(scope.Document, "parseHTMLUnsafe", first);
  hookMethod(scope.Document, "parseHTML", first);
  // Not other XML, which is data.
  hookMethod(prototypeOf(scope, "DOMParser"), "parseFromString", (args) =>
    /^(?:text\/html|image\/svg\+xml|application\/xhtml\+xml)$/.test(String(args[1]))
      ? args.with(0, html(args[0]))
      : args,
  );

  // Both may begin another document in place of this one, which takes listeners away.
  const again = () => listenAgain(scope.document);
  const pieces = (args: readonly unknown[]) =>
    args.every((piece) => typeof piece === "string") ? [html(args.join(""))] : args.map(html);
  for (const name of ["write", "writeln"]) {
    hookMethod(prototypeOf(scope, "Document"), name, (args) => (args.length ? pieces(args) : args), again);
  }
  hookMethod(prototypeOf(scope, "Document"), "open", (args) => args, again);
}
