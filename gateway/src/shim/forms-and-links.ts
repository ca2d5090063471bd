import { hookMethod } from "./hook.ts";
import { keepListening } from "./listeners.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Looks at forms and links once more in the moment they are used: a script may have reached them past all hooks. */
export function watchFormsAndLinks({ scope, fixAttribute }: Shim): void {
  const { document } = scope;
  const { getAttribute, setAttribute } = scope.Element.prototype;
  const fix = (element: Element, name: string) => {
    const value = getAttribute.call(element, name);
    if (value === null) return;
    const next = fixAttribute(element, name, value);
    if (next !== value) setAttribute.call(element, name, next);
  };

  const onSubmit = (event: SubmitEvent) => {
    if (event.target) fix(event.target as Element, "action");
    if (event.submitter) fix(event.submitter, "formaction");
  };
  const onClick = (event: Event) => {
    for (const element of event.composedPath()) {
      const { localName } = element as Element;
      if (localName !== "a" && localName !== "area") continue;
      fix(element as Element, "href");
      fix(element as Element, "xlink:href");
      return;
    }
  };
  keepListening(document, () => {
    scope.addEventListener("submit", onSubmit, true);
    for (const name of ["click", "auxclick"]) scope.addEventListener(name, onClick, true);
  });

  // This way of sending a form tells nobody.
  hookMethod(prototypeOf(scope, "HTMLFormElement"), "submit", (args, self) => {
    fix(self as Element, "action");
    return args;
  });
}
