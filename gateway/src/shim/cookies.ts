import { hookMethod, hookSetter } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Browsers take a cookie of such a name only with the path `/`. */
const HOST_COOKIE = /^\s*__Host-/i;

/** Hooks cookies that a page sets: their path is in the prefix, and they are for this host alone. */
export function hookCookies({ scope, fix, settings }: Shim): void {
  const withPath = (value: unknown) => {
    const cookie = String(value);
    if (HOST_COOKIE.test(cookie)) return cookie;
    const [pair, ...attributes] = cookie.split(";");
    const kept = attributes.filter((one) => !/^\s*domain\s*(?:=|$)/i.test(one));
    return [pair, ...kept.map((one) => one.replace(/^(\s*path\s*=\s*)(\S.*)$/i, (_, a, b) => a + fix(b)))].join(";");
  };
  hookSetter(prototypeOf(scope, "Document"), "cookie", withPath);

  // Without a path the store takes `/`.
  const inPrefix = ([first, ...rest]: readonly unknown[], whole: (value: unknown) => object) => {
    const given = typeof first === "object" && first !== null ? (first as Record<string, unknown>) : { name: first };
    if (HOST_COOKIE.test(String(given.name))) return [first, ...rest];
    const { domain: _, ...asked } = { ...whole(rest[0]), ...given };
    const path = "path" in asked ? fix(String(asked.path)) : settings.rule.prefix;
    return [{ ...asked, path }];
  };
  const store = prototypeOf(scope, "CookieStore");
  hookMethod(store, "set", (args) => inPrefix(args, (value) => (args.length > 1 ? { value } : {})));
  hookMethod(store, "delete", (args) => inPrefix(args, () => ({})));
}
