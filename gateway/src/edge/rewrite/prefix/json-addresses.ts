import { type Decoded, inSource } from "./decoded.ts";
import { type AddressBase, type AddressEdit, addressEdit, type PrefixedApp } from "./prefixed-app.ts";

/** Names and places that lead to a string, from the outside in; `*` for each place in a list. */
export type JsonPath = readonly string[];

/** A string in a JSON document. */
export type JsonString = {
  path: JsonPath;
  /** The name of a member, and not a value; `path` leads to the object then. */
  isName: boolean;
  value: Decoded;
  /** Where its characters begin and end in the document, without quotes. */
  from: number;
  to: number;
};

/** Deepest nesting in which strings are looked at. */
const MAX_DEPTH = 16;

/** Strings of a JSON document in their order; undefined when it is no JSON. */
export function jsonStrings(text: string): JsonString[] | undefined {
  // The bytes of a mark of UTF-8, as latin1.
  const body = text.startsWith("\u00ef\u00bb\u00bf") ? text.slice(3) : text;
  try {
    JSON.parse(body);
  } catch {
    return undefined;
  }
  const found: JsonString[] = [];
  const path: string[] = [];
  /** For each open bracket whether it is that of an object. */
  const open: boolean[] = [];
  let isName = false;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
    if (token === "{" || token === "[") {
      open.push(token === "{");
      path.push(token === "{" ? "" : "*");
      isName = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      path.pop();
      isName = false;
    } else if (token === ",") isName = open.at(-1) === true;
    else if (token === ":") isName = false;
    else if (path.length <= MAX_DEPTH) {
      const from = index + 1;
      const value = decodeString(token.slice(1, -1));
      found.push({
        path: isName ? path.slice(0, -1) : path.slice(),
        isName,
        value,
        from,
        to: index + token.length - 1,
      });
      if (isName) path[path.length - 1] = value.text;
    }
  }
  return found;
}

/** What changes in a JSON document when those of its strings that are addresses lead into the prefix. */
export function jsonAddressEdits(
  app: PrefixedApp,
  base: AddressBase | undefined,
  text: string,
  isAddress: (path: JsonPath, isName: boolean) => boolean,
): AddressEdit[] {
  return (jsonStrings(text) ?? []).flatMap((string) =>
    isAddress(string.path, string.isName) ? jsonStringEdits(app, base, string) : [],
  );
}

/** The same for one of its strings. */
export function jsonStringEdits(
  app: PrefixedApp,
  base: AddressBase | undefined,
  { value, from }: JsonString,
): AddressEdit[] {
  const edit = addressEdit(app, value.text, base);
  return edit ? inSource([{ ...edit, text: JSON.stringify(edit.text).slice(1, -1) }], value, from) : [];
}

function decodeString(raw: string): Decoded {
  if (!raw.includes("\\")) return { text: raw, places: undefined };
  const places: number[] = [];
  let text = "";
  for (const { 0: token, index } of raw.matchAll(/\\u[0-9a-fA-F]{4}|\\.|[^\\]/gs)) {
    text += token.length === 1 ? token : (JSON.parse(`"${token}"`) as string);
    places.push(index);
  }
  places.push(raw.length);
  return { text, places };
}
