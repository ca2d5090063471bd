import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SCRIPT = process.env.NEKZUS_LAB_SCRIPT ?? join(import.meta.dirname, "../../shared/lab/lab.sh");

/** The other proxies, in the order in which they are shown. */
export const PEERS = ["nginx", "haproxy", "caddy"] as const;
export type Peer = (typeof PEERS)[number];

/** What all contestants stand in front of, and the other proxies. */
export type Lab = {
  upstreamUrl: string;
  echoUrl: string;
  /** Certificate and key that all contestants serve. */
  certificate: { chain: string; key: string };
  /** Address of a proxy, without a trailing slash. */
  url(peer: Peer, secure: boolean): string;
  /** The process that was started for a proxy; its workers are below it. */
  pid(peer: Peer): number;
  /** Where the lab keeps the configuration of the proxies. */
  folder: string;
};

/** Starts what of the lab is not running yet; it stays up. Throws and says what is missing. */
export function openLab(): Lab {
  if (!existsSync(SCRIPT)) {
    throw new Error(`there is no lab at ${SCRIPT}: name its script lab.sh in the variable NEKZUS_LAB_SCRIPT`);
  }
  const exports = callLab("up");
  const value = (name: string): string => {
    const found = new RegExp(`\\b${name}=(\\S+)`).exec(exports)?.[1];
    if (found === undefined) throw new Error(`the lab does not tell ${name}: \`${SCRIPT} up peers tools\` should`);
    return found;
  };
  const tls = dirname(value("PEERS_CA_FILE"));
  const state = dirname(tls);
  assertComparable(readFileSync(join(state, "nginx.conf"), "utf8"));
  // The upstream serves what lies in this folder of its.
  const hundred = join(state, "www/100k");
  if (!existsSync(hundred)) writeFileSync(hundred, "x".repeat(100 * 1024));
  return {
    upstreamUrl: value("UPSTREAM_URL"),
    echoUrl: value("ECHO_URL"),
    certificate: { chain: join(tls, "tls.crt"), key: join(tls, "tls.key") },
    url: (peer, secure) => value(`${peer.toUpperCase()}${secure ? "_TLS" : ""}_URL`),
    pid(peer) {
      const pid = Number(readFileSync(join(state, `${peer}.pid`), "utf8").split(" ")[0]);
      if (!existsSync(`/proc/${pid}`)) throw new Error(`${peer} is not running: \`${SCRIPT} up peers\` starts it`);
      return pid;
    },
    folder: state,
  };
}

/** Throws unless nginx has one worker and its access log on, as the budgets ask. */
function assertComparable(conf: string): void {
  if (/^worker_processes 1;$/m.test(conf) && /^\s*access_log \//m.test(conf)) return;
  throw new Error(`the lab runs its proxies with other settings: \`${SCRIPT} down peers\` first`);
}

function callLab(command: "up"): string {
  try {
    return execFileSync(SCRIPT, [command, "peers", "tools"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`the lab did not start nginx, HAProxy and Caddy:\n${stderr?.trim() || String(error)}`);
  }
}
