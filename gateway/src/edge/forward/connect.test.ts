import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Upstream, UpstreamSocket } from "../../wire/snapshot.ts";
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

/** A listener of this machine that takes no further connection: from then on nothing answers there. */
async function blackHole(address: string): Promise<number> {
  const program = `const server = require("node:net").createServer();
    server.listen({ host: ${JSON.stringify(address)}, port: 0, backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const process = spawn(globalThis.process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void process.kill("SIGKILL"));
  const [chunk] = (await once(process.stdout, "data")) as [Buffer];
  const port = Number(chunk.toString());
  for (;;) {
    const socket = createConnection({ host: address, port });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    const answered = once(socket, "connect").then(() => true);
    if (!(await Promise.race([answered, new Promise((done) => setTimeout(done, 100, false))]))) break;
  }
  return port;
}

test("an address that does not answer holds the next one up for a moment only, and a dead name for the time limit", async () => {
  const port = await blackHole("127.0.0.2");
  const good = createServer((socket) => socket.destroy());
  good.listen(port, "127.0.0.3");
  await once(good, "listening");
  onTestFinished(() => void good.close());

  const clock = createVirtualClock();
  let addresses = ["127.0.0.2", "127.0.0.3"];
  const connect = createConnector([], clock, async () => addresses);
  const reached = outcome(connect(upstream(port)));
  // The name is looked up, and the first address is asked.
  await clock.advance(0);
  await clock.advance(250);
  expect(await reached).toBe("127.0.0.3");
  // One that refuses holds nobody up: no time passes here.
  addresses = ["127.0.0.4", "127.0.0.3"];
  expect(await outcome(connect(upstream(port)))).toBe("127.0.0.3");
  addresses = ["127.0.0.2"];
  const dead = outcome(connect(upstream(port)));
  await clock.advance(0);
  await clock.advance(10_000);
  expect(await dead).toBe("timeout");
});

test("a socket of the file system is reached only in its folder, whatever links say", async () => {
  const root = mkdtempSync(join(tmpdir(), "nekzus-sockets-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [folder, outside] = [join(root, "apps"), join(root, "outside")];
  mkdirSync(folder);
  mkdirSync(outside);
  for (const path of [join(folder, "app.sock"), join(outside, "secret.sock"), join(folder, "podman.sock")]) {
    const server = createServer((socket) => socket.destroy());
    server.listen(path);
    await once(server, "listening");
    onTestFinished(() => void server.close());
  }
  const connect = createConnector([], createVirtualClock());
  const reach = async (path: string, changes: Partial<UpstreamSocket> = {}) =>
    (await outcome(connect(upstream(80, { socket: { path: join(folder, path), folder, never: [], ...changes } })))) ??
    "connected";
  expect(await reach("app.sock")).toBe("connected");
  symlinkSync(join(folder, "app.sock"), join(folder, "inside.sock"));
  expect(await reach("inside.sock")).toBe("connected");
  symlinkSync(join(outside, "secret.sock"), join(folder, "link.sock"));
  symlinkSync(outside, join(folder, "linked"));
  symlinkSync(join(folder, "podman.sock"), join(folder, "renamed.sock"));
  for (const path of ["link.sock", "linked/secret.sock", "podman.sock", "renamed.sock", "linked"])
    expect([path, await reach(path)]).toEqual([path, "address_refused"]);
  expect(await reach("app.sock", { path: `${folder}/../outside/secret.sock` })).toBe("address_refused");
  expect(await reach("app.sock", { folder: "" })).toBe("address_refused");
  expect(await reach("app.sock", { never: [join(folder, "app.sock")] })).toBe("address_refused");
  expect(await reach("app.sock", { never: [root] })).toBe("address_refused");
  expect(await reach("missing.sock")).toBe("connection_refused");
  // The same socket under another name is still the same.
  linkSync(join(folder, "app.sock"), join(folder, "hard.sock"));
  expect(await reach("hard.sock", { never: [join(folder, "app.sock")] })).toBe("address_refused");
});
