/** Booleans as the tables keep them. */
export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** Reads a boolean column. */
export function fromFlag(value: number): boolean {
  return value !== 0;
}

/** Lists and objects as the tables keep them: JSON text. Throws for what JSON cannot hold (`undefined`, cycles). */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError("A value that JSON cannot hold was about to be stored");
  return text;
}

/** Reads a JSON column. The type is what the store itself wrote; throws when the text is not JSON. */
export function fromJson<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error("A stored JSON value is damaged: restore a backup of the database", { cause: error });
  }
}

/** Milliseconds since 1970 as the contract writes an instant: RFC 3339, UTC, with milliseconds. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A nullable column as the contract writes it: unset times are left out (ruling R15). */
export function toOptionalInstant(ms: number | null): string | undefined {
  return ms === null ? undefined : toInstant(ms);
}
