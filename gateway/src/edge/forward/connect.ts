import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { addressKind } from "../../kit/addresses.ts";
import type { Clock, Timer } from "../../kit/clock.ts";
import { createOwnListeners } from "../../kit/own-listeners.ts";
import { checkSocket } from "../../kit/unix-sockets.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { Inlet } from "../inlet.ts";
import { faultOf, UpstreamFault } from "./fault.ts";
import { createTlsClient } from "./tls-client.ts";

/** Longest wait for a connection where nothing else is said, look-up and TLS included, in ms. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** How long an address is waited for before the next one is tried beside it, in ms (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 250;
/** The same for the handshake on a connection that stands: some small devices need a while for it. */
const NEXT_HANDSHAKE_MS = 2000;
/** Addresses of one name that are tried; a name can have thousands. */
const MOST_ADDRESSES = 8;

/** Finds the addresses of a name, in the order in which they are to be tried. */
type LookUp = (host: string) => Promise<string[]>;

const systemLookUp: LookUp = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Opens connections to upstreams. The name is resolved for each connection, only addresses of the class that was
 * approved are used, and never one of our own listeners (design, section 7); of several addresses the first that
 * answers. `timeoutMs` holds for look-up, connection and TLS together. Rejects with an {@link UpstreamFault}.
 */
export function createConnector(
  ownPorts: readonly number[],
  clock: Clock,
  lookUp: LookUp = systemLookUp,
): (upstream: Upstream, timeoutMs?: number) => Promise<Socket> {
  const isOwnListener = createOwnListeners(ownPorts);
  const tls = createTlsClient(clock);
  const lookups = new Map<string, Promise<string[]>>();

  /** Looks a name up. Callers share a look-up under way: node has four threads for them, and a dead name holds one long. */
  function resolve(host: string): Promise<string[]> {
    if (isIP(host)) return Promise.resolve([host]);
    let pending = lookups.get(host);
    if (!pending) {
      pending = lookUp(host).finally(() => lookups.delete(host));
      lookups.set(host, pending);
    }
    return pending;
  }

  async function addressesOf(upstream: Upstream, timeoutMs: number): Promise<string[]> {
    if (upstream.socket) {
      const checked = await checkSocket(upstream.socket);
      if ("path" in checked) return [checked.path];
      const kind = checked.fault === "missing" ? "connection_refused" : "address_refused";
      throw new UpstreamFault(kind, `the socket ${checked.reason}`);
    }
    const found = await within(timeoutMs, clock, resolve(upstream.host));
    const allowed = found.filter(
      (address) => addressKind(address) === upstream.addressClass && !isOwnListener(address, upstream.port),
    );
    if (!allowed.length) throw new UpstreamFault("address_refused", "no address of the class that was approved");
    return allowed.slice(0, MOST_ADDRESSES);
  }

  function dial(upstream: Upstream, address: string): Socket {
    const to = { host: address, port: upstream.port };
    if (upstream.secure) return connectTls({ ...to, ...tls.options(upstream, address) });
    const inlet = new Inlet();
    const socket = connectTcp({ ...(upstream.socket ? { path: address } : to), onread: inlet.onread });
    inlet.belongTo(socket);
    return socket;
  }

  /** Tries the addresses in their order, each a moment after the one before it or as soon as that one fails. */
  function race(upstream: Upstream, addresses: readonly string[], timeoutMs: number): Promise<Socket> {
    return new Promise((done, fail) => {
      const trying = new Set<Socket>();
      let tried = 0;
      let fault: UpstreamFault | undefined;
      let soon: Timer | undefined;
      const deadline = clock.after(timeoutMs, () => end(new UpstreamFault("timeout", "connecting took too long")));

      function end(result: Socket | UpstreamFault): void {
        deadline.cancel();
        soon?.cancel();
        if (result instanceof UpstreamFault) fail(result);
        else {
          trying.delete(result);
          done(result);
        }
        for (const socket of trying) socket.destroy();
        trying.clear();
      }

      function tryNext(): void {
        soon?.cancel();
        const address = addresses[tried++];
        if (address === undefined) {
          if (!trying.size) end(fault ?? new UpstreamFault("unknown", "there was no address to try"));
          return;
        }
        let socket: Socket;
        try {
          socket = dial(upstream, address);
        } catch (error) {
          end(faultOf(error));
          return;
        }
        trying.add(socket);
        nextAfter(NEXT_ADDRESS_MS);
        // Stays for good: whoever takes the socket over listens a moment later.
        socket.on("error", (error) => {
          if (!trying.delete(socket)) return;
          fault = moreTelling(fault, faultOf(error));
          tryNext();
        });
        socket.once("connect", () => {
          if (!trying.has(socket)) return;
          if (upstream.secure) nextAfter(NEXT_HANDSHAKE_MS);
          else end(socket);
        });
        if (upstream.secure)
          socket.once("secureConnect", () => {
            if (!trying.has(socket)) return;
            tls.onSecure(upstream, address, socket as TLSSocket);
            end(socket);
          });
      }

      function nextAfter(ms: number): void {
        soon?.cancel();
        if (tried < addresses.length) soon = clock.after(ms, tryNext);
      }

      tryNext();
    });
  }

  return async (upstream, timeoutMs = CONNECT_TIMEOUT_MS) => {
    const deadline = clock.monotonic() + timeoutMs;
    try {
      const addresses = await addressesOf(upstream, timeoutMs);
      const socket = await race(upstream, addresses, deadline - clock.monotonic());
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      return socket;
    } catch (error) {
      throw faultOf(error);
    }
  };
}

function within<T>(ms: number, clock: Clock, promise: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const timer = clock.after(ms, () => fail(new UpstreamFault("dns_error", "looking the name up took too long")));
    promise.then(done, fail).finally(() => timer.cancel());
  });
}

/** Of two faults the one to report: that a network has no way to one of the addresses says least. */
function moreTelling(before: UpstreamFault | undefined, now: UpstreamFault): UpstreamFault {
  return before && now.kind === "host_unreachable" ? before : now;
}
