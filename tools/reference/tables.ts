import { ERRORS } from "../../contract/src/index.ts";
import type { openApiDocument } from "../../contract/src/openapi.ts";
import { cell, NOTICE } from "./markdown.ts";
import { type Schema, typeText } from "./schema-text.ts";

/** The page of all error codes. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS)
    .sort(([a, { status: x }], [b, { status: y }]) => x - y || (a < b ? -1 : 1))
    .map(([code, { status, meaning, remedy }]) => `| \`${code}\` | ${status} | ${cell(meaning)} | ${cell(remedy)} |`);
  return [
    "# Errors",
    "",
    NOTICE,
    "",
    'Every error is JSON of the shape `{"error": {"code": "…", "message": "…"}}`. With `VALIDATION_FAILED`,',
    "`error.details` lists the refused values as `path` and `reason`. Programs should decide by `code`; the message is for people.",
    "",
    "| code | status | meaning | what to do |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The page of all events that clients can see, made from the OpenAPI document. */
export function eventsPage(document: ReturnType<typeof openApiDocument>): string {
  const components = document.components.schemas as Record<string, Schema>;
  const lines = [
    "# Events",
    "",
    NOTICE,
    "",
    "Events are numbered. What a client missed it can ask for with `GET /api/v1/events?after=<number>`.",
    "",
  ];
  for (const [type, { description, scope, data }] of Object.entries(document["x-nekzus-events"])) {
    const schema = data as Schema;
    const shared = schema.$ref?.replace("#/components/schemas/", "");
    const { properties = {}, required = [] } = (shared ? components[shared] : schema) ?? {};
    lines.push(`## ${type}`, "", description, "", `Scope: \`${scope}\``, "");
    lines.push("| field | type | always there |", "| --- | --- | --- |");
    for (const [name, value] of Object.entries(properties)) {
      lines.push(`| \`${name}\` | ${cell(typeText(value, "api.md"))} | ${required.includes(name) ? "yes" : "no"} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}
