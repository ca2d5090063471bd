/** Longest name that can be looked for. */
const MAX_LENGTH = 15;

/**
 * Finds out whether a part of a text is one of a few names, written in any case, and answers the name in lower case.
 * It makes no string for that: most names in a page are none of them.
 */
export function knownNames(names: readonly string[]): (text: string, from: number, to: number) => string | undefined {
  const places: (string[] | undefined)[] = Array.from({ length: (MAX_LENGTH + 1) * 32 });
  for (const name of names) {
    const place = placeOf(name.length, name.charCodeAt(0));
    places[place] = [...(places[place] ?? []), name];
  }
  return (text, from, to) => {
    const length = to - from;
    if (length > MAX_LENGTH) return undefined;
    const possible = places[placeOf(length, text.charCodeAt(from))];
    if (possible === undefined) return undefined;
    for (const name of possible) if (isWritten(name, text, from)) return name;
    return undefined;
  };
}

/** By length and first letter, of which upper and lower case are alike. */
function placeOf(length: number, first: number): number {
  return (length << 5) | (first & 31);
}

function isWritten(name: string, text: string, from: number): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(from + i);
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== name.charCodeAt(i)) return false;
  }
  return true;
}
