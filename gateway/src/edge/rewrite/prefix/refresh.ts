/**
 * Where the address stands in the value of Refresh or of `<meta http-equiv=refresh>`, as browsers read it (HTML,
 * "shared declarative refresh steps"): `5; url=/x`, `5,'/x'`, `0 /x`. Undefined when there is none.
 */
export function refreshAddress(value: string): { from: number; to: number } | undefined {
  const time = /^[\t\n\f\r ]*[0-9.]+/.exec(value)?.[0];
  if (!time) return undefined;
  const separator = /^(?:[\t\n\f\r ]*[;,]|[\t\n\f\r ])[\t\n\f\r ]*/.exec(value.slice(time.length))?.[0];
  if (!separator) return undefined;
  let from = time.length + separator.length;
  from += /^url[\t\n\f\r ]*=[\t\n\f\r ]*/i.exec(value.slice(from))?.[0].length ?? 0;
  const quote = value[from];
  if (quote !== '"' && quote !== "'") return { from, to: value.length };
  const end = value.indexOf(quote, from + 1);
  return { from: from + 1, to: end < 0 ? value.length : end };
}
