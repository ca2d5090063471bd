/** The remark at the top of every generated page. */
export const NOTICE = "<!-- Made by `npm run generate`. Change the source, not this page. -->";

/** Text for a table cell: on one line, bars escaped. */
export function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, " ")
    .trim();
}
