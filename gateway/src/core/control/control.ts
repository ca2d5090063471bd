import { chmod, lstat, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";

/** What the command line may ask a running gateway (ruling R32). */
export type ControlCommands = Readonly<Record<string, (input: Record<string, unknown>) => Promise<unknown>>>;

type OnCommand = (name: string, input: Record<string, unknown>, error: string | undefined) => Promise<void>;

type Reply = { result: unknown } | { error: string };

/** Names the socket of the running gateway; lies in the data folder. */
const POINTER = "control.json";
/** Largest request, in bytes. */
const MAX_REQUEST = 64 * 1024;
/** How long a connection may keep silent, in ms; a password is asked for before one is opened. */
const SILENCE_MS = 10_000;

/** Carries a command out and has it recorded, with the message where it is refused. Throws what the command throws. */
export async function carryOut(
  run: (input: Record<string, unknown>) => Promise<unknown>,
  name: string,
  input: Record<string, unknown>,
  record: OnCommand,
): Promise<unknown> {
  const result = await run(input).catch(async (error: unknown) => {
    await record(name, input, error instanceof Problem ? error.message : "the command failed");
    throw error;
  });
  await record(name, input, undefined);
  return result;
}

/** The control socket: one JSON line asks, one answers. Only the gateway's own user can connect. */
export function createControl(parts: {
  dataFolder: string;
  socketPath: string;
  commands: ControlCommands;
  /** A command was carried out, or refused with a message. */
  onCommand: OnCommand;
  /** Resolves when the edges know what a command changed. */
  settled(): Promise<unknown>;
  log: Logger;
}) {
  const { dataFolder, socketPath, commands, settled, onCommand, log } = parts;
  let server: Server | undefined;
  const open = new Set<Socket>();

  async function answer(line: string): Promise<Reply> {
    try {
      const { command, input } = JSON.parse(line) as { command: string; input: Record<string, unknown> };
      const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
      if (!run) return { error: `This gateway does not know the command ${command}. Is it of an older version?` };
      const result = await carryOut(run, command, input, onCommand);
      await settled();
      return { result };
    } catch (error) {
      if (error instanceof Problem) return { error: error.message };
      log.error({ err: error }, "a control command failed");
      return { error: "The command failed inside the gateway; see its log." };
    }
  }

  return {
    async start(): Promise<void> {
      await rm(socketPath, { force: true });
      const listening = createServer((socket) => {
        let text = "";
        let asked = false;
        open.add(socket);
        socket.setEncoding("utf8");
        socket.setTimeout(SILENCE_MS, () => {
          if (!asked) socket.destroy();
        });
        socket.on("error", () => socket.destroy()).on("close", () => open.delete(socket));
        socket.on("data", async (chunk) => {
          if (asked) return;
          text += chunk;
          if (text.length > MAX_REQUEST) return void socket.destroy();
          if (!text.endsWith("\n")) return;
          asked = true;
          const reply = await answer(text);
          socket.end(`${JSON.stringify(reply)}\n`);
        });
      });
      await new Promise<void>((done, fail) => listening.once("error", fail).listen(socketPath, done));
      await chmod(socketPath, 0o600);
      await writeFile(join(dataFolder, POINTER), `${JSON.stringify({ socket: socketPath, pid: process.pid })}\n`, {
        mode: 0o600,
      });
      server = listening;
    },
    async stop(): Promise<void> {
      await rm(join(dataFolder, POINTER), { force: true });
      const closed = new Promise<void>((done) => (server ? server.close(() => done()) : done()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/**
 * Asks the gateway that runs on the data folder. Undefined when none runs. Throws a Problem with its message when it
 * refuses.
 */
export async function askRunning(
  dataFolder: string,
  command: string,
  input: Record<string, unknown>,
): Promise<{ result: unknown } | undefined> {
  const path = await runningSocket(join(dataFolder, POINTER));
  if (path === undefined) return undefined;
  const text = await new Promise<string | undefined>((done) => {
    const socket = connect(path);
    let received = "";
    socket.on("error", () => done(undefined));
    socket.on("connect", () => socket.write(`${JSON.stringify({ command, input })}\n`));
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("close", () => done(received || undefined));
  });
  if (text === undefined) return undefined;
  const reply = JSON.parse(text) as Reply;
  if ("error" in reply) throw new Problem("BAD_REQUEST", reply.error);
  return reply;
}

/**
 * The socket that a pointer file names. What a killed gateway left behind may name a folder that somebody else has
 * made anew in the meantime, to be told passwords: folder and socket must belong to who wrote the pointer.
 */
async function runningSocket(pointer: string): Promise<string | undefined> {
  try {
    const { socket } = JSON.parse(await readFile(pointer, "utf8")) as { socket: string };
    const [wrote, folder, file] = await Promise.all([lstat(pointer), lstat(dirname(socket)), lstat(socket)]);
    return file.isSocket() && folder.uid === wrote.uid && file.uid === wrote.uid ? socket : undefined;
  } catch {
    return undefined;
  }
}
