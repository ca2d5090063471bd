import { Parser } from "htmlparser2";

/** Longest title that is reported, in characters. */
const MAX_TITLE = 200;

/** The title of a page by its first `<title>`, in one line. Undefined when it has none. */
export function pageTitle(html: string): string | undefined {
  let text = "";
  let state: "before" | "inside" | "after" = "before";
  const parser = new Parser({
    onopentagname(name) {
      if (name === "title" && state === "before") state = "inside";
    },
    ontext(part) {
      if (state === "inside" && text.length < MAX_TITLE * 4) text += part;
    },
    onclosetag(name) {
      if (name === "title") state = "after";
    },
  });
  parser.end(html);
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.slice(0, MAX_TITLE) || undefined;
}
