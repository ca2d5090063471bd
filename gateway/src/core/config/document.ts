import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLError } from "yaml";
import type { ConfigFault } from "./faults.ts";

/** Where something stands in the file; both counted from 1. */
export type Position = { line: number; column: number };

/** A part of the file with its position. */
export type Located = { at: Position } & (
  | { kind: "map"; entries: ReadonlyMap<string, { at: Position; value: Located }> }
  | { kind: "list"; items: readonly Located[] }
  | { kind: "scalar"; value: string | number | boolean | null }
);

/** Deepest nesting; the schema needs five levels. */
const MAX_DEPTH = 40;

/** Most aliases that a file may have. */
const MAX_ALIASES = 1000;

/**
 * The parser's reasons in our words. Its own texts may quote the file, and what stands there may be a secret.
 */
const REASONS: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_ALIAS: "this alias is not well-formed; put text that begins with * in quotes",
  BAD_DQ_ESCAPE: "unknown escape in double quotes; write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "the indentation is wrong: entries of one section must begin in the same column",
  BAD_SCALAR_START: "text that begins with this character must be in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a key and its section cannot stand on one line; text that contains a colon and a space must be in quotes",
  MISSING_CHAR: "a closing quote, a bracket, a comma, or a colon with a space after it is missing here",
  MULTILINE_IMPLICIT_KEY: "a colon and a space are missing after the key",
  MULTIPLE_DOCS: "only one document is allowed: remove the line ---",
  TAB_AS_INDENT: "tabs cannot be used to indent: use spaces",
  TAG_RESOLVE_FAILED: "unknown tag; put text that begins with ! in quotes",
  UNEXPECTED_TOKEN: "this does not belong here; text with special characters must be in quotes",
  RESOURCE_EXHAUSTION: "the file is nested too deeply",
};

/**
 * Reads YAML or JSON (which is YAML) and keeps the position of every part. An empty file gives no root. Problems
 * of form are added to `faults`; then there may be no root either.
 */
export function readDocument(text: string, file: string, faults: ConfigFault[]): Located | undefined {
  const lines = new LineCounter();
  const position = (offset: number | undefined): Position => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const anchors = new Map<string, Located>();
  let aliases = 0;
  const fault = (at: Position, key: string, message: string) => faults.push({ file, ...at, key, message });

  function locate(node: Node | null | undefined, near: number | undefined, path: string, depth: number): Located {
    const at = position(node?.range?.[0] ?? near);
    const nothing: Located = { at, kind: "scalar", value: null };
    if (!node) return nothing;
    if (isAlias(node)) {
      aliases++;
      if (aliases > MAX_ALIASES) {
        if (aliases === MAX_ALIASES + 1) fault(at, path, `the file has more than ${MAX_ALIASES} aliases`);
        return nothing;
      }
      const target = anchors.get(node.source);
      if (!target) fault(at, path, "there is no anchor of this name above; put text that begins with * in quotes");
      return target ?? nothing;
    }
    if (depth > MAX_DEPTH) {
      fault(at, path, "the file is nested too deeply");
      return nothing;
    }
    const found = isMap(node)
      ? map(node.items, at, path, depth)
      : isSeq(node)
        ? list(node.items, at, path, depth)
        : isScalar(node)
          ? { at, kind: "scalar" as const, value: plainScalar(node.value) }
          : nothing;
    if (node.anchor) anchors.set(node.anchor, found);
    return found;
  }

  function list(items: readonly unknown[], at: Position, path: string, depth: number): Located {
    return {
      at,
      kind: "list",
      items: items.map((item, index) => locate(item as Node | null, undefined, `${path}[${index}]`, depth + 1)),
    };
  }

  function map(pairs: readonly { key: unknown; value: unknown }[], at: Position, path: string, depth: number): Located {
    const entries = new Map<string, { at: Position; value: Located }>();
    const merged: Located[] = [];
    for (const pair of pairs) {
      const keyNode = pair.key as Node | null;
      const keyAt = position(keyNode?.range?.[0]);
      if (!isScalar(keyNode) || keyNode.value === null || typeof keyNode.value === "object") {
        fault(keyAt, path, "a key must be plain text");
        continue;
      }
      const name = String(keyNode.value);
      const here = path ? `${path}.${name}` : name;
      const value = locate(pair.value as Node | null, keyNode.range?.[0], here, depth + 1);
      const first = entries.get(name);
      if (name === "<<") merged.push(...(value.kind === "list" ? value.items : [value]));
      else if (first) fault(keyAt, here, `this key is already in line ${first.at.line}: keep one of them`);
      else entries.set(name, { at: keyAt, value });
    }
    for (const other of merged) {
      if (other.kind !== "map") {
        fault(other.at, path, "only maps can be merged with <<");
        continue;
      }
      for (const [name, entry] of other.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return { at, kind: "map", entries };
  }

  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // Checked above, where it costs no comparison of every key with every other.
      uniqueKeys: false,
      logLevel: "silent",
    });
    // What follows the first reason in a line is mostly its echo.
    const said = new Set<number>();
    for (const problem of [...document.errors, ...document.warnings]) {
      const at = position(problem.pos[0]);
      if (said.has(at.line)) continue;
      said.add(at.line);
      fault(at, "", REASONS[problem.code] ?? "this is not valid YAML or JSON");
    }
    if (document.errors.length || !document.contents) return undefined;
    return locate(document.contents as Node, 0, "", 0);
  } catch (error) {
    // The parser recurses and overflows on thousands of nested brackets.
    const deep = error instanceof RangeError;
    faults.push({ file, key: "", message: deep ? "the file is nested too deeply" : "this is not valid YAML or JSON" });
    return undefined;
  }
}

function plainScalar(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : String(value);
}
