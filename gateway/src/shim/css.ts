/** Begins an address in a style sheet. */
const ADDRESS = /(\burl\(\s*["']?|@import\s+["'])([^"'()\s]+)/gi;

/** Changes the address of each `url()` and `@import` in text of a style sheet or of a `style` attribute. */
export function rewriteCss(text: string, fix: (address: string) => string): string {
  if (!mayHoldAddress(text)) return text;
  return text.replace(ADDRESS, (_, lead: string, address: string) => lead + fix(address));
}

function mayHoldAddress(text: string): boolean {
  return text.includes("(") || text.includes("@");
}
