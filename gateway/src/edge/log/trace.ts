/** Length of a `traceparent` of version 00: `00-<32 hex>-<16 hex>-<2 hex>`. */
const LENGTH = 55;
const DASH = 45;
/** Where the trace id lies. */
const TRACE = { from: 3, to: 35 } as const;
/** Where the parent's id lies. */
const PARENT = { from: 36, to: 52 } as const;

/**
 * The trace id of a `traceparent` header when it is well-formed (W3C Trace Context, level 2, sections 3.2 and 4.3),
 * else undefined: such a header is not passed on, and neither is the `tracestate` beside it. Later versions may carry
 * more after a dash. A header that came twice is malformed too, which the caller must see.
 */
export function traceIdOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length < LENGTH) return undefined;
  if (value.charCodeAt(2) !== DASH || value.charCodeAt(35) !== DASH || value.charCodeAt(52) !== DASH) return undefined;
  if (!isHex(value, 0, 2) || !isHex(value, TRACE.from, TRACE.to) || !isHex(value, PARENT.from, PARENT.to))
    return undefined;
  if (!isHex(value, 53, LENGTH)) return undefined;
  if (value.startsWith("ff")) return undefined;
  if (value.length > LENGTH && (value.startsWith("00") || value.charCodeAt(LENGTH) !== DASH)) return undefined;
  if (isZero(value, TRACE.from, TRACE.to) || isZero(value, PARENT.from, PARENT.to)) return undefined;
  return value.slice(TRACE.from, TRACE.to);
}

/** Lower-case hex digits only. */
function isHex(value: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = value.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

function isZero(value: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (value.charCodeAt(i) !== 48) return false;
  return true;
}
