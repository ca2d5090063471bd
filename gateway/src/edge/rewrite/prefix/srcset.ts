const SPACE = /[\t\n\f\r ]/;

/**
 * Where the addresses stand in the value of `srcset` (HTML, "parse a srcset attribute"). An address goes to the next
 * white space, so that commas within belong to it.
 */
export function srcsetAddresses(value: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let i = 0;
  while (i < value.length) {
    if (value[i] === "," || SPACE.test(value[i] as string)) {
      i++;
      continue;
    }
    const from = i;
    while (i < value.length && !SPACE.test(value[i] as string)) i++;
    let to = i;
    while (to > from && value[to - 1] === ",") to--;
    found.push({ from, to });
    if (to < i) continue;
    // Descriptors: to the next comma that stands in no brackets.
    for (let inside = false; i < value.length && (inside || value[i] !== ","); i++) {
      if (value[i] === "(") inside = true;
      else if (value[i] === ")") inside = false;
    }
  }
  return found;
}
