import { createHash } from "node:crypto";
import type { Upstream } from "../../wire/snapshot.ts";

const known = new WeakMap<Upstream, string>();

/**
 * Names everything that makes a connection to one upstream unfit for another: where it leads and how its certificate
 * was judged. Two routes with the same key share connections.
 */
export function upstreamKey(upstream: Upstream): string {
  let key = known.get(upstream);
  if (key === undefined) {
    key = makeKey(upstream);
    known.set(upstream, key);
  }
  return key;
}

function makeKey({ secure, host, port, addressClass, ...upstream }: Upstream): string {
  if (upstream.socket) return JSON.stringify(upstream.socket);
  const place = [host, port, addressClass];
  if (!secure) return JSON.stringify(place);
  const { insecureSkipVerify, serverName, caPem } = upstream;
  const authority = caPem === undefined ? "" : createHash("sha256").update(caPem).digest("base64url");
  return JSON.stringify([...place, serverName ?? "", authority, insecureSkipVerify ? "any certificate" : "verified"]);
}
