import type { OutboundRequest } from "../../kit/outbound.ts";
import type { Upstream } from "../../wire/snapshot.ts";

/** How the core itself reaches an upstream: only there, and its certificate judged as the edge judges it. */
export function wayTo(
  upstream: Upstream,
): Pick<OutboundRequest, "allow" | "insecureSkipVerify" | "caPem" | "serverName" | "socket"> {
  const { addressClass, insecureSkipVerify, caPem, serverName, socket } = upstream;
  return { allow: [addressClass], insecureSkipVerify, caPem, serverName, socket };
}

/** Scheme, host and port of an upstream as they stand in a URL; `http://localhost:80` for a socket. */
export function originOf({ secure, host, port }: Pick<Upstream, "secure" | "host" | "port">): string {
  return `http${secure ? "s" : ""}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
