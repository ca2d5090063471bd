import { execFileSync, spawnSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { basename } from "node:path";

/** Others that keep more than this share of the processors busy spoil the figures. */
const BUSY = 0.25;

/** A warning when the machine is not at rest before anything is measured. */
export function warnWhenBusy(): string | undefined {
  const [load = 0] = loadavg();
  if (load < cpus().length * BUSY) return undefined;
  return `the machine is busy (load average ${load.toFixed(1)}): the figures will be worse than they are, and rough`;
}

/** What the figures were taken on and with, in lines for people. */
export function describeMachine(): string[] {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const programs = [
    [process.env.NGINX ?? "/usr/sbin/nginx", "-v"],
    [process.env.HAPROXY ?? "/usr/sbin/haproxy", "-v"],
    ["caddy", "version"],
    ["wrk", "-v"],
    ["h2load", "--version"],
  ] as const;
  return [
    `${processors.length} processors (${processors[0]?.model.trim() ?? "unknown"}), ${memory} GiB of memory, Linux ${release()}`,
    `Node ${process.versions.node}; ${programs.map(([program, flag]) => versionOf(program, flag)).join("; ")}`,
    `nekzus at commit ${commit()}`,
  ];
}

/** `nginx 1.22.1`: the first number with a dot that the program tells, on either output. */
function versionOf(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: "utf8" });
  return `${basename(program)} ${/\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? "(version unknown)"}`;
}

function commit(): string {
  try {
    const ask = (...args: string[]) => execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
    return (
      ask("rev-parse", "--short", "HEAD") +
      (ask("--no-optional-locks", "status", "--porcelain", "../gateway/src") ? ", with changes" : "")
    );
  } catch {
    return "unknown";
  }
}
