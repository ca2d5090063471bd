import { escapeHtml } from "../../kit/pages.ts";
import { PREFIX_SCRIPT_PATH } from "../prefix-script.ts";

/** What the script in a page has to know. */
export type PrefixSettings = {
  /** `/apps/grafana/`: always with a trailing slash. */
  prefix: string;
  /** Beginnings of paths that are left as they are. */
  exclude: readonly string[];
};

/**
 * The tag that loads the script for prefix mode (`src/shim`) into a page. Whoever puts it in keeps to this:
 *
 * - It stands before every other script, style and `<base>`: right behind `<head>`, or where a head would begin. It is
 *   neither `async` nor `defer`: the parser waits until the hooks are in place. It takes itself out of the page.
 * - The page's policy must let it load. Its `script-src` (or `default-src`) does with `'self'`, or with a nonce, which
 *   then goes into the tag; else the origin's `PREFIX_SCRIPT_PATH` is to be added to every such directive. Nothing
 *   inline, no `eval`. A `trusted-types` directive needs the policy name `nekzus-prefix` besides.
 * - A script fetched with `Sec-Fetch-Dest` `worker`, `sharedworker` or `serviceworker` gets {@link workerPrologue}
 *   in place of the tag.
 * - What the script cannot catch (static and dynamic `import` of a path, members of `location` in browsers without the
 *   Navigation API) is led back by its Referer, so that policies of referrers are changed (`prefix/referrer-policy.ts`).
 *
 * `version` is that of the script, by which browsers keep it. `keepsSheets`: the page's policy lets styles in by their
 * checksums, so that their text must stay.
 */
export function prefixTag(
  version: string,
  { prefix, exclude, nonce, keepsSheets }: PrefixSettings & { nonce?: string; keepsSheets?: boolean },
): string {
  const attributes = [`src="${PREFIX_SCRIPT_PATH}?v=${version}"`, `data-prefix="${escapeHtml(prefix)}"`];
  if (exclude.length) attributes.push(`data-exclude="${escapeHtml(JSON.stringify(exclude))}"`);
  if (keepsSheets) attributes.push("data-keeps-sheets");
  if (nonce !== undefined) attributes.push(`nonce="${escapeHtml(nonce)}"`);
  return `<script ${attributes.join(" ")}></script>`;
}

/**
 * What stands in front of a worker's own script, classic or module, on its first line. `script` is the text of the
 * script for prefix mode, which ends in a call without settings: here it gets them. In front of a script that begins
 * with `"use strict"` it must begin so, too: behind the prologue the directive says nothing any more.
 */
export function workerPrologue(script: string, { prefix, exclude }: PrefixSettings): string {
  return script.replace(/\(\);\s*$/, () => `(${JSON.stringify({ prefix, exclude })});`);
}
