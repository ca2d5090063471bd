/** The part of JSON Schema that the contract uses. */
export type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
};

/**
 * A schema as a person would say it: `list of App`, `"path" or "subdomain"`, `whole number from 1 to 500`. `page` is
 * the page that describes the shapes, when it is another one.
 */
export function typeText(schema: Schema, page = ""): string {
  if (schema.$ref) {
    const name = schema.$ref.replace("#/components/schemas/", "");
    return `[${name}](${page}#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => typeText(one, page)))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? typeText(schema.items, page) : "anything"}`;
  if (schema.type === "object") return objectText(schema, page);
  if (schema.type === "string") {
    if (schema.format === "date-time") return "instant";
    return schema.maxLength === undefined ? "text" : `text up to ${schema.maxLength}`;
  }
  if (schema.type === "integer" || schema.type === "number") return numberText(schema);
  return schema.type ?? "anything";
}

function objectText({ properties, required, additionalProperties }: Schema, page: string): string {
  if (properties) {
    const fields = Object.entries(properties).map(
      ([name, value]) => `\`${name}\`${required?.includes(name) ? "" : "?"} ${typeText(value, page)}`,
    );
    return `object with ${fields.join(", ")}`;
  }
  if (typeof additionalProperties === "object") return `map of ${typeText(additionalProperties, page)}`;
  return "object";
}

function numberText({ type, minimum, maximum }: Schema): string {
  const name = type === "integer" ? "whole number" : "number";
  if (minimum !== undefined && maximum !== undefined) return `${name} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${name} from ${minimum}`;
  return maximum === undefined ? name : `${name} up to ${maximum}`;
}
