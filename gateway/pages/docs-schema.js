/** Schemas of the OpenAPI document as tables and examples. */

/** Deeper objects are left to the OpenAPI document. */
const DEEPEST = 4;

/** Makes an element with properties and children; texts stay texts. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Paragraphs with `code` and **bold**, which is all that descriptions use. */
export function prose(text) {
  return (text ?? "").split("\n\n").map((paragraph) => make("p", {}, ...inline(paragraph)));
}

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith("`")) return make("code", { textContent: part.slice(1, -1) });
    if (part.startsWith("**")) return make("strong", { textContent: part.slice(2, -2) });
    return part;
  });
}

/** A table of named values, such as parameters and fields. */
export function table(caption, rows) {
  const head = make("tr", {}, ...["Name", "Type", "Meaning"].map((title) => make("th", { scope: "col" }, title)));
  const body = rows.map(({ name, schema, required, description }) =>
    make(
      "tr",
      {},
      make(
        "td",
        {},
        make("code", { textContent: name }),
        ...(required ? [make("span", { className: "must" }, "required")] : []),
      ),
      make("td", {}, ...typeOf(schema)),
      make("td", {}, ...prose(description ?? schema.description), ...limitsOf(schema)),
    ),
  );
  const whole = make(
    "table",
    {},
    make("caption", { className: "unseen" }, caption),
    make("thead", {}, head),
    make("tbody", {}, ...body),
  );
  return make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: caption }, whole);
}

/** What a body holds: a line on its type and a table of its fields, nested ones with dotted names. */
export function shape(caption, schema) {
  const rows = fieldsOf(schema);
  const type = typeOf(schema);
  const plain = schema.type === "object" && rows.length > 0;
  return [...(plain ? [] : [make("p", {}, ...type)]), ...(rows.length ? [table(caption, rows)] : [])];
}

function fieldsOf(schema, prefix = "", depth = 0) {
  if (depth > DEEPEST) return [];
  if (schema.type === "array") return fieldsOf(schema.items ?? {}, `${prefix}[]`, depth);
  if (schema.anyOf) return schema.anyOf.flatMap((one) => fieldsOf(one, prefix, depth));
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    return [
      { name: path, schema: inner, required: (schema.required ?? []).includes(name) },
      ...fieldsOf(inner, path, depth + 1),
    ];
  });
}

function typeOf(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return [make("a", { href: `#shape-${name}`, textContent: name })];
  }
  if (schema.anyOf) return schema.anyOf.flatMap((one, at) => (at ? [" or ", ...typeOf(one)] : typeOf(one)));
  if (schema.enum)
    return ["one of ", ...schema.enum.flatMap((value, at) => (at ? [", ", literal(value)] : [literal(value)]))];
  if ("const" in schema) return [literal(schema.const)];
  if (schema.type === "array") return ["list of ", ...typeOf(schema.items ?? {})];
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return ["map of ", ...typeOf(schema.additionalProperties)];
  }
  if (schema.format === "date-time") return ["instant"];
  return [schema.type ?? "anything"];
}

function literal(value) {
  return make("code", { textContent: typeof value === "string" ? value || '""' : JSON.stringify(value) });
}

function limitsOf(schema) {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const unbounded = (value) => value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER;
  const range = (low, high, what) => {
    if (unbounded(low) && unbounded(high)) return [];
    if (unbounded(high)) return [`at least ${low}${what}`];
    return unbounded(low) ? [`at most ${high}${what}`] : [`${low} to ${high}${what}`];
  };
  const parts = [
    ...range(minimum, maximum, ""),
    ...range(minLength, maxLength, " characters"),
    ...range(minItems, maxItems, " entries"),
  ].map((text) => [text]);
  if ("default" in schema) parts.push(["default ", literal(schema.default)]);
  if (pattern) parts.push(["matches ", literal(pattern)]);
  if (parts.length === 0) return [];
  return [make("p", { className: "soft" }, ...parts.flatMap((part, at) => (at ? ["; ", ...part] : part)))];
}

/** An example value of a schema: its own example or default, and of objects only what is required. */
export function example(schema, components, depth = 0) {
  if ("example" in schema) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref)
    return depth > DEEPEST ? {} : example(components[schema.$ref.split("/").at(-1)] ?? {}, components, depth + 1);
  if (schema.anyOf) return example(schema.anyOf[0], components, depth);
  if (schema.type === "object") {
    const names = schema.required?.length ? schema.required : Object.keys(schema.properties ?? {}).slice(0, 1);
    return Object.fromEntries(
      names.map((name) => [name, example(schema.properties?.[name] ?? {}, components, depth + 1)]),
    );
  }
  if (schema.type === "array") return schema.minItems ? [example(schema.items ?? {}, components, depth + 1)] : [];
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return Math.max(schema.minimum ?? 1, 1);
  return "…";
}
