/**
 * The form of a JSON value, small enough to be sent to every browser. It says the same as the JSON schema it is made
 * from, without texts, lengths and patterns; an enum is only a "string", so that a value from a newer gateway never
 * spoils the list it stands in.
 * - a word: that type; `any` is everything, `=approved` exactly this text (it tells the members of a union apart);
 * - `[shape]`: a list; `[shape, shape, …]`: one of them;
 * - an object: its fields, where `name?` may be left out; the only field `*`: any names with values of this shape.
 */
export type Shape =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "null"
  | "any"
  | `=${string}`
  | readonly Shape[]
  | { readonly [field: string]: Shape };

/** The first thing that is not as it should be. */
export type ShapeFault = {
  /** Where, such as `[2].routes.to`; empty for the whole. */
  path: string;
  /** What should be there. */
  wanted: string;
};

/** Looks for the first fault in a parsed JSON value. Fields that are not in the shape are tolerated. */
export function findFault(value: unknown, shape: Shape, path = ""): ShapeFault | undefined {
  if (typeof shape === "string") return fits(value, shape) ? undefined : { path, wanted: shape };
  if (isUnion(shape)) return unionFault(value, shape, path);
  return Array.isArray(shape) ? listFault(value, shape[0], path) : objectFault(value, shape as Fields, path);
}

type Fields = { readonly [field: string]: Shape };

function isUnion(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape) && shape.length > 1;
}

function fits(value: unknown, word: string): boolean {
  if (word === "any") return value !== undefined;
  if (word === "null") return value === null;
  if (word === "integer") return Number.isInteger(value);
  if (word === "number") return Number.isFinite(value);
  return word.startsWith("=") ? value === word.slice(1) : typeof value === word;
}

/** Of several faults the deepest says most: its member is the one that was meant. */
function unionFault(value: unknown, members: readonly Shape[], path: string): ShapeFault | undefined {
  let deepest: ShapeFault = { path, wanted: "one of several shapes" };
  for (const member of members) {
    const fault = findFault(value, member, path);
    if (!fault) return undefined;
    if (fault.path.length > deepest.path.length && !fault.wanted.startsWith("=")) deepest = fault;
  }
  return deepest;
}

function listFault(value: unknown, item: Shape = "any", path: string): ShapeFault | undefined {
  if (!Array.isArray(value)) return { path, wanted: "list" };
  for (const [index, inner] of value.entries()) {
    const fault = findFault(inner, item, `${path}[${index}]`);
    if (fault) return fault;
  }
  return undefined;
}

function objectFault(value: unknown, fields: Fields, path: string): ShapeFault | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { path, wanted: "object" };
  const object = value as Record<string, unknown>;
  const every = fields["*"];
  const shapes = every ? Object.keys(object).map((name) => [name, every] as const) : Object.entries(fields);
  for (const [key, shape] of shapes) {
    const optional = !every && key.endsWith("?");
    const name = optional ? key.slice(0, -1) : key;
    const inner = Object.hasOwn(object, name) ? object[name] : undefined;
    if (optional && inner === undefined) continue;
    const fault = findFault(inner, shape, path ? `${path}.${name}` : name);
    if (fault) return fault;
  }
  return undefined;
}
