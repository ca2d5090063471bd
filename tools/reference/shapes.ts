import type { Schema } from "./schema-text.ts";

const REFERENCE = "#/components/schemas/";

/** What else zod writes of a schema. */
type AnySchema = Schema & { oneOf?: Schema[]; allOf?: Schema[]; prefixItems?: Schema[] };

/**
 * Turns JSON schemas into texts of `Shape` (dashboard/src/api/shape.ts). Named schemas become constants that are
 * referred to, so that each is sent once.
 */
export function createShapes(components: Record<string, unknown>) {
  const declared = new Map<string, string>();
  const underWay = new Set<string>();

  /** The source text of the schema's shape. Throws for what has none. */
  function textOf(schema: AnySchema): string {
    if (schema.$ref) return reference(schema.$ref);
    if (typeof schema.const === "string") return words(`=${schema.const}`);
    if (schema.const !== undefined) return words(typeWord(schema.const));
    if (schema.enum) return union(schema.enum.map((value) => words(typeWord(value))));
    const members = schema.anyOf ?? schema.oneOf;
    if (members) return union(members.map((member) => textOf(member)));
    if (schema.allOf) throw new Error("an intersection has no shape: extend the object instead");
    if (schema.type === "array") {
      const items = schema.prefixItems ? union(schema.prefixItems.map((item) => textOf(item))) : undefined;
      return `[${items ?? textOf(schema.items ?? {})}]`;
    }
    if (schema.type === "object") return objectText(schema);
    return words(schema.type ?? "any");
  }

  function objectText({ properties = {}, required = [], additionalProperties }: AnySchema): string {
    const fields = Object.entries(properties).map(([name, value]) => {
      if (name === "*" || name.endsWith("?")) throw new Error(`a field called ${name} has no shape: rename it`);
      return `${key(required.includes(name) ? name : `${name}?`)}: ${textOf(value)}`;
    });
    if (fields.length === 0 && typeof additionalProperties === "object") {
      return `{ "*": ${textOf(additionalProperties)} }`;
    }
    return fields.length ? `{ ${fields.join(", ")} }` : "{}";
  }

  /** A schema that holds itself is looked through once, and anything goes further in. */
  function reference(ref: string): string {
    const name = ref.slice(REFERENCE.length);
    if (!ref.startsWith(REFERENCE) || underWay.has(name)) return words("any");
    if (!declared.has(name)) {
      underWay.add(name);
      const text = textOf(components[name] as Schema);
      underWay.delete(name);
      // A short one costs less than its name.
      declared.set(name, text);
    }
    const text = declared.get(name) as string;
    return text.startsWith('"') ? text : `${name}Shape`;
  }

  return {
    textOf,
    /** The constants that the texts so far refer to, each before its first use. */
    declarations: (): string[] =>
      [...declared].flatMap(([name, text]) => (text.startsWith('"') ? [] : [`const ${name}Shape = ${text} as const;`])),
  };
}

function words(word: string): string {
  return JSON.stringify(word);
}

function union(members: readonly string[]): string {
  const all = new Set(members);
  if (all.has('"any"')) return '"any"';
  // Any text covers the texts named beside it.
  const different = [...all].filter((member) => !(all.has('"string"') && member.startsWith('"=')));
  return different.length === 1 ? (different[0] as string) : `[${different.join(", ")}]`;
}

function typeWord(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
