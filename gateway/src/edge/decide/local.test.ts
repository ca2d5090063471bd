import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { looksLocal, peerIsOurs } from "./local.ts";

const CURL = ["Host", "localhost:8443", "User-Agent", "curl/8.0", "Accept", "*/*", "Authorization", "Bearer x"];
const loopback = (headers: string[], host = "localhost:8443", port = 8443) =>
  looksLocal(headers, host, port, "127.0.0.1", "127.0.0.1");

test("a program on this machine looks local by each name of loopback", () => {
  expect(loopback(CURL)).toBe(true);
  expect(loopback(CURL, "LOCALHOST:8443")).toBe(true);
  expect(loopback(CURL, "127.0.0.1:8443")).toBe(true);
  expect(loopback(CURL, "localhost", 443)).toBe(true);
  expect(looksLocal(CURL, "[::1]:8443", 8443, "::1", "::1")).toBe(true);
  expect(looksLocal(CURL, "127.0.0.1:8443", 8443, "::ffff:127.0.0.1", "::ffff:127.0.0.1")).toBe(true);
});

test("a foreign address at either end is not local", () => {
  expect(looksLocal(CURL, "localhost:8443", 8443, "192.168.1.4", "127.0.0.1")).toBe(false);
  expect(looksLocal(CURL, "localhost:8443", 8443, "127.0.0.1", "192.168.1.4")).toBe(false);
  expect(looksLocal(CURL, "localhost:8443", 8443, undefined, "127.0.0.1")).toBe(false);
});

test.each([
  ["0.0.0.0:8443"],
  ["localhost"],
  ["localhost:9000"],
  ["localhost.:8443"],
  ["localhost.evil.example:8443"],
  ["127.0.0.2:8443"],
  ["127.1:8443"],
  ["[::ffff:127.0.0.1]:8443"],
  ["localhost:8443, localhost:8443"],
  [""],
  [undefined],
])("Host %s is not local", (host) => {
  expect(looksLocal(CURL, host, 8443, "127.0.0.1", "127.0.0.1")).toBe(false);
});

test.each([
  "Origin",
  "referer",
  "COOKIE",
  "Sec-Fetch-Site",
  "Via",
  "Forwarded",
  "X-Forwarded-For",
  "X_Forwarded_For",
  "x.forwarded.host",
  "X-Real-IP",
  "CF-Connecting-IP",
  "True-Client-IP",
  "X-Client-IP",
  "Cdn-Loop",
])("a request with %s is not local, even when it is empty", (header) => {
  expect(loopback([...CURL, header, ""])).toBe(false);
});

/** Listens on `listen`, lets `dial` connect to it, and hands over our end of the connection. */
async function accepted(listen: string, dial: (port: number) => void): Promise<{ ours: Socket; close(): void }> {
  const server = createServer().listen(0, listen);
  await once(server, "listening");
  const connection = once(server, "connection") as Promise<[Socket]>;
  dial((server.address() as AddressInfo).port);
  const [ours] = await connection;
  ours.on("error", () => {});
  return {
    ours,
    close() {
      ours.destroy();
      server.close();
    },
  };
}

const linux = process.platform === "linux";

/** Machines without IPv6 have no ::1 to listen on. */
const ipv6 = linux && readFileSync("/proc/net/if_inet6", "latin1").includes("00000000000000000000000000000001");

test.runIf(linux).each(
  [
    ["127.0.0.1", "127.0.0.1"],
    ["::", "127.0.0.1"],
    ["::1", "::1"],
    ["::", "::ffff:127.0.0.1"],
  ].filter(([listen]) => ipv6 || !listen?.includes(":")),
)("our own connection to a listener on %s by %s is ours", async (listen, dialled) => {
  let client: Socket | undefined;
  const { ours, close } = await accepted(listen as string, (port) => {
    client = connect(port, dialled);
  });
  expect(await peerIsOurs(ours)).toBe(true);
  client?.destroy();
  close();
});

test.runIf(linux)("a connection that its owner closed is nobody's", async () => {
  let client: Socket | undefined;
  const { ours, close } = await accepted("127.0.0.1", (port) => {
    client = connect(port, "127.0.0.1");
  });
  ours.resume();
  const ended = once(ours, "end");
  client?.destroy();
  await ended;
  expect(await peerIsOurs(ours)).toBe(false);
  close();
});

const other = linux && process.getuid?.() === 0 ? otherUser() : undefined;

function otherUser(): number | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("lab:"));
  return line ? Number(line.split(":")[2]) : undefined;
}

test.runIf(other !== undefined)("another user's connection is not ours (needs root and the user lab)", async () => {
  const dial = 'require("node:net").connect(+process.argv[1], "127.0.0.1")';
  let child: ReturnType<typeof spawn> | undefined;
  const { ours, close } = await accepted("127.0.0.1", (port) => {
    child = spawn(process.execPath, ["-e", dial, String(port)], { uid: other, cwd: "/", stdio: "ignore" });
  });
  expect(await peerIsOurs(ours)).toBe(false);
  child?.kill("SIGKILL");
  close();
});
