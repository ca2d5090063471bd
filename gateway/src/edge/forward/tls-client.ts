import { isIP } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { Clock } from "../../kit/clock.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { UpstreamFault } from "./fault.ts";
import { upstreamKey } from "./upstream-key.ts";

/** Sessions and sets of authorities that are kept; the oldest goes first. */
const MAX_SESSIONS = 1000;
const MAX_CONTEXTS = 100;
/** A certificate is not looked at again while its session is resumed, so that must end some time, in ms. */
const SESSION_MS = 3_600_000;

export type TlsClient = {
  /** How to speak TLS to this upstream at this address. Throws an {@link UpstreamFault} when no certificate could do. */
  options(upstream: Upstream, address: string): ConnectionOptions;
  /** A connection stands and was verified: its session may be resumed by the next one. */
  onSecure(upstream: Upstream, address: string, socket: TLSSocket): void;
};

/**
 * Speaks TLS with upstreams. What was verified for one upstream under one set of options counts for no other: sessions
 * are kept by {@link upstreamKey}.
 */
export function createTlsClient(clock: Clock): TlsClient {
  const sessions = new Map<string, { session: Buffer; at: number }>();
  const contexts = new Map<string | undefined, SecureContext>();

  function contextOf(caPem: string | undefined): SecureContext {
    let context = contexts.get(caPem);
    if (!context) {
      context = createSecureContext({ ...(caPem === undefined ? {} : { ca: caPem }), minVersion: "TLSv1.2" });
      keep(contexts, caPem, context, MAX_CONTEXTS);
    }
    return context;
  }

  function sessionOf(key: string): Buffer | undefined {
    const kept = sessions.get(key);
    if (kept && clock.monotonic() - kept.at < SESSION_MS) return kept.session;
    sessions.delete(key);
    return undefined;
  }

  return {
    options(upstream, address) {
      const { caPem, insecureSkipVerify, serverName } = upstream;
      // Empty, it would be taken for "not given", which means all the well-known authorities.
      if (caPem === "" && !insecureSkipVerify)
        throw new UpstreamFault("tls_error", "the file with the certificates to trust (caFile) could not be read");
      // The certificate must be that of the name in the route, not of the address it resolved to.
      const name = (serverName || upstream.host).replace(/\.$/, "");
      const session = sessionOf(sessionKey(upstream, address));
      return {
        // An address is no server name (RFC 6066 §3).
        ...(isIP(name) ? {} : { servername: name }),
        checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
        rejectUnauthorized: !insecureSkipVerify,
        secureContext: contextOf(caPem || undefined),
        ALPNProtocols: ["http/1.1"],
        ...(session && { session }),
      };
    },

    onSecure(upstream, address, socket) {
      const key = sessionKey(upstream, address);
      const remember = (session: Buffer) => keep(sessions, key, { session, at: clock.monotonic() }, MAX_SESSIONS);
      // A resumed session's age counts from the handshake that verified the certificate.
      if (socket.isSessionReused()) return;
      const session = socket.getProtocol() === "TLSv1.3" ? undefined : socket.getSession();
      if (session) remember(session);
      socket.on("session", remember);
    },
  };
}

function sessionKey(upstream: Upstream, address: string): string {
  return `${upstreamKey(upstream)} ${address}`;
}

/** Adds an entry and lets the oldest go when there are too many. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value as K);
}
