import type { TextRewriter } from "./body-rewriter.ts";
import { HeldText } from "./held-text.ts";

/** A rewriter of texts that are looked at as a whole; one with more characters than `limit` passes as it is. */
export function wholeText(limit: number, rewrite: (text: string) => string): TextRewriter {
  const held = new HeldText();
  let tooLong = false;
  return {
    push(text) {
      if (tooLong) return text;
      held.add(text);
      if (held.length <= limit) return "";
      tooLong = true;
      return held.take();
    },
    end: () => (tooLong ? "" : rewrite(held.take())),
  };
}
