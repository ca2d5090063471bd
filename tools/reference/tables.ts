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

/** The page of everything that is said on the event socket, made from the OpenAPI document. */
export function eventsPage(document: ReturnType<typeof openApiDocument>): string {
  const components = document.components.schemas as Record<string, Schema>;
  const { fromClients, fromGateway, closeCodes } = document["x-nekzus-socket"];
  const section = (type: string, description: string, data: unknown, scope?: string) => {
    const schema = data as Schema;
    const shared = schema.$ref?.replace("#/components/schemas/", "");
    const { properties = {}, required = [] } = (shared ? components[shared] : schema) ?? {};
    const rows = Object.entries(properties).map(([name, value]) => {
      const meaning = (value as { description?: string }).description ?? "";
      return `| \`${name}\` | ${cell(typeText(value, "api.md"))} | ${required.includes(name) ? "yes" : "no"} | ${cell(meaning)} |`;
    });
    const head = ["| field | type | always there | meaning |", "| --- | --- | --- | --- |"];
    return [
      `### ${type}`,
      "",
      description,
      "",
      ...(scope ? [`Scope: \`${scope}\``, ""] : []),
      ...(rows.length ? [...head, ...rows, ""] : []),
    ];
  };
  return [
    "# Events and messages",
    "",
    NOTICE,
    "",
    "How the event socket is used is told in [its own page](../events.md). What a client missed it can also ask for with",
    "`GET /api/v1/events?after=<number>`.",
    "",
    "## Events",
    "",
    "Each is numbered, and is for those who hold its scope, or `read:*`.",
    "",
    ...Object.entries(document["x-nekzus-events"]).flatMap(([type, { description, scope, data }]) =>
      section(type, description, data, scope),
    ),
    "## Messages of clients",
    "",
    ...Object.entries(fromClients).flatMap(([type, { description, data }]) => section(type, description, data)),
    "## Messages of the gateway that are no events",
    "",
    ...Object.entries(fromGateway).flatMap(([type, { description, data }]) => section(type, description, data)),
    "## Close codes",
    "",
    "| code | meaning |",
    "| --- | --- |",
    ...Object.entries(closeCodes).map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`),
    "",
  ].join("\n");
}
