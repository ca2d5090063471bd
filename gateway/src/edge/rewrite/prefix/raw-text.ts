/** Finds the end of an element whose content is no markup. */
export type RawText = {
  /** Content of an element of that name begins, lower case. */
  begin(name: string): void;
  /** Reads on from `i` of `text` and answers how far: to its end, or, when the content `ended`, behind `</name`. */
  push(text: string, i: number): number;
  /** What is held of a possible end: `</name` as it is written, once the content ended. Given once. */
  rest(): string;
  readonly name: string;
  readonly ended: boolean;
};

/**
 * Reads content up to its end tag (HTML, sections 13.2.5.9 to 31), and gives it to `content` in pieces. In scripts,
 * `<!--` and `<script` within it hide an end tag.
 */
export function createRawText(content: (text: string) => void): RawText {
  let name = "";
  let ended = false;
  /** In a script: 1 behind `<!--`, 2 behind `<script` in that. */
  let hidden: 0 | 1 | 2 = 0;
  let dashes = 0;
  /** What was read of something that matters, from its `<` on. */
  let mark = "";

  function push(text: string, start: number): number {
    let from = start;
    let i = start;
    const settle = (next: 0 | 1 | 2, seenDashes: number) => {
      content(mark);
      mark = "";
      from = i;
      hidden = next;
      dashes = seenDashes;
    };
    for (; i < text.length; i++) {
      if (!mark) {
        if (hidden === 0) i = text.indexOf("<", i);
        if (i < 0) break;
        const char = text[i];
        if (char === "<") {
          dashes = 0;
          // Most of them mean nothing.
          if (i + 1 < text.length && !leadsOn(`<${text[i + 1]}`.toLowerCase())) continue;
          if (i > from) content(text.slice(from, i));
          mark = endTagAt(text, i) ?? "<";
          i += mark.length - 1;
          from = i + 1;
        } else if (char === "-") dashes++;
        else {
          if (char === ">" && dashes >= 2) hidden = 0;
          dashes = 0;
        }
        continue;
      }
      const char = text[i] as string;
      const read = mark.toLowerCase();
      const opens = hidden === 1 && read === "<script";
      if (opens || read === `</${name}`) {
        if (!/[\t\n\f\r />]/.test(char)) settle(hidden, 0);
        else if (opens) settle(2, 0);
        else if (hidden === 2) settle(1, 0);
        else {
          ended = true;
          return i;
        }
        i--;
      } else if (leadsOn(read + char.toLowerCase())) {
        mark += char;
        from = i + 1;
        if (mark === "<!--") {
          i++;
          settle(1, 2);
          i--;
        }
      } else {
        settle(hidden, 0);
        i--;
      }
    }
    if (!mark && from < text.length) content(text.slice(from));
    return text.length;
  }

  /** `</name` at `i`, as it is written, if all of it is here. */
  function endTagAt(text: string, i: number): string | undefined {
    const written = text.slice(i, i + 2 + name.length);
    return written.toLowerCase() === `</${name}` ? written : undefined;
  }

  /** Can something that matters begin like this? Nothing ends `plaintext`. */
  function leadsOn(read: string): boolean {
    if (name === "plaintext") return false;
    if (`</${name}`.startsWith(read)) return true;
    if (name !== "script") return false;
    return (hidden === 0 && "<!--".startsWith(read)) || (hidden === 1 && "<script".startsWith(read));
  }

  return {
    begin(of) {
      name = of;
      ended = false;
      hidden = 0;
      dashes = 0;
      mark = "";
    },
    push,
    rest() {
      const rest = mark;
      mark = "";
      return rest;
    },
    get name() {
      return name;
    },
    get ended() {
      return ended;
    },
  };
}
