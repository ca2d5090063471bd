/** Without case and accents: `cafe` finds Café. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Do all words occur in the text? Upper and lower case, and accents, make no difference. */
export function matches(words: string, text: string): boolean {
  const plain = fold(text);
  return fold(words)
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

/**
 * How well a thing fits all the words, 0 when one of them is nowhere in it: a name that begins with a word counts more
 * than one that contains it, and that more than what else it is found by.
 */
export function scoreOf(words: string, name: string, more: string): number {
  const title = fold(name);
  const rest = fold(more);
  let score = 1;
  for (const word of fold(words).split(/\s+/).filter(Boolean)) {
    if (title === word) score += 6;
    else if (title.startsWith(word)) score += 4;
    else if (title.includes(` ${word}`)) score += 3;
    else if (title.includes(word)) score += 2;
    else if (!rest.includes(word)) return 0;
  }
  return score;
}
