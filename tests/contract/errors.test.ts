import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENDPOINTS, ERRORS } from "@nekzus/contract";
import { errorsOf, openApiDocument } from "@nekzus/contract/openapi";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const codes = Object.keys(ERRORS).sort();

test("the page of errors says what the table says, no more and no less", () => {
  const page = readFileSync(join(root, "docs/reference/errors.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)`\s*\| (\d+)\s*\| (.*?)\s*\| (.*?)\s*\|$/gm)].map(
    ([, code, status, meaning, remedy]) => [code, { status: Number(status), meaning, remedy }],
  );
  expect(Object.fromEntries(rows)).toEqual(ERRORS);
});

test("the OpenAPI document knows exactly the codes of the table", () => {
  const { components } = openApiDocument("0.0.0");
  expect(Object.keys(components.responses).sort()).toEqual(codes);
  expect(components.schemas).toHaveProperty("Error.properties.error.properties.code.enum", codes);
});

test("every code has its place: an endpoint documents it, or the source answers with it", () => {
  const folder = join(root, "gateway/src");
  const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const documented = new Set<string>(ENDPOINTS.flatMap(errorsOf));
  // 499 has no answer: nobody is there to read it. It is seen in metrics.
  const placed = codes.filter((code) => code === "CLIENT_CLOSED_REQUEST" || source.includes(`"${code}"`));
  expect(placed).toEqual(codes);
  expect([...documented].filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});
