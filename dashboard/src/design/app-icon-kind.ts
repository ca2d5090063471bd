/** What the `icon` of an app asks for. `none` also stands for addresses: those the gateway fetches. */
export type IconKind = { kind: "emoji"; emoji: string } | { kind: "drawn"; name: string } | { kind: "none" };

/** Reads the `icon` of an app. Whatever it holds, the answer is something that can be shown. */
export function iconKind(icon: string | undefined): IconKind {
  const text = icon?.trim() ?? "";
  const drawn = /^lucide:([a-z0-9-]{1,40})$/.exec(text)?.[1];
  if (drawn) return { kind: "drawn", name: drawn };
  // One visible sign (it may be made of several code points), and a picture: not a letter or a digit.
  const [first, ...more] = new Intl.Segmenter().segment(text.slice(0, 40));
  if (first && more.length === 0 && /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(first.segment)) {
    return { kind: "emoji", emoji: first.segment };
  }
  return { kind: "none" };
}

/** The first letter or digit of the name, else of the id, in capitals; a dot where there is none. */
export function firstLetter(name: string, id: string): string {
  return (/[\p{L}\p{N}]/u.exec(name) ?? /[\p{L}\p{N}]/u.exec(id))?.[0].toLocaleUpperCase() ?? "·";
}

/** A number from 0 to `count` − 1 that is always the same for the same id (FNV-1a). */
export function toneOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % count;
}
