import { LRUCache } from "lru-cache";
import { addressKind, canonicalAddress, parseAddress } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import type { ReachableKind, Resolve } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import { checkSocket, type SocketRules } from "../../kit/unix-sockets.ts";

/** A route's `to`, taken apart. */
type ParsedUpstream = {
  secure: boolean;
  /** Lower case, without brackets; `localhost` for a socket. */
  host: string;
  port: number;
  /** A socket of the file system instead of host and port. */
  socketPath?: string;
  /** "" or "/base", without a trailing slash. */
  path: string;
  /** The one spelling under which it is stored. */
  text: string;
};

/** Where an upstream lies. `assumed`: the name had no address, so the class is a guess. */
type UpstreamClass = { addressClass: ReachableKind; assumed: boolean };

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\.?$/;

/**
 * Reads the upstream of a route: http or https, a host, an optional port and path; or `unix:/path/to.sock`, after which
 * `:/base` may follow. What could be read in two ways is refused instead of repaired, because the edge and the app might not agree. Throws `VALIDATION_FAILED` for `to`.
 */
export function parseUpstream(to: string): ParsedUpstream {
  if (/^unix:/i.test(to)) return parseSocket(to);
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(to);
  if (!match) throw refused("must be an address such as http://grafana:3000");
  const [, scheme = "", authority = "", path = "", query, fragment] = match;
  if (authority.includes("@")) throw refused("must not contain a user name or password");
  if (query !== undefined || fragment !== undefined) throw refused("must not contain a query (?) or a fragment (#)");
  if (/[\s\\\p{Cc}]/u.test(to)) throw refused("must not contain spaces, backslashes or control characters");
  const [, rawHost = "", rawPort] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  const url = URL.parse(to);
  if (!rawHost || !url) throw refused("must name a host, for example http://grafana:3000");
  if (rawPort !== undefined && !(/^[0-9]{1,5}$/.test(rawPort) && Number(rawPort) > 0)) {
    throw refused("the port must be a number from 1 to 65535");
  }
  const base = plainPath(path, url);
  const secure = scheme.toLowerCase() === "https";
  const host = plainHost(rawHost, url.hostname);
  const port = Number(url.port) || (secure ? 443 : 80);
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    secure,
    host,
    port,
    path: base,
    text: `http${secure ? "s" : ""}://${shown}${url.port && `:${url.port}`}${base}`,
  };
}

const read = new LRUCache<string, ParsedUpstream>({ max: 5000 });

/** Reads the upstream of a route that is stored, once: lists of routes need it again and again. */
export function storedUpstream(to: string): ParsedUpstream {
  let upstream = read.get(to);
  if (!upstream) {
    upstream = parseUpstream(to);
    read.set(to, upstream);
  }
  return upstream;
}

/** Reads `unix:/path/to.sock:/base`; also `unix:///path`, as other programs write it. */
function parseSocket(to: string): ParsedUpstream {
  if (/[\s\\\p{Cc}?#]/u.test(to)) throw refused("must not contain spaces, backslashes, ?, # or control characters");
  const [, socketPath = "", path = ""] = /^unix:(?:\/\/)?(\/[^:]+)(?::(\/[^:]*))?$/i.exec(to) ?? [];
  if (!socketPath || socketPath.startsWith("//")) throw refused("must be a path such as unix:/run/apps/app.sock");
  const url = URL.parse(`http://localhost${path}`);
  if (!url) throw refused("the path after the socket is not one");
  const base = plainPath(path, url);
  const text = `unix:${socketPath}${base && `:${base}`}`;
  return { secure: false, host: "localhost", port: 80, socketPath, path: base, text };
}

/** The path as it is sent on, without slashes at its end. */
function plainPath(path: string, url: URL): string {
  if (path && url.pathname !== path)
    throw refused("the path must be written plainly, without . or .. and encoded where needed");
  return path.replace(/\/+$/, "");
}

/** Notations such as 0x7f.1, 2130706433 or ::ffff:127.0.0.1 are other spellings of an address; one is enough. */
function plainHost(raw: string, parsed: string): string {
  if (raw.startsWith("[")) {
    const inner = raw.slice(1, -1);
    const address = parseAddress(inner);
    if (address?.kind() !== "ipv6")
      throw refused("write an IPv4 address as four decimal numbers, and IPv6 without a zone");
    return address.toString();
  }
  const host = parsed.toLowerCase();
  if (parseAddress(host) && host !== raw)
    throw refused("write the address as four decimal numbers, for example 192.168.1.5");
  if (!HOST_NAME.test(host)) throw refused("the host is not a name or an address");
  return host;
}

/** Where sockets may lie, and what they must not be. */
export type SocketPlaces = Pick<SocketRules, "folder" | "never">;

/** How long the DNS may take when a route is saved, in ms. */
const RESOLVE_MS = 5000;

/**
 * Tells where an upstream lies. A name without an address, such as that of a container which does not run, counts as
 * `lan`: the edge checks each connection, so it can never lead to this host or the internet. Of several addresses the
 * nearest counts (host, lan, public), and connections are then made only to those. Throws `VALIDATION_FAILED` for
 * addresses and sockets that are never allowed and for the gateway's own listeners.
 */
export async function classifyUpstream(
  upstream: ParsedUpstream,
  options: {
    resolve: Resolve;
    clock: Clock;
    isOwnListener(address: string, port: number): boolean;
    sockets(): SocketPlaces;
  },
): Promise<UpstreamClass> {
  if (upstream.socketPath !== undefined) {
    const checked = await checkSocket({ path: upstream.socketPath, ...options.sockets() });
    // One that is not there yet belongs to an app that does not run; the edge looks again at each connection.
    if ("fault" in checked && checked.fault === "refused") throw refused(`the socket ${checked.reason}`);
    return { addressClass: "host", assumed: false };
  }
  const literal = canonicalAddress(upstream.host);
  const found = literal ? [literal] : await resolved(upstream.host, options.resolve, options.clock);
  if (!found.length) return { addressClass: "lan", assumed: true };
  const own = found.find((address) => options.isOwnListener(address, upstream.port));
  if (own) throw refused(`${own} port ${upstream.port} is the gateway itself; a route to it would go round in circles`);
  const kinds = found.map(addressKind);
  const addressClass = (["host", "lan", "public"] as const).find((kind) => kinds.includes(kind));
  if (!addressClass)
    throw refused(`${found[0]} is never allowed: it is link-local, multicast, reserved or a metadata service`);
  return { addressClass, assumed: false };
}

async function resolved(host: string, resolve: Resolve, clock: Clock): Promise<readonly string[]> {
  return new Promise((done) => {
    const timer = clock.after(RESOLVE_MS, () => done([]));
    resolve(host)
      .catch(() => [])
      .then((addresses) => {
        timer.cancel();
        done(addresses);
      });
  });
}

function refused(reason: string): Problem {
  return new Problem("VALIDATION_FAILED", `The upstream address (to) is not acceptable: ${reason}.`, [
    { path: "to", reason },
  ]);
}
