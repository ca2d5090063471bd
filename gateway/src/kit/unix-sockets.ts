import { realpath, stat } from "node:fs/promises";
import { basename, normalize } from "node:path";

/** A socket in the file system, and what it must not be. All paths are absolute. */
export type SocketRules = {
  path: string;
  /** The only folder in which it may lie; empty when there is none. */
  folder: string;
  /** Sockets that it must not be, by whatever name, and folders in which it must not lie. */
  never: readonly string[];
};

/**
 * What came of looking at a socket: its real path; or that it is not there (yet), or must not be used, with the reason
 * in words that fit after "the socket".
 */
export type SocketCheck = { path: string } | { fault: "missing" | "refused"; reason: string };

/** Longest path of a socket in bytes: `sun_path` of unix(7) less its closing NUL. */
const MAX_PATH = 107;

/** Names that container engines give their sockets: whoever speaks to one owns the machine. */
const ENGINE_NAMES = new Set([
  "docker.sock",
  "docker.raw.sock",
  "podman.sock",
  "containerd.sock",
  "containerd.sock.ttrpc",
  "crio.sock",
  "cri-dockerd.sock",
  "buildkitd.sock",
  "unix.socket",
]);

/** Where engines listen when nobody says otherwise: their sockets may be mounted elsewhere under another name. */
const ENGINE_SOCKETS = [
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/podman/podman.sock",
  "/run/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/crio/crio.sock",
  "/var/lib/incus/unix.socket",
  "/var/lib/lxd/unix.socket",
];

/**
 * Looks at a socket, now: does it lie in its folder also when every link on the way is followed, and is it none that
 * must not be reached? Connect to the path that is answered, not to the one that was asked for. Never throws.
 */
export async function checkSocket({ path, folder, never }: SocketRules): Promise<SocketCheck> {
  const lexical = lexicalFault(path, folder);
  if (lexical) return refused(lexical);
  try {
    const [real, realFolder] = await Promise.all([realpath(path), realpath(folder)]);
    if (!isInside(real, realFolder)) return refused(`leads out of ${folder} through a link`);
    if (ENGINE_NAMES.has(basename(real))) return refused("has the name of a container engine's");
    const found = await stat(real);
    if (!found.isSocket()) return refused("is not a socket");
    for (const other of [...ENGINE_SOCKETS, ...never]) {
      const [otherReal, facts] = await Promise.all([realpath(other), stat(other)]).catch(() => []);
      if (!otherReal || !facts) continue;
      const same = facts.dev === found.dev && facts.ino === found.ino;
      if (same || isInside(real, otherReal)) return refused("belongs to a container engine or to the gateway itself");
    }
    return { path: real };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const reason = code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be looked at (${code})`;
    return { fault: "missing", reason };
  }
}

/** What is wrong with the path as it is written, whatever there is on the disk. */
function lexicalFault(path: string, folder: string): string | undefined {
  if (!folder) return "needs a folder for sockets, which is set with upstreams.unix_folder";
  if (Buffer.byteLength(path) > MAX_PATH) return `has a path longer than ${MAX_PATH} bytes`;
  if (path !== normalize(path) || path.endsWith("/")) return "needs a plain path, without . or .. and double slashes";
  if (!isInside(path, normalize(folder))) return `must lie in ${folder} (upstreams.unix_folder)`;
  if (ENGINE_NAMES.has(basename(path))) return "has the name of a container engine's";
  return undefined;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function refused(reason: string): SocketCheck {
  return { fault: "refused", reason };
}
