/** All values of a header in a flat array of names and values, in their order. `lower`: its name in lower case. */
export function valuesOf(raw: readonly string[], lower: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (name.length === lower.length && name.toLowerCase() === lower) values.push(raw[i + 1] as string);
  }
  return values;
}

/** The value of a header that comes once; undefined without one, or with several. */
export function soleValue(raw: readonly string[], lower: string): string | undefined {
  const values = valuesOf(raw, lower);
  return values.length === 1 ? values[0] : undefined;
}

/** The fields without those whose name, in lower case, `drops` accepts. */
export function without(raw: readonly string[], drops: (lower: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!drops((raw[i] as string).toLowerCase())) kept.push(raw[i] as string, raw[i + 1] as string);
  }
  return kept;
}

/** The same text, which is latin1, in memory of its own: what was cut out of a whole header holds all of that. */
export function copied(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** A date of HTTP in ms since 1970; undefined when it is none. */
export function dateMs(text: string | undefined): number | undefined {
  // Date.parse alone takes much more than the three forms of RFC 9110, section 5.6.7; all of them begin with a day.
  if (text === undefined || !/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const ms = Date.parse(/ GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
