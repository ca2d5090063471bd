import { z } from "zod";

export type Json = { [name: string]: unknown };

export type Schemas = ReturnType<typeof createSchemas>;

/**
 * Turns zod schemas into JSON Schema. Schemas that the modules of the contract export become components under their
 * exported names. Throws when one of them is not the same as input and as output.
 */
export function createSchemas(modules: readonly Json[]) {
  const names = new Map<unknown, string>();
  for (const module of modules) {
    for (const [name, value] of Object.entries(module)) if (value instanceof z.ZodType) names.set(value, name);
  }
  const components = new Map<string, Json>();

  /** zod's own notes on a schema (descriptions, examples), with the exported name as its id. */
  class NamedRegistry extends z.core.$ZodRegistry<Json> {
    override get(schema: z.core.$ZodType): never {
      const name = names.get(schema);
      const notes = z.globalRegistry.get(schema);
      return (name ? { ...notes, id: name } : notes) as never;
    }
  }
  const metadata = new NamedRegistry();

  function of(schema: z.ZodType, io: "input" | "output"): Json {
    const { $schema: _, $defs, ...whole } = z.toJSONSchema(schema, { io, metadata }) as Json;
    for (const [name, value] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      const made = clean(value);
      const known = components.get(name);
      if (known && JSON.stringify(known) !== JSON.stringify(made)) {
        throw new Error(`${name} differs as input and as output: export a schema of its own for one of them`);
      }
      components.set(name, made);
    }
    return clean(whole);
  }
  return { of, components: () => Object.fromEntries(components) };
}

/** Leaves out what only says what is understood anyway, and points references at the components. */
function clean(value: Json): Json {
  const result: Json = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "id" || (key === "additionalProperties" && inner === false)) continue;
    if (key === "minimum" && inner === Number.MIN_SAFE_INTEGER) continue;
    if (key === "maximum" && inner === Number.MAX_SAFE_INTEGER) continue;
    if (key === "propertyNames" && JSON.stringify(inner) === '{"type":"string"}') continue;
    if (key === "$ref") result[key] = String(inner).replace("#/$defs/", "#/components/schemas/");
    else if (key === "properties") result[key] = mapValues(inner as Record<string, Json>, clean);
    else result[key] = cleanAny(inner);
  }
  return result;
}

function cleanAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleanAny);
  return typeof value === "object" && value !== null ? clean(value as Json) : value;
}

/** An object with the same names and changed values. */
export function mapValues<V, W>(object: Record<string, V>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** The same object with its names in order. */
export function sorted<V>(object: Record<string, V>): Record<string, V> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
