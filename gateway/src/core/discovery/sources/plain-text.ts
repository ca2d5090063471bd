/**
 * Control characters, private use, lone surrogates, line and paragraph separators, and what is invisible or turns the
 * reading direction. The joiner U+200D stays: emojis are made with it.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]|[\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

/**
 * Text from a stranger, fit for showing: without control characters or those that turn the reading direction, white
 * space trimmed and collapsed, at most `limit` UTF-16 units. Markup stays what it is: text.
 */
export function plainText(value: string, limit: number): string {
  const clean = value
    .slice(0, limit * 4)
    .replace(INVISIBLE, " ")
    .replace(/\s+/gu, " ")
    .trim();
  // Cutting through a surrogate pair would leave half a character.
  return clean
    .slice(0, limit)
    .toWellFormed()
    .replace(/\uFFFD$/u, "")
    .trim();
}
