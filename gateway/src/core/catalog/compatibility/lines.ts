/** Finds the lines and columns of rising places in a text, in one go over it. A step back begins anew. */
export function createLines(text: string, firstLine = 1): (index: number) => { line: number; column: number } {
  let line = firstLine;
  let start = 0;
  // Kept, since a minified file has no further one and would be searched to its end each time.
  let next = text.indexOf("\n");
  return (index) => {
    if (index < start) {
      line = firstLine;
      start = 0;
      next = text.indexOf("\n");
    }
    while (next >= 0 && next < index) {
      line++;
      start = next + 1;
      next = text.indexOf("\n", start);
    }
    return { line, column: index - start + 1 };
  };
}
