/**
 * Writes what is made from the contract, the OpenAPI document and the reference pages, and the script for pages in
 * prefix mode. With `--check` it writes nothing and fails when a file is not what it should be.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openApiDocument } from "../contract/src/openapi.ts";
import { configurationReference } from "../gateway/src/core/config/reference.ts";
import { prefixScript } from "./delivery/prefix-script.ts";
import { apiPage } from "./reference/api.ts";
import { clientTable } from "./reference/client.ts";
import { errorsPage, eventsPage } from "./reference/tables.ts";

const root = join(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(root, "gateway/package.json"), "utf8")) as { version: string };
const document = openApiDocument(version);

const { endpoints, first, later } = clientTable();

const files: Record<string, string> = {
  "dashboard/src/api/endpoints.gen.ts": endpoints,
  "dashboard/src/api/first.gen.ts": first,
  "dashboard/src/api/later.gen.ts": later,
  "contract/openapi.json": JSON.stringify(document, null, 2),
  "gateway/pages/prefix.js": await prefixScript(),
  "docs/reference/api.md": apiPage(document),
  "docs/reference/configuration.md": configurationReference(),
  "docs/reference/errors.md": errorsPage(),
  "docs/reference/events.md": eventsPage(document),
};

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, content] of Object.entries(files)) {
  const path = join(root, name);
  const text = `${content.trimEnd()}\n`;
  if (read(path) === text) continue;
  stale.push(name);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

if (!check) console.log(stale.length ? `written: ${stale.join(", ")}` : "everything was up to date");
else if (stale.length) {
  console.error(`not up to date: ${stale.join(", ")}\nrun \`npm run generate\` and commit the result`);
  process.exitCode = 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
