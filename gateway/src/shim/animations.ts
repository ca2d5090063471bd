import { changeArgument, hookConstructor, hookMethod } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Hooks animations that scripts begin. */
export function hookAnimations({ scope, css }: Shim): void {
  /** One step, or all in one object of arrays. A copy inherits what that inherits: its `offset` may be there. */
  const frame = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Symbol.iterator in value) return value;
    let next = value;
    for (const [name, one] of Object.entries(value)) {
      const fixed = Array.isArray(one) ? one.map(css) : css(one);
      if (String(fixed) !== String(one)) next = { __proto__: value, ...next, [name]: fixed };
    }
    return next;
  };
  const keyframes = (value: unknown) => (Array.isArray(value) ? value.map(frame) : frame(value));

  const effect = prototypeOf(scope, "KeyframeEffect");
  hookMethod(prototypeOf(scope, "Element"), "animate", changeArgument(0, keyframes));
  hookConstructor(scope, "KeyframeEffect", changeArgument(1, keyframes));
  hookMethod(effect, "setKeyframes", changeArgument(0, keyframes));
}
