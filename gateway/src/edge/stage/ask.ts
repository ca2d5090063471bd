import type { Head } from "../decide/head.ts";
import { fieldOf } from "../http1/fields.ts";
import { decodable } from "./codings.ts";
import { isMarked, type Mark, unmarkedTags } from "./validators.ts";
import { startsWorker } from "./worker-script.ts";

/** Whose answers are rewritten when they are of such a type, by Sec-Fetch-Dest; pictures, media and downloads are not. */
const REWRITABLE: ReadonlySet<string> = new Set([
  "document",
  "iframe",
  "frame",
  "fencedframe",
  "embed",
  "object",
  "style",
  "manifest",
  "speculationrules",
]);

/** Does the request ask for what would be rewritten? Without Sec-Fetch-Dest (over plain HTTP) Accept tells. */
function asksForRewritable({ fetchDest, accept }: Pick<Head, "fetchDest" | "accept">): boolean {
  if (fetchDest !== undefined) return REWRITABLE.has(fetchDest) || startsWorker(fetchDest);
  return accept !== undefined && /\btext\/(?:html|css)\b|\bmanifest\+json\b/i.test(accept);
}

/**
 * The header of a request whose answer may be rewritten, as the app gets it: only codings that can be taken off, the app's
 * own validators in place of marked ones, and no part of what would be rewritten, since parts of it fit no whole.
 *
 * A copy without our mark is one that was not rewritten. Where the answer would be, its validators are left out, so that
 * it does not pass for fresh. Elsewhere they stay, and so does Range: a film goes on where it was left.
 */
export function askForRewriting(
  headers: readonly string[],
  head: Pick<Head, "fetchDest" | "accept">,
  mark: Mark,
): string[] {
  const rewritable = asksForRewritable(head);
  const ifRange = fieldOf(headers, "if-range");
  // With If-Range it is known whether what the client holds was rewritten.
  const partly = ifRange === undefined ? !rewritable : !isMarked(ifRange, mark);
  const byDate = !rewritable && fieldOf(headers, "if-none-match") === undefined;
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    switch (name.toLowerCase()) {
      case "accept-encoding":
        out.push(name, decodable(value));
        break;
      case "range":
      case "if-range":
        if (partly) out.push(name, value);
        break;
      case "if-modified-since":
        if (byDate) out.push(name, value);
        break;
      case "if-none-match": {
        const { tags, date } = unmarkedTags(value, mark, rewritable ? "drop" : "keep");
        if (tags) out.push(name, tags);
        if (date !== undefined) out.push("If-Modified-Since", date);
        break;
      }
      case "if-match": {
        const { tags, date } = unmarkedTags(value, mark, "keep");
        if (tags) out.push(name, tags);
        if (date !== undefined) out.push("If-Unmodified-Since", date);
        break;
      }
      default:
        out.push(name, value);
    }
  }
  return out;
}
