import { changeArgument, hookMethod } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Hooks stores of answers: what was put there under a path is found under the same one, and by what a page asks for. */
export function hookCaches({ scope, address }: Shim): void {
  const { Request } = scope;
  const one = changeArgument(0, (value) => (value instanceof Request ? value : address(value)));
  const cache = prototypeOf(scope, "Cache");
  for (const name of ["add", "put", "match", "matchAll", "delete", "keys"]) hookMethod(cache, name, one);
  hookMethod(prototypeOf(scope, "CacheStorage"), "match", one);
  const each = (list: unknown) =>
    Array.from(list as Iterable<unknown>, (value) => (value instanceof Request ? value : address(value)));
  hookMethod(cache, "addAll", changeArgument(0, each));
}
