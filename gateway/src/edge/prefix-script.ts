import { isUnchanged } from "../kit/if-none-match.ts";
import type { Asset } from "../kit/pages.ts";
import { fieldOf } from "./http1/fields.ts";
import type { Visit } from "./request.ts";

/** Where pages of apps find the script for prefix mode, on every origin at which apps are served by path. */
export const PREFIX_SCRIPT_PATH = "/apps/.nekzus/prefix.js";

/** Version of the script, for its address: another one whenever its bytes are others. */
export function prefixScriptVersion(script: Asset): string {
  return script.etag.slice(1, -1);
}

/**
 * Answers GET and HEAD with the script, to everybody: it holds no secret. Under its own version it is kept for good;
 * under another, of a page from before an update, it is asked for again.
 */
export function answerPrefixScript({ request, target, state }: Visit, script: Asset): void {
  const current = target.query === `?v=${prefixScriptVersion(script)}`;
  const headers = [
    "X-API-Version",
    state.snapshot.version,
    "X-Content-Type-Options",
    "nosniff",
    "ETag",
    script.etag,
    "Cache-Control",
    current ? "public, max-age=31536000, immutable" : "no-cache",
    // Frames in a sandbox have an origin of their own.
    "Cross-Origin-Resource-Policy",
    "cross-origin",
  ];
  if (isUnchanged(fieldOf(request.headers, "if-none-match"), script.etag)) {
    request.answer(304, headers, "");
    return;
  }
  headers.push("Content-Type", script.type);
  request.answer(200, headers, script.body);
}
