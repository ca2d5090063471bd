import { BUILD } from "../kit/build.ts";
import { EXIT, readArguments } from "./arguments.ts";
import type { Io } from "./io.ts";

const HELP = `Usage: nekzus version

Tells the version of the program, when it was built and the Node it runs on.
`;

/** `nekzus version` */
export async function versionCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("version", args, { help: { type: "boolean", short: "h" } }, io);
  if (!parsed) return EXIT.usage;
  if (parsed.values.help) io.stdout(HELP);
  else io.stdout(`nekzus ${BUILD.version} (built ${BUILD.date}, commit ${BUILD.commit}, Node ${process.version})\n`);
  return EXIT.ok;
}
