import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { Io } from "./io.ts";

/** Exit codes of all commands. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Parses a command's arguments. What is wrong with them is told, with the way to the help. */
export function readArguments<const O extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: O,
  io: Io,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (error) {
    io.stderr(`nekzus ${command}: ${error instanceof Error ? error.message : String(error)}\n`);
    io.stderr(`Run "nekzus ${command} --help" for what is possible.\n`);
    return undefined;
  }
}
