import type { PrefixRule } from "../../../wire/prefix-rule.ts";
import { encodeInsertion } from "./character-references.ts";
import type { AddressEdit } from "./prefixed-app.ts";

const SLASH = 0x2f;

/**
 * Paths of which two characters tell that they belong into the prefix, as nearly all do: none that stays begins with
 * those. The rule itself is `intoPrefix`, which is asked about all others.
 */
export class PlainPaths {
  /** What changes in them. */
  readonly edits: readonly AddressEdit[];
  /** 1 for each second character of what may stay. */
  readonly #others = new Uint8Array(128);

  constructor({ prefix, exclude }: PrefixRule) {
    this.edits = [{ from: 0, to: 0, text: encodeInsertion(prefix.slice(0, -1)) }];
    for (const beginning of ["//", "/\\", "/apps/", prefix, ...exclude]) {
      if (beginning.length > 1) this.#others[beginning.charCodeAt(1)] = 1;
      else this.#others.fill(1);
    }
  }

  /** Is it one of them? It holds no references, which may stand for any character. */
  has(path: string): boolean {
    return path.charCodeAt(0) === SLASH && this.#others[path.charCodeAt(1)] === 0;
  }
}

let last: { of: PrefixRule; paths: PlainPaths } | undefined;

/** Those of a rule. */
export function plainPaths(rule: PrefixRule): PlainPaths {
  if (last?.of !== rule) last = { of: rule, paths: new PlainPaths(rule) };
  return last.paths;
}
