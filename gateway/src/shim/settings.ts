import type { PrefixRule } from "../wire/prefix-rule.ts";
import type { Scope } from "./scope.ts";

/** What a worker is handed, and a page has in its tag. */
export type Handed = { readonly prefix: string; readonly exclude: readonly string[] };

export type Settings = {
  readonly rule: PrefixRule;
  /** The tag that loaded us, as text, for documents that the page makes itself; empty in a worker. */
  readonly tag: string;
  /** Does the page's policy let styles in by their checksums, so that their text must stay? */
  readonly keepsSheets: boolean;
};

/** Reads `data-prefix` and `data-exclude` of the tag that is running, and takes the tag out of the page. */
export function settingsFromTag(scope: Scope): Settings | undefined {
  const script = scope.document?.currentScript;
  const prefix = script?.getAttribute("data-prefix");
  if (!script || !prefix) return undefined;
  const exclude = JSON.parse(script.getAttribute("data-exclude") ?? "[]") as string[];
  // Browsers hide the nonce in the markup.
  const { nonce } = script as HTMLScriptElement;
  const tag = script.outerHTML.replace(' nonce=""', () => ` nonce="${nonce}"`);
  script.remove();
  return settingsOf(scope, { prefix, exclude }, tag, script.hasAttribute("data-keeps-sheets"));
}

export function settingsOf(scope: Scope, { prefix, exclude }: Handed, tag = "", keepsSheets = false): Settings {
  // `location` of a frame without an address of its own has no origin: its base has.
  const base = URL.parse(scope.document?.baseURI ?? scope.location.href)?.origin;
  const origins = new Set([scope.origin, base].filter((origin) => origin !== undefined && origin !== "null"));
  return { rule: { prefix, exclude, origins: [...origins] as string[] }, tag, keepsSheets };
}
