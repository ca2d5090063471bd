import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/**
 * A password from a file, from the terminal without showing it, or the first line of standard input. It is never an
 * argument, which everybody on the machine could read. Throws an error for a person.
 */
export async function readPassword(file: string | undefined, ask: string): Promise<string> {
  if (file !== undefined) return (await readFile(file, "utf8")).replace(/\r?\n$/, "");
  if (!process.stdin.isTTY) return firstLine();
  const once = await askHidden(ask);
  if (once !== (await askHidden("Again: "))) throw new Error("The two passwords differ. Nothing was changed.");
  return once;
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error("No password came on standard input. Give one there, or use --password-file.");
}

async function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((done, fail) => {
      reader.once("SIGINT", () => fail(new Error("Nothing was changed.")));
      reader.question("", done);
    });
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
