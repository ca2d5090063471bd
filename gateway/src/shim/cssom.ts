import { changeArgument, hookConstructor, hookMethod, hookSetter } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Hooks style sheets and styles that scripts write, and fonts. */
export function hookCssom({ scope, css }: Shim): void {
  const first = changeArgument(0, css);
  const second = changeArgument(1, css);
  const sheet = prototypeOf(scope, "CSSStyleSheet");
  for (const name of ["insertRule", "replace", "replaceSync"]) hookMethod(sheet, name, first);
  hookMethod(sheet, "addRule", second);
  hookMethod(prototypeOf(scope, "CSSGroupingRule"), "insertRule", first);

  const style = prototypeOf(scope, "CSSStyleDeclaration");
  hookMethod(style, "setProperty", second);
  hookSetter(style, "cssText", css);
  hookMethod(prototypeOf(scope, "StylePropertyMap"), "set", (args) => args.map(css));
  hookConstructor(scope, "FontFace", second);
}
