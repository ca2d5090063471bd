import { member, type Scope } from "./scope.ts";

type Policy = { createHTML(text: string): unknown; createScriptURL(text: string): unknown };
type Factory = {
  isHTML(value: unknown): boolean;
  isScriptURL(value: unknown): boolean;
  createPolicy(name: string, rules: object): Policy;
};

/** Name of our policy for Trusted Types: a `trusted-types` directive must allow it. */
const POLICY = "nekzus-prefix";

/**
 * `change` changes the text of a value that a page gives to the browser, whatever stands for the text: a string, an
 * object such as `URL`, or a trusted value, which is trusted again. A value whose text stays is passed on as it is.
 */
export function createChange(scope: Scope) {
  const factory = member(scope, "trustedTypes") as Factory | undefined;
  let policy: Policy | undefined;

  /** Made only when it is needed: a page may allow no policy but its own. Undefined where browsers have no such thing. */
  function ours(): Policy | undefined {
    policy ??= factory?.createPolicy(POLICY, { createHTML: same, createScriptURL: same });
    return policy;
  }

  return {
    change(value: unknown, change: (text: string) => string): unknown {
      if (typeof value === "string") return change(value);
      if (typeof value !== "object" || value === null) return value;
      const text = String(value);
      const next = change(text);
      if (next === text) return value;
      if (factory?.isHTML(value)) return ours()?.createHTML(next);
      return factory?.isScriptURL(value) ? ours()?.createScriptURL(next) : next;
    },
    trustHtml: (html: string): unknown => ours()?.createHTML(html) ?? html,
  };
}

function same(text: string): string {
  return text;
}
