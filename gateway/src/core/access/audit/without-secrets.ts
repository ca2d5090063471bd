import { hideCredentials } from "../../../wire/token.ts";

/** Fields that hold a secret, or something too large to keep. */
const SECRET =
  /password|secret|token|proof|cookie|authorization|^code$|^key$|setupcode|image|picture|pushtoken|^url$|^endpoint$|p256dh|^auth$/i;
/** Fields whose values may be secrets, while their names tell what was done. */
const NAMED = /headers$/i;
const HIDDEN = "[hidden]";
/** Longest text and list that are kept, and how deep. */
const MOST_TEXT = 500;
const MOST_ITEMS = 50;
const DEEPEST = 6;

/** A value of the API for the record: without secrets, and bounded. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === "string") {
    const text = hideCredentials(value);
    return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return "…";
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => withoutSecrets(item, depth + 1));
  const shown: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value).slice(0, MOST_ITEMS * 2)) {
    if (SECRET.test(name)) shown[name] = HIDDEN;
    else if (NAMED.test(name) && isRecord(field)) shown[name] = mapped(field);
    else shown[name] = withoutSecrets(field, depth + 1);
  }
  return shown;
}

/** What differs between two objects, as `before` and `after`, each with those fields alone. */
export function differences(before: unknown, after: unknown): { before: unknown; after: unknown } | undefined {
  if (!isRecord(before) || !isRecord(after)) return undefined;
  const [old, fresh]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    if (name in before) old[name] = before[name];
    if (name in after) fresh[name] = after[name];
  }
  return { before: withoutSecrets(old), after: withoutSecrets(fresh) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapped(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, HIDDEN]));
}
