const CUT_MARK = "[the oldest output was cut]\n";

export type JobOutput = {
  append(text: string): void;
  /** What is kept; begins with a mark when something was cut. */
  text(): string;
};

/**
 * Keeps the newest `limit` bytes (UTF-8) of what a job printed. It is kept and cut in pieces of at most `pieceSize`
 * bytes, so that many small texts stay cheap.
 */
export function createJobOutput(limit = 1024 * 1024, pieceSize = 16 * 1024): JobOutput {
  const pieces: { text: string; bytes: number }[] = [];
  let bytes = 0;
  let cut = false;

  function add(text: string): void {
    const size = Buffer.byteLength(text);
    const last = pieces.at(-1);
    if (last && last.bytes + size <= pieceSize) {
      last.text += text;
      last.bytes += size;
    } else {
      pieces.push({ text, bytes: size });
    }
    bytes += size;
    while (bytes > limit) {
      bytes -= pieces.shift()?.bytes ?? bytes;
      cut = true;
    }
  }

  return {
    append(text) {
      // PostgreSQL refuses NUL in texts.
      const clean = text.replaceAll("\0", "\uFFFD");
      let from = 0;
      while (from < clean.length) {
        // A unit of UTF-16 takes at most three bytes of UTF-8.
        let to = from + Math.floor(pieceSize / 4);
        if (isLowSurrogate(clean.charCodeAt(to))) to++;
        add(clean.slice(from, to));
        from = to;
      }
    },
    text: () => (cut ? CUT_MARK : "") + pieces.map((piece) => piece.text).join(""),
  };
}

/** The second half of a character that takes two units: a cut before it would leave two broken halves. */
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
