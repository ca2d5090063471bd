import type { openApiDocument } from "../../contract/src/openapi.ts";
import { cell, NOTICE } from "./markdown.ts";
import { type Schema, typeText } from "./schema-text.ts";

type Document = ReturnType<typeof openApiDocument>;
type Operation = {
  summary: string;
  description: string;
  tags: string[];
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Schema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>;
};

/** The page of all endpoints, made from the OpenAPI document. */
export function apiPage(document: Document): string {
  const components = document.components.schemas as Record<string, Schema>;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, value]) => ({ path, method: method.toUpperCase(), ...(value as Operation) })),
  );
  const lines = ["# The API", "", NOTICE, "", document.info.description, ""];
  for (const { name, description } of document.tags) {
    lines.push(`## ${name}`, "", description, "");
    for (const operation of operations.filter(({ tags }) => tags.includes(name))) {
      lines.push(`### ${operation.method} ${operation.path}`, "", `${operation.summary}.`.replace(/\?\.$/, "?"), "");
      lines.push(operation.description, "", ...requestLines(operation, components), ...answerLines(operation));
    }
  }
  lines.push("## Shapes", "", "Objects that more than one endpoint uses.", "");
  for (const [name, schema] of Object.entries(components)) {
    lines.push(`### ${name}`, "", ...fieldTable(schema, components), "");
  }
  return lines.join("\n");
}

function requestLines(operation: Operation, components: Record<string, Schema>): string[] {
  const lines: string[] = [];
  if (operation.parameters.length > 0) {
    lines.push("| parameter | in | type | required | meaning |", "| --- | --- | --- | --- | --- |");
    for (const { name, in: place, schema, required, description } of operation.parameters) {
      lines.push(
        `| \`${name}\` | ${place} | ${cell(typeText(schema))} | ${required ? "yes" : "no"} | ${cell(description ?? "")} |`,
      );
    }
    lines.push("");
  }
  const body = operation.requestBody?.content["application/json"]?.schema;
  if (body) {
    lines.push(operation.requestBody?.required ? "Body:" : "Body (may be left out):", "");
    lines.push(...fieldTable(body, components), "");
  }
  return lines;
}

function answerLines(operation: Operation): string[] {
  const lines = ["| answer | what |", "| --- | --- |"];
  for (const [status, { $ref, description = "", content }] of Object.entries(operation.responses)) {
    if ($ref) {
      const code = $ref.replace("#/components/responses/", "");
      lines.push(`| ${status} | \`${code}\` |`);
      continue;
    }
    const [first = "", ...rest] = description.split("\n\n");
    const codes = [...description.matchAll(/^`([A-Z_]+)`: /gm)].map(([, code]) => `\`${code}\``);
    const onlyErrors = /^`[A-Z_]+`: /.test(first);
    const json = content?.["application/json"]?.schema;
    const media = content ? Object.keys(content).join(", ") : "";
    const shape = json && !onlyErrors ? ` ${typeText(json)}` : media && !json ? ` (${media})` : "";
    const errors = rest.length && !onlyErrors ? `; or ${codes.join(", ")}` : "";
    lines.push(`| ${status} | ${cell(onlyErrors ? codes.join(", ") : `${first}${shape}${errors}`)} |`);
  }
  return [...lines, ""];
}

/** A table of an object's fields; other types in one line. */
function fieldTable(schema: Schema, components: Record<string, Schema>): string[] {
  const name = schema.$ref?.replace("#/components/schemas/", "");
  const object = name ? components[name] : schema;
  if (!object?.properties) return [typeText(schema)];
  const lines = ["| field | type | required | meaning |", "| --- | --- | --- | --- |"];
  for (const [field, value] of Object.entries(object.properties)) {
    const required = object.required?.includes(field);
    const standard = required || value.default === undefined ? "" : `Default: \`${JSON.stringify(value.default)}\`. `;
    lines.push(
      `| \`${field}\` | ${cell(typeText(value))} | ${required ? "yes" : "no"} | ${cell(standard + (value.description ?? ""))} |`,
    );
  }
  return lines;
}
