import { accessSync, constants, statSync } from "node:fs";

/** Where Docker listens when nobody says otherwise. */
const STANDARD_SOCKET = "unix:///var/run/docker.sock";

/** Where a container engine listens: a socket file, or a host and port spoken to in plain HTTP. */
export type SocketAddress = { kind: "unix"; path: string } | { kind: "tcp"; host: string; port: number };

/**
 * The address of the engine: the configured one, else `DOCKER_HOST`, else the standard socket (ruling R29).
 * A text that begins with a slash is taken for a socket file.
 */
export function dockerSocket(
  config: { socket_path?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string {
  const chosen = config.socket_path?.trim() || env.DOCKER_HOST?.trim() || STANDARD_SOCKET;
  return chosen.startsWith("/") ? `unix://${chosen}` : chosen;
}

/** Reads `unix:///path` or `tcp://host:port` (also `http://`). Undefined for anything else, such as `ssh://`. */
export function parseSocket(socket: string): SocketAddress | undefined {
  if (socket.startsWith("unix://")) {
    const path = socket.slice("unix://".length);
    return path.startsWith("/") ? { kind: "unix", path } : undefined;
  }
  const tcp = /^(?:tcp|http):\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?\/?$/.exec(socket);
  if (!tcp) return undefined;
  const port = Number(tcp[2] ?? 2375);
  return port >= 1 && port <= 65535 ? { kind: "tcp", host: tcp[1] as string, port } : undefined;
}

/**
 * May this process speak to the engine? True for a socket file that we can read and write, and for any well-formed
 * `tcp://` address: somebody wrote that one down on purpose.
 */
export function isReadable(socket: string): boolean {
  const address = parseSocket(socket);
  if (!address) return false;
  if (address.kind === "tcp") return true;
  try {
    if (!statSync(address.path).isSocket()) return false;
    accessSync(address.path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
