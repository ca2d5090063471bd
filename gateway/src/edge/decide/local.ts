import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { endianness } from "node:os";
import { isLoopback, parseAddress } from "../../kit/addresses.ts";
import { spelledPlainly } from "../../wire/header-rules.ts";

/**
 * Headers of browsers and of everything that forwards: whoever sends one is not a program on this machine that
 * speaks for itself (design, section 7). Written with hyphens; other spellings are brought to it first.
 */
const FOREIGN_HEADERS = new Set([
  "origin",
  "referer",
  "cookie",
  "via",
  "forwarded",
  "forwarded-for",
  "client-ip",
  "true-client-ip",
  "fastly-client-ip",
  "cdn-loop",
  "x-real-ip",
  "x-real-port",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-host",
  "x-rewrite-url",
  "x-proxyuser-ip",
  "x-appengine-user-ip",
  "x-azure-clientip",
  "x-azure-socketip",
]);

const FOREIGN_PREFIXES = [
  "sec-fetch-",
  "sec-ch-",
  "x-forwarded",
  "x-original-",
  "x-envoy-",
  "x-remote-",
  "x-proxy-",
  "x-amzn-",
  "x-arr-",
  "cf-",
  "proxy-",
  "wl-proxy-",
  "tailscale-",
];

/**
 * The part of `local` that the request alone shows: both ends of the connection are loopback, Host names this
 * machine with our port, and no header comes from a browser or a proxy. Not enough by itself: see
 * {@link peerIsOurs}.
 *
 * @param rawHeaders names and values by turns, as node gives them
 * @param host the Host header
 * @param port the port we listen on; a Host without port is taken for 443 and 80 only
 * @param peer address of the other end of the socket, never one from a header
 * @param localAddress address of our end of the socket
 */
export function looksLocal(
  rawHeaders: readonly string[],
  host: string | undefined,
  port: number,
  peer: string | undefined,
  localAddress: string | undefined,
): boolean {
  if (!peer || !localAddress || !isLoopback(peer) || !isLoopback(localAddress)) return false;
  const named = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host ?? "");
  if (!named) return false;
  if (named[1] === undefined ? port !== 443 && port !== 80 : Number(named[1]) !== port) return false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (isForeign(rawHeaders[at] as string)) return false;
  }
  return true;
}

function isForeign(header: string): boolean {
  const name = spelledPlainly(header);
  return FOREIGN_HEADERS.has(name) || FOREIGN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

const answers = new WeakMap<Socket, Promise<boolean>>();

/**
 * Does the other end of a loopback connection belong to the user we run as? Linux only, elsewhere false; also
 * false when the connection is closed or the answer cannot be had. Asked once for each socket, because the two
 * ends of a connection do not change. Never throws.
 */
export function peerIsOurs(socket: Socket): Promise<boolean> {
  let answer = answers.get(socket);
  if (!answer) {
    answer = askKernel(socket).catch(() => false);
    answers.set(socket, answer);
  }
  return answer;
}

async function askKernel(socket: Socket): Promise<boolean> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  const uid = process.getuid?.();
  if (process.platform !== "linux" || uid === undefined) return false;
  if (!remoteAddress || !remotePort || !localAddress || !localPort) return false;
  const tables = tablesFor(remoteAddress, remotePort, localAddress, localPort);
  // The kernel hands the table out in pieces and may skip a row while others come and go, so a row that was
  // not seen is looked for once more.
  for (let attempt = 0; attempt < 2; attempt++) {
    for (const { file, ends } of tables) {
      const owner = ownerOf(await readFile(file, "latin1").catch(() => ""), ends);
      if (owner !== undefined) return owner === uid && !socket.destroyed;
    }
  }
  return false;
}

/**
 * Where the peer's own row may stand, and how it spells the two ends: its local end is our remote one. A peer may
 * hold an IPv6 socket for an IPv4 connection, and such a row stands in tcp6 with mapped addresses, whatever the
 * kind of our own socket.
 */
function tablesFor(remoteAddress: string, remotePort: number, localAddress: string, localPort: number) {
  const remote = parseAddress(remoteAddress);
  const local = parseAddress(localAddress);
  if (!remote || !local || remote.kind() !== local.kind()) return [];
  const ends = (from: readonly number[], to: readonly number[]) =>
    `${kernelEnd(from, remotePort)} ${kernelEnd(to, localPort)}`;
  const [peer, our] = [remote.toByteArray(), local.toByteArray()];
  if (remote.kind() === "ipv6") return [{ file: "/proc/net/tcp6", ends: ends(peer, our) }];
  return [
    { file: "/proc/net/tcp", ends: ends(peer, our) },
    { file: "/proc/net/tcp6", ends: ends([...MAPPED, ...peer], [...MAPPED, ...our]) },
  ];
}

/** What stands before an IPv4 address in IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/**
 * An address and port as /proc/net/tcp and tcp6 print them: every four bytes as one number in the machine's own byte
 * order, the port as a plain number, all in upper-case hex (proc_net_tcp in the kernel's documentation).
 */
function kernelEnd(bytes: readonly number[], port: number): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    if (endianness() === "LE") word.reverse();
    for (const byte of word) text += hex(byte, 2);
  }
  return `${text}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

/**
 * The user id of the established socket with these two ends. Undefined when there is none: rows of closed sockets
 * show user 0 and inode 0 and must not pass for root's.
 */
function ownerOf(table: string, ends: string): number | undefined {
  const at = table.indexOf(`: ${ends} `);
  if (at < 0) return undefined;
  const lineEnd = table.indexOf("\n", at);
  const fields = table
    .slice(at + 2, lineEnd < 0 ? undefined : lineEnd)
    .trim()
    .split(/ +/);
  // local, remote, state, queues, timer, retransmits, uid, timeout, inode
  const [state, uid, inode] = [fields[2], fields[6], fields[8]];
  if (state !== "01" || !inode || inode === "0" || !/^\d+$/.test(uid ?? "")) return undefined;
  return Number(uid);
}
