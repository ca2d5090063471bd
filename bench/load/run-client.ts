import { spawn } from "node:child_process";
import { join } from "node:path";
import { whenDone } from "../closing.ts";
import { withManyFiles } from "../open-files.ts";

/** A load program of ours, in a process of its own so that it takes no time from whoever measures. */
export type Client = {
  /** What it told, one JSON value a line; ends when it ends. Throws when it fails. */
  told: AsyncIterator<unknown>;
  /** Ends it. */
  stop(): void;
};

/** Starts `load/<program>` with one argument. */
export function startClient(program: string, argument: unknown): Client {
  const file = join(import.meta.dirname, program);
  const [command, ...args] = withManyFiles([process.execPath, file, JSON.stringify(argument)]) as [string, ...string[]];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const stop = (): void => void child.kill();
  whenDone(stop);
  const ended = new Promise<number | null>((done, fail) => child.once("exit", done).once("error", fail));
  async function* lines(): AsyncGenerator<unknown> {
    let rest = "";
    for await (const chunk of child.stdout) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) yield JSON.parse(line) as unknown;
    }
    const code = await ended;
    if (code) throw new Error(`the load program ${program} ended with ${code}`);
  }
  return { told: lines(), stop };
}

/** Runs `load/<program>` to its end and answers what it told. */
export async function runClient<T>(program: string, argument: unknown): Promise<T> {
  const client = startClient(program, argument);
  const { value, done } = await client.told.next();
  if (done) throw new Error(`the load program ${program} told nothing`);
  await client.told.next();
  return value as T;
}
