import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

/** How long it is said what came of it, in ms. */
const SAID_MS = 2500;

/** Copies a text, and tells for a moment what came of it. */
export function useCopy(): { outcome: "copied" | "refused" | undefined; copy(text: string): Promise<boolean> } {
  const [outcome, setOutcome] = useState<"copied" | "refused">();

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(setOutcome, SAID_MS, undefined);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy(text: string): Promise<boolean> {
    const isCopied = await copyText(text);
    setOutcome(isCopied ? "copied" : "refused");
    return isCopied;
  }

  return { outcome, copy };
}
