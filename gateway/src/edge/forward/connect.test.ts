import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Upstream } from "../../wire/snapshot.ts";
import { createConnector } from "./connect.ts";
import type { UpstreamFault } from "./fault.ts";

async function listen(): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

const upstream = (port: number, changes: Partial<Upstream> = {}): Upstream => ({
  secure: false,
  host: "app.example",
  port,
  path: "",
  addressClass: "host",
  insecureSkipVerify: false,
  ...changes,
});

/** The kind of fault, or the address that was reached. */
async function outcome(
  connecting: Promise<{ remoteAddress?: string | undefined; destroy(): unknown }>,
): Promise<string | undefined> {
  try {
    const socket = await connecting;
    const { remoteAddress } = socket;
    socket.destroy();
    return remoteAddress;
  } catch (error) {
    return (error as UpstreamFault).kind;
  }
}

test("each connection looks the name up again, and only the class that was approved is reached", async () => {
  const { port } = await listen();
  let addresses: string[] = [];
  const connect = createConnector([], createVirtualClock(), async () => addresses);
  const reached = async (...now: string[]) => {
    addresses = now;
    return await outcome(connect(upstream(port)));
  };
  expect(await reached("127.0.0.1")).toBe("127.0.0.1");
  for (const moved of [
    "192.168.1.5",
    "8.8.8.8",
    "169.254.169.254",
    "fd00:ec2::254",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "64:ff9b::7f00:1",
  ]) {
    expect(await reached(moved), moved).toBe("address_refused");
  }
  expect(await reached()).toBe("address_refused");
  // Of several addresses the wrong ones are not even tried.
  expect(await reached("169.254.169.254", "10.0.0.1", "127.0.0.1")).toBe("127.0.0.1");
  expect(await reached("127.0.0.1")).toBe("127.0.0.1");
  expect(await outcome(connect(upstream(port, { addressClass: "lan" })))).toBe("address_refused");
});

test("our own listeners are refused by every address of this machine", async () => {
  const { port } = await listen();
  const connect = createConnector([port], createVirtualClock(), async (host) => [host.replace("own:", "")]);
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    expect(await outcome(connect(upstream(port, { host: `own:${address}` }))), address).toBe("address_refused");
    expect(await outcome(connect(upstream(port, { host: address }))), address).toBe("address_refused");
  }
  for (const own of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    if (own.internal || own.family !== "IPv4") continue;
    expect(await outcome(connect(upstream(port, { host: own.address, addressClass: "lan" })))).toBe("address_refused");
  }
});

test("a name that does not resolve in time is a fault of its own, and callers share the look-up", async () => {
  const clock = createVirtualClock();
  let asked = 0;
  const connect = createConnector([], clock, () => {
    asked++;
    return new Promise(() => {});
  });
  const outcomes = Promise.all([outcome(connect(upstream(1))), outcome(connect(upstream(1)))]);
  await clock.advance(10_000);
  expect(await outcomes).toEqual(["dns_error", "dns_error"]);
  expect(asked).toBe(1);
});

test("refused, unknown and dead names tell their reasons apart", async () => {
  const { port, server } = await listen();
  server.close();
  const connect = createConnector([], createVirtualClock());
  expect(await outcome(connect(upstream(port, { host: "127.0.0.1" })))).toBe("connection_refused");
  expect(await outcome(connect(upstream(port, { host: "does-not-exist.invalid" })))).toBe("dns_error");
});
