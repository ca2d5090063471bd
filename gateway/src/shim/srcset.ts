/** White space and commas, an address, and its descriptors unless a comma ends it (HTML, "parse a srcset attribute"). */
const CANDIDATE = /([\s,]*)(\S+)(?:(?<=,)|((?:\s(?:[^,(]|\([^)]*\))*)?))/g;

/** Changes each address of a `srcset`, and leaves descriptors and spaces as they are. */
export function rewriteSrcset(text: string, fix: (address: string) => string): string {
  return text.replace(CANDIDATE, (_, lead: string, word: string, descriptors = "") => {
    let end = word.length;
    while (word[end - 1] === ",") end--;
    return lead + fix(word.slice(0, end)) + word.slice(end) + descriptors;
  });
}
