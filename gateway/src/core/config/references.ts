import { readFileSync, statSync } from "node:fs";
import type { Located, Position } from "./document.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Largest file that holds one value, in bytes. */
const MAX_VALUE_FILE = 64 * 1024;

/** Most values that a file may stand for once its aliases are followed. */
const MAX_VALUES = 100_000;

/**
 * Reads the one value of a file and removes the line break at its end. A file with a secret must not be readable by
 * everybody on the machine. Answers text, or the reason why not.
 */
export function readValueFile(file: string, secret: boolean): { text: string } | { problem: string } {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) return { problem: `${file} is not a file` };
    if (facts.size > MAX_VALUE_FILE) return { problem: `${file} is larger than ${MAX_VALUE_FILE} bytes` };
    if (secret && readableByAll(file, facts.mode)) {
      return { problem: `${file} can be read by every user of this machine; run: chmod o-rwx ${file}` };
    }
    const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    return text === "" ? { problem: `${file} is empty` } : { text };
  } catch (error) {
    return { problem: fileProblem(file, error) };
  }
}

/**
 * Docker mounts the secrets of a container under /run/secrets with mode 0444; only the container sees that folder.
 * Windows has no such bits.
 */
function readableByAll(file: string, mode: number): boolean {
  return process.platform !== "win32" && (mode & 0o004) !== 0 && !file.startsWith("/run/secrets/");
}

/** Why a file could not be read, and what to do. */
export function fileProblem(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException)?.code;
  if (code === "ENOENT" || code === "ENOTDIR") return `there is no file ${file}`;
  if (code === "EACCES" || code === "EPERM") return `${file} may not be read by the user who runs the gateway`;
  if (code === "EISDIR") return `${file} is a folder, not a file`;
  return `${file} cannot be read (${code ?? "unknown reason"})`;
}

/** Turns parts of the file into plain values and fills in `${NAME}`. One for each file: it counts what it makes. */
export function createExpander(env: Environment, fault: (at: Position, where: string, message: string) => void) {
  let values = 0;

  function expand(text: string, at: Position, where: string): string {
    return text.replaceAll(/\$?\$\{([^}]*)\}/g, (whole, name: string) => {
      if (whole.startsWith("$$")) return whole.slice(1);
      const remedy = "write $$ in place of $ if this is meant as text";
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        fault(at, where, `a reference is \${NAME}, with letters, digits and underscores; ${remedy}`);
      } else if (env[name] === undefined) {
        fault(at, where, `the environment variable ${name} is not set; ${remedy}`);
      }
      return env[name] ?? "";
    });
  }

  function plain(node: Located, where: string): unknown {
    values++;
    if (values > MAX_VALUES) {
      if (values === MAX_VALUES + 1) fault(node.at, where, `the aliases stand for more than ${MAX_VALUES} values`);
      return null;
    }
    if (node.kind === "scalar") return typeof node.value === "string" ? expand(node.value, node.at, where) : node.value;
    if (node.kind === "list") return node.items.map((item, index) => plain(item, `${where}[${index}]`));
    return Object.fromEntries([...node.entries].map(([name, entry]) => [name, plain(entry.value, `${where}.${name}`)]));
  }

  return { plain };
}
