import { call, showError } from "./api.js";
import { example, make, prose, shape, table } from "./docs-schema.js";

/** The API page, made from the OpenAPI document that the gateway serves. */

const $ = (id) => document.getElementById(id);
const METHODS = ["get", "post", "put", "patch", "delete"];

async function begin() {
  let api;
  try {
    api = await call("GET", "/api/v1/openapi.json");
  } catch (error) {
    showError($("trouble"), error);
    return;
  }
  $("version").textContent = api.info.version;
  $("about").append(...prose(api.info.description), howToCall());
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
  );
  for (const tag of api.tags)
    showGroup(
      tag,
      operations.filter((operation) => operation.tags?.includes(tag.name)),
      api,
    );
  showShapes(api.components.schemas);
  enableSearch();
  addEventListener("hashchange", openTarget);
  openTarget();
}

function howToCall() {
  return make(
    "div",
    {},
    ...prose(
      "A program shows a token (`Authorization: Bearer …`) or an API key (`X-API-Key: …`). Called from the gateway's own machine by the user it runs as, most endpoints need neither.",
    ),
  );
}

function showGroup(tag, operations, api) {
  if (operations.length === 0) return;
  const items = operations.map((operation) => {
    const entry = showOperation(operation, api);
    const link = make("li", {}, make("a", { href: `#${entry.id}`, textContent: operation.summary }));
    link.dataset.of = entry.id;
    return { entry, link };
  });
  const section = make("section", {}, make("h2", { textContent: tag.name }), ...prose(tag.description));
  section.append(...items.map(({ entry }) => entry));
  $("groups").append(section);
  const title = make("h2", { textContent: tag.name });
  $("index").append(make("div", {}, title, make("ul", {}, ...items.map(({ link }) => link))));
}

function showOperation(operation, api) {
  const { method, path, summary } = operation;
  const badge = make("span", { className: "method", textContent: method.toUpperCase() });
  badge.dataset.method = method;
  const head = make(
    "summary",
    {},
    badge,
    make("span", { className: "path", textContent: path }),
    make("span", { className: "what", textContent: summary }),
  );
  const entry = make("details", { id: `op-${operation.operationId}` }, head);
  entry.dataset.words =
    `${method} ${path} ${summary} ${operation.operationId} ${operation.tags.join(" ")}`.toLowerCase();
  // Most are never opened, so the inside is made at the first look.
  entry.addEventListener("toggle", () => {
    if (entry.open && entry.children.length === 1) entry.append(inside(operation, api));
  });
  return entry;
}

function inside(operation, api) {
  const parts = [...prose(operation.description)];
  const rows = (place) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  for (const [place, title] of [
    ["path", "In the path"],
    ["query", "In the query"],
    ["header", "Headers"],
  ]) {
    if (rows(place).length > 0) parts.push(make("h3", { textContent: title }), table(title, rows(place)));
  }
  const body = operation.requestBody;
  if (body) {
    const title = body.required ? "Body" : "Body (may be left out)";
    parts.push(make("h3", { textContent: title }), ...contentOf(title, body.content));
  }
  parts.push(make("h3", { textContent: "Answers" }), answers(operation, api));
  parts.push(
    make("h3", { textContent: "Example" }),
    make("pre", {}, make("code", { textContent: curl(operation, api) })),
  );
  return make("div", { className: "inside" }, ...parts);
}

function contentOf(caption, content = {}) {
  return Object.entries(content).flatMap(([media, { schema }]) => {
    if (media === "application/json") return shape(caption, schema ?? {});
    return [make("p", {}, "As ", make("code", { textContent: media }))];
  });
}

function answers(operation, api) {
  const list = make("dl");
  for (const [status, answer] of Object.entries(operation.responses)) {
    const found = answer.$ref ? api.components.responses[answer.$ref.split("/").at(-1)] : answer;
    // The shape of errors is always the same and described once.
    const content = Number(status) < 400 ? contentOf(`Answer ${status}`, found.content) : [];
    list.append(make("dt", { textContent: status }), make("dd", {}, ...prose(found.description), ...content));
  }
  return list;
}

/** A command line that works when it is pasted: values that a person must choose stand in capitals. */
function curl(operation, api) {
  const parameters = operation.parameters ?? [];
  const sampleOf = ({ name, schema }) =>
    String(schema.example ?? schema.default ?? name.replace(/([A-Z])/g, "_$1").toUpperCase());
  let path = operation.path;
  for (const parameter of parameters.filter((one) => one.in === "path")) {
    path = path.replace(`{${parameter.name}}`, encodeURIComponent(sampleOf(parameter)));
  }
  const query = parameters
    .filter((one) => one.in === "query" && one.required)
    .map((one) => `${one.name}=${encodeURIComponent(sampleOf(one))}`);
  const words = ["curl"];
  if (operation.method !== "get") words.push(`-X ${operation.method.toUpperCase()}`);
  words.push(quote(location.origin + path + (query.length ? `?${query.join("&")}` : "")));
  if (operation.security?.some((way) => "bearer" in way)) words.push(`-H "Authorization: Bearer $TOKEN"`);
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema) {
    words.push("-H 'Content-Type: application/json'");
    words.push(`-d ${quote(JSON.stringify(example(schema, api.components.schemas)))}`);
  }
  return words.join(" \\\n  ");
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function showShapes(schemas) {
  for (const [name, schema] of Object.entries(schemas)) {
    const body = make("div", { className: "inside" }, ...prose(schema.description), ...shape(name, schema));
    $("shapes").append(make("details", { id: `shape-${name}` }, make("summary", { textContent: name }), body));
  }
  $("shapes").hidden = false;
}

function enableSearch() {
  const entries = [...document.querySelectorAll("#groups details")];
  $("search").addEventListener("input", () => {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const entry of entries) {
      entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
      if (!entry.hidden) found++;
    }
    for (const link of document.querySelectorAll("#index li")) link.hidden = $(link.dataset.of).hidden;
    for (const group of document.querySelectorAll("#groups > section"))
      group.hidden = !group.querySelector("details:not([hidden])");
    for (const group of document.querySelectorAll("#index > div"))
      group.hidden = !group.querySelector("li:not([hidden])");
    const count = found === 1 ? "1 endpoint" : `${found} endpoints`;
    $("found").textContent = words.length ? (found ? count : "No endpoint has all these words.") : "";
  });
}

/** A link to an endpoint or shape opens it. */
function openTarget() {
  const target = $(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary").focus({ preventScroll: true });
}

begin();
