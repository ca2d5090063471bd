import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { WebSocket } from "ws";
import { whenDone } from "./cleanup.ts";
import { eventually } from "./eventually.ts";
import type { Gateway } from "./gateway.ts";

/** What a process holds at one moment. */
export type Holdings = {
  /** What JavaScript keeps alive after a garbage collection, with its buffers, in MB. */
  kept: number;
  /** Memory of the process, its share of what it shares (PSS), in MB. */
  memory: number;
  /**
   * Open descriptors by kind: `client` and `app` are connections, the latter to `appPorts`. Of a `dead` one the other
   * side is gone, and the process has not noticed yet.
   */
  descriptors: Readonly<Record<string, number>>;
  /** What keeps node's loop awake, by kind: sockets, timers, requests to the system. */
  handles: Readonly<Record<string, number>>;
};

/** A process of the gateway that is looked into. */
export type Inspected = {
  /** Collects garbage first. */
  holdings(): Promise<Holdings>;
  /** Memory now (RSS), in MB, without a word to the process. */
  memoryNow(): number;
};

type Reply = { result?: { result?: { value?: unknown } }; error?: { message: string } };

/** What makes a gateway's processes ready for {@link inspect}: each opens its inspector at a port of its own. */
export const INSPECTABLE = { NODE_OPTIONS: "--inspect-port=127.0.0.1:0" } as const;

/**
 * Looks into a process of a gateway that was started with {@link INSPECTABLE}. Its garbage is collected before it is
 * measured, because memory that only waits for that is no leak.
 */
export async function inspect(gateway: Gateway, pid: number, appPorts: readonly number[]): Promise<Inspected> {
  const before = gateway.output().length;
  process.kill(pid, "SIGUSR1");
  const url = await eventually(
    "the inspector listens",
    () => /Debugger listening on (ws:\S+)/.exec(gateway.output().slice(before))?.[1],
  );
  const socket = new WebSocket(url);
  whenDone(() => socket.terminate());
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  const waiting = new Map<number, (answer: Reply) => void>();
  let asked = 0;
  socket.on("message", (data) => {
    const { id, ...answer } = JSON.parse(String(data)) as Reply & { id: number };
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  socket.on("close", () => {
    for (const answer of waiting.values()) answer({ error: { message: "the process ended" } });
  });

  async function ask(method: string, params: object = {}): Promise<Reply["result"]> {
    const id = ++asked;
    const { result, error } = await new Promise<Reply>((done) => {
      waiting.set(id, done);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  const memoryNow = () => numberIn(`/proc/${pid}/status`, /VmRSS:\s+(\d+)/) / 1024;
  const expression = "JSON.stringify([process.memoryUsage(), process.getActiveResourcesInfo()])";
  return {
    memoryNow,
    async holdings() {
      // Twice: what has a finalizer goes with the second collection.
      for (let i = 0; i < 2; i++) await ask("HeapProfiler.collectGarbage");
      const evaluated = await ask("Runtime.evaluate", { expression, returnByValue: true });
      const [usage, resources] = JSON.parse(String(evaluated?.result?.value)) as [NodeJS.MemoryUsage, string[]];
      return {
        kept: (usage.heapUsed + usage.external) / 1024 ** 2,
        memory: numberIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) / 1024,
        descriptors: descriptorsOf(pid, [gateway.apiPort, gateway.appsPort], appPorts),
        handles: countEach(resources),
      };
    },
  };
}

/** Open descriptors of a process by kind. */
function descriptorsOf(pid: number, own: readonly number[], apps: readonly number[]): Record<string, number> {
  const kinds = new Map<string, string>();
  for (const line of readFileSync("/proc/net/tcp", "latin1").split("\n").slice(1)) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (!inode || inode === "0") continue;
    const kind = own.includes(portIn(local)) ? "client" : apps.includes(portIn(remote)) ? "app" : "tcp";
    kinds.set(inode, state === LISTENING ? "listening" : kind);
  }
  for (const line of readFileSync("/proc/net/unix", "latin1").split("\n").slice(1)) {
    const inode = line.trim().split(/\s+/)[6];
    if (inode) kinds.set(inode, "unix");
  }
  const found: string[] = [];
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`);
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      // Everything in the file system is a file, whatever its name.
      found.push(inode ? (kinds.get(inode) ?? "dead") : target.startsWith("/") ? "file" : target.replace(/:.*/, ""));
    } catch {
      // Closed in between.
    }
  }
  return countEach(found);
}

/** State of a listening socket in /proc/net/tcp (proc(5)). */
const LISTENING = "0A";

const portIn = (address = "") => Number.parseInt(address.split(":")[1] ?? "", 16);
const numberIn = (file: string, form: RegExp) => Number(form.exec(readFileSync(file, "utf8"))?.[1]);

function countEach(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
