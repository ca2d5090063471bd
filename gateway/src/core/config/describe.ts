import type { ConfigKey } from "@nekzus/contract/config";

/** A value as a person would write it. Of a secret only its size is told. */
export function valueText(key: ConfigKey, value: unknown): string {
  if (!key.secret) return key.type.format(value);
  if (Array.isArray(value)) return `(secret, ${value.length} ${value.length === 1 ? "entry" : "entries"})`;
  return value === "" || value === undefined ? "(not set)" : `(secret, ${String(value).length} characters)`;
}

/** The default as a person would write it, or what it means. */
export function defaultText(key: ConfigKey): string {
  if (key.defaultText) return key.defaultText;
  if (key.default === "") return "(not set)";
  return key.type.format(key.default);
}

/** What the key holds, with its unit: `duration`, `whole number (bytes)`. */
export function typeText(key: ConfigKey): string {
  return key.unit ? `${key.type.name} (${key.unit})` : key.type.name;
}
