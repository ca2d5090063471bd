import { dirname, resolve } from "node:path";
import type { ConfigKey } from "@nekzus/contract/config";
import type { Located, Position } from "./document.ts";
import type { ConfigFault } from "./faults.ts";
import { isKey, KEYS, nearestKey, ROOT, type Section, secretOfFileKey } from "./keys.ts";
import { createExpander, type Environment, readValueFile } from "./references.ts";
import type { Given } from "./sources.ts";

/** Unknown keys for which the nearest known one is looked for; a file of a megabyte can hold many thousands. */
const MAX_SUGGESTIONS = 50;

/**
 * Reads the settings of a parsed file. A key without a value counts as not written. Everything that is wrong goes to
 * `refuse`.
 */
export function readFileKeys(
  root: Located | undefined,
  file: string,
  env: Environment,
  refuse: (fault: ConfigFault) => void,
): { given: ReadonlyMap<string, Given>; files: readonly string[] } {
  const given = new Map<string, Given>();
  const files: string[] = [];
  let unknown = 0;
  const fault = (at: Position, key: string, message: string) => refuse({ file, ...at, key, message });

  function readSection(node: Located, section: Section, path: string): void {
    if (isNothing(node)) return;
    if (node.kind !== "map") {
      const inside = Object.keys(section).slice(0, 6).join(", ");
      fault(node.at, path, `must be a section of keys such as ${inside}, each on a line of its own with "key: value"`);
      return;
    }
    for (const [name, entry] of node.entries) {
      const here = path ? `${path}.${name}` : name;
      const known = Object.hasOwn(section, name) ? section[name] : undefined;
      const secret = secretOfFileKey(here);
      if (known && !isKey(known)) readSection(entry.value, known, here);
      else if (known) readKey(known as ConfigKey, entry.value, entry.at);
      else if (secret) readSecretFile(secret, entry.value, entry.at);
      else fault(entry.at, here, ++unknown <= MAX_SUGGESTIONS ? unknownKey(here) : "unknown key");
    }
  }

  function readKey(key: ConfigKey, node: Located, at: Position): void {
    if (isNothing(node)) return;
    const unfilled = new Set<string>();
    const expander = createExpander(env, (place, where, message) => {
      unfilled.add(where);
      fault(place, where, message);
    });
    const reading = key.type.read(expander.plain(node, key.path));
    if (reading.ok) {
      if (!unfilled.size) add(key, reading.value, at);
      return;
    }
    for (const refusal of reading.refusals) {
      const { part, keyAt, where } = follow(node, at, refusal.path);
      if (unfilled.has(key.path + where)) continue;
      const aboutValue = refusal.message.startsWith("must be");
      const ending = aboutValue && part.kind === "scalar" ? shown(key, part.value) : "";
      fault(aboutValue ? part.at : keyAt, key.path + where, refusal.message + ending);
    }
  }

  function readSecretFile(key: ConfigKey, node: Located, at: Position): void {
    if (isNothing(node)) return;
    const path = `${key.path}_file`;
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      fault(node.at, path, "must be the path of a file that holds the value");
      return;
    }
    const expander = createExpander(env, (place, where, message) => fault(place, where, message));
    const secretFile = resolve(dirname(file), String(expander.plain(node, path)));
    files.push(secretFile);
    const contents = readValueFile(secretFile, true);
    if (!("text" in contents)) {
      fault(node.at, path, contents.problem);
      return;
    }
    const reading = key.type.read(contents.text);
    if (reading.ok) add(key, reading.value, at);
    else for (const { message } of reading.refusals) fault(node.at, path, `the value in ${secretFile} ${message}`);
  }

  function add(key: ConfigKey, value: unknown, at: Position): void {
    if (given.has(key.path)) fault(at, key.path, `${key.path} and ${key.path}_file are both set: keep one of them`);
    given.set(key.path, { value, source: { from: "file", file, ...at } });
  }

  if (root) readSection(root, ROOT, "");
  return { given, files };
}

function isNothing(node: Located): boolean {
  return node.kind === "scalar" && node.value === null;
}

function unknownKey(path: string): string {
  const parts = path.split(".");
  const name = parts.at(-1) as string;
  if (KEYS.has(name) || KEYS.has(path)) return "sections are written as lines of their own, without dots";
  return `unknown key; the nearest known one is "${nearestKey(path)}"`;
}

/** The part of a value that a path leads to, as far as it exists, and how that path is written. */
function follow(node: Located, at: Position, path: readonly (string | number)[]) {
  let part = node;
  let keyAt = at;
  let where = "";
  for (const step of path) {
    where += typeof step === "number" ? `[${step}]` : `.${step}`;
    const entry = part.kind === "map" ? part.entries.get(String(step)) : undefined;
    const next = part.kind === "list" ? part.items[Number(step)] : entry?.value;
    if (!next) break;
    keyAt = entry?.at ?? next.at;
    part = next;
  }
  return { part, keyAt, where };
}

/** Longest value that a message repeats. */
const MAX_SHOWN = 60;

/** The refused value for the end of a message; nothing for secrets. */
export function shown(key: ConfigKey, value: unknown): string {
  if (key.secret || value === null) return "";
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? `, not ${text}` : "";
}
