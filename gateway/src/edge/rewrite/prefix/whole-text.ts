import type { TextRewriter } from "./body-rewriter.ts";

/** A rewriter of texts that are looked at as a whole; one with more characters than `limit` passes as it is. */
export function wholeText(limit: number, rewrite: (text: string) => string): TextRewriter {
  let held = "";
  let tooLong = false;
  return {
    push(text) {
      if (tooLong) return text;
      held += text;
      if (held.length <= limit) return "";
      tooLong = true;
      return held;
    },
    end: () => (tooLong ? "" : rewrite(held)),
  };
}
