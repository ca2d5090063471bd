/** Order of two values of one column: numbers by size, texts as people count ("app 2" before "app 10"). */
export function compareValues(one: unknown, other: unknown, collator: Intl.Collator): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return collator.compare(String(one), String(other));
}
