import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { addressKind } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import { createOwnListeners } from "../../kit/own-listeners.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { faultOf, UpstreamFault } from "./fault.ts";

/** Longest wait for a connection, TLS included, in ms. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Finds the addresses of a name, in the order in which they are to be tried. */
type LookUp = (host: string) => Promise<string[]>;

const systemLookUp: LookUp = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Opens connections to upstreams. The name is resolved for each connection, only addresses of the class that was
 * approved are used, and never one of our own listeners (design, section 7).
 */
export function createConnector(
  ownPorts: readonly number[],
  clock: Clock,
  lookUp: LookUp = systemLookUp,
): (upstream: Upstream) => Promise<Socket> {
  const isOwnListener = createOwnListeners(ownPorts);
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

  return async (upstream) => {
    const deadline = clock.monotonic() + CONNECT_TIMEOUT_MS;
    let last: unknown;
    try {
      const found = await within(CONNECT_TIMEOUT_MS, clock, resolve(upstream.host));
      const addresses = found.filter(
        (address) => addressKind(address) === upstream.addressClass && !isOwnListener(address, upstream.port),
      );
      last = new UpstreamFault("address_refused", "no address of the class that was approved");
      for (const address of addresses) {
        const left = deadline - clock.monotonic();
        if (left <= 0) break;
        try {
          return await open(upstream, address, left);
        } catch (error) {
          last = error;
        }
      }
    } catch (error) {
      last = error;
    }
    throw faultOf(last);
  };
}

function within<T>(ms: number, clock: Clock, promise: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const timer = clock.after(ms, () => fail(new UpstreamFault("dns_error", "looking the name up took too long")));
    promise.then(done, fail).finally(() => timer.cancel());
  });
}

function open(upstream: Upstream, address: string, timeoutMs: number): Promise<Socket> {
  const { port, host } = upstream;
  return new Promise((done, fail) => {
    const socket = upstream.secure
      ? connectTls({
          host: address,
          port,
          ...(isIP(host) ? {} : { servername: host }),
          // The certificate must be that of the name in the route, not of the address it resolved to.
          ...(upstream.insecureSkipVerify ? { rejectUnauthorized: false } : {}),
          ALPNProtocols: ["http/1.1"],
          minVersion: "TLSv1.2",
        })
      : connectTcp({ host: address, port });
    const timer = setTimeout(() => socket.destroy(new UpstreamFault("timeout", "connecting took too long")), timeoutMs);
    // Stays for good: whoever takes the socket over listens a moment later.
    socket.on("error", (error) => {
      clearTimeout(timer);
      fail(error);
    });
    socket.once(upstream.secure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      done(socket);
    });
  });
}
