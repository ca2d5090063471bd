/** An `image-set()`, in which mere strings are addresses, and what stands in one. */
const IMAGE_SET = /image-set\((?:[^()]|\([^()]*\))*\)/gi;
const IN_IMAGE_SET = /\b(?:url|type)\([^)]*\)|(["'])([^"'\s]+)\1/gi;
/** Begins an address in a style sheet. */
const ADDRESS = /(\burl\(\s*["']?|@import\s+["'])([^"'()\s]+)/gi;

/** Changes the address of each `url()`, `@import` and `image-set()` in text of a style sheet or of a `style` attribute. */
export function rewriteCss(text: string, fix: (address: string) => string): string {
  if (!mayHoldAddress(text)) return text;
  const changed = text.replace(ADDRESS, (_, lead: string, address: string) => lead + fix(address));
  if (!changed.includes("image-set(")) return changed;
  return changed.replace(IMAGE_SET, (set) =>
    set.replace(IN_IMAGE_SET, (whole, quote = "", address = "") => (address ? quote + fix(address) + quote : whole)),
  );
}

function mayHoldAddress(text: string): boolean {
  return text.includes("(") || text.includes("@");
}
