import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { type Network, parseNetwork } from "./addresses.ts";
import { createOutbound, type OutboundRequest, type Resolve } from "./outbound.ts";
import { makeAuthority } from "./test-authority.ts";

const log = pino({ level: "silent" });
const usual = { allow: ["host"], maxBytes: 1000, timeoutMs: 2000 } as const;

async function serve(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function outbound(resolve?: Resolve, isOwnListener = (_address: string, _port: number) => false) {
  const { fetchFrom } = createOutbound({ resolve, isOwnListener, log });
  return (url: string, more: Partial<OutboundRequest> = {}) => fetchFrom({ url, ...usual, ...more });
}

test("answers with status, header and body of a server it may reach", async () => {
  const seen: Record<string, unknown>[] = [];
  const port = await serve((request, response) => {
    seen.push(request.headers);
    response.writeHead(404, { "X-Made-By": "test" }).end("hello");
  });
  const answer = await outbound(async () => ["127.0.0.1"])(`http://name.test:${port}/a?b=c`);
  expect([answer.status, answer.headers["x-made-by"], answer.body.toString()]).toEqual([404, "test", "hello"]);
  expect(seen[0]?.host).toBe(`name.test:${port}`);
  await expect(outbound()("http://127.0.0.1:1/")).rejects.toMatchObject({ fault: "failed" });
});

test("connects to the address that was checked, whatever the DNS says a moment later", async () => {
  const port = await serve((request, response) => {
    if (request.url === "/again") response.writeHead(302, { location: "/" });
    response.end("inside");
  });
  let asked = 0;
  const fetchFrom = outbound(async () => (asked++ === 0 ? ["127.0.0.1"] : ["169.254.169.254"]));
  expect((await fetchFrom(`http://rebind.test:${port}/`)).body.toString()).toBe("inside");
  expect(asked).toBe(1);
  asked = 0;
  const redirected = fetchFrom(`http://rebind.test:${port}/again`, { redirects: 1, sameHostOnly: true });
  await expect(redirected).rejects.toMatchObject({ fault: "blocked" });
});

test.each([
  ["metadata", ["169.254.169.254"]],
  ["metadata in an IPv4-mapped address", ["::ffff:169.254.169.254"]],
  ["NAT64 around loopback", ["64:ff9b::7f00:1"]],
  ["unspecified", ["0.0.0.0"]],
  ["link-local", ["fe80::1%eth0", "fe80::1"]],
  ["multicast", ["224.0.0.251"]],
  ["another kind", ["10.0.0.1", "192.168.1.1"]],
])("refuses %s", async (_what, addresses) => {
  const all = { allow: ["host", "public"] } as const;
  await expect(outbound(async () => addresses)("http://x.test/", all)).rejects.toMatchObject({ fault: "blocked" });
});

test("refuses our own listeners, other schemes and credentials", async () => {
  const port = await serve((_request, response) => response.end());
  const own = outbound(undefined, (address, at) => address === "127.0.0.1" && at === port);
  await expect(own(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ fault: "blocked" });
  for (const url of ["file:///etc/passwd", "unix:/run/docker.sock", "http://user@127.0.0.1/", "nonsense"]) {
    await expect(outbound()(url)).rejects.toMatchObject({ fault: "blocked" });
  }
  const headers = { Authorization: "Bearer x" };
  await expect(outbound()(`http://127.0.0.1:${port}/`, { headers })).rejects.toMatchObject({ fault: "blocked" });
  const nowhere: Resolve = async () => Promise.reject(new Error("ENOTFOUND"));
  await expect(outbound(nowhere)("http://gone.test/")).rejects.toMatchObject({ fault: "unresolved" });
});

test("posts a body with credentials to public addresses or networks that are listed, and gives up when told to", async () => {
  const got: unknown[] = [];
  const port = await serve((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      got.push([request.method, request.headers.authorization, text]);
      if (text !== "silent") response.end("ok");
    });
  });
  const post = (more: Partial<OutboundRequest>) =>
    outbound()(`http://127.0.0.1:${port}/`, {
      allow: ["public"],
      method: "POST",
      body: "hello",
      credentials: { authorization: "Bearer x" },
      ...more,
    });
  const networks = [parseNetwork("127.0.0.0/8") as Network];
  await expect(post({})).rejects.toMatchObject({ fault: "blocked" });
  await expect(post({ networks, redirects: 1 })).rejects.toMatchObject({ fault: "failed" });
  expect((await post({ networks })).body.toString()).toBe("ok");
  const given = new AbortController();
  const silent = post({ networks, body: "silent", signal: given.signal });
  await expect.poll(() => got.length).toBe(2);
  given.abort();
  await expect(silent).rejects.toMatchObject({ fault: "failed" });
  expect(got[0]).toEqual(["POST", "Bearer x", "hello"]);
});

test("checks every redirect again", async () => {
  const other = await serve((_request, response) => response.end("other"));
  const port = await serve((request, response) => {
    const to: Record<string, string> = {
      "/near": "/end",
      "/meta": "http://169.254.169.254/latest",
      "/other": `http://127.0.0.1:${other}/`,
      "/loop": "/loop",
    };
    const location = to[request.url ?? ""];
    if (location) response.writeHead(302, { location }).end();
    else response.end("end");
  });
  const at = (path: string, more: Partial<OutboundRequest>) => outbound()(`http://127.0.0.1:${port}${path}`, more);
  const near = await at("/near", { redirects: 3, sameHostOnly: true });
  expect([near.body.toString(), near.finalUrl.pathname]).toEqual(["end", "/end"]);
  await expect(at("/meta", { redirects: 3 })).rejects.toMatchObject({ fault: "blocked" });
  await expect(at("/other", { redirects: 3, sameHostOnly: true })).rejects.toMatchObject({ fault: "blocked" });
  expect((await at("/other", { redirects: 3 })).body.toString()).toBe("other");
  expect((await at("/loop", { redirects: 3 })).status).toBe(302);
  expect((await at("/meta", {})).status).toBe(302);
});

test("a certificate that nobody vouches for is refused unless the request says otherwise", async () => {
  // The library's own dependency asks for a polyfill, of which nothing is used here.
  Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
  const { PemConverter, X509CertificateGenerator } = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: "CN=nas",
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  const server = createTlsServer({ key, cert: made.toString("pem") }, (_request, response) => response.end("secret"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const fetchFrom = outbound(async () => ["127.0.0.1"]);
  const url = `https://nas.test:${(server.address() as AddressInfo).port}/`;
  await expect(fetchFrom(url)).rejects.toMatchObject({ fault: "failed", message: /self-signed/ });
  expect((await fetchFrom(url, { insecureSkipVerify: true })).body.toString()).toBe("secret");
});

test("endless bodies are cut, huge headers and silence end in an error", async () => {
  const port = await serve((request, response) => {
    if (request.url === "/header") response.setHeader("x-long", "x".repeat(100_000));
    if (request.url === "/silent") return;
    response.writeHead(200);
    const more = () => {
      while (response.write("x".repeat(1000)));
      response.once("drain", more);
    };
    if (request.url === "/slow") response.write("x");
    else more();
  });
  const at = (path: string) => outbound()(`http://127.0.0.1:${port}${path}`, { timeoutMs: 400 });
  const cut = await at("/endless");
  expect([cut.body.length, cut.truncated]).toEqual([1000, true]);
  await expect(at("/header")).rejects.toMatchObject({ fault: "failed", message: /header is too large/ });
  await expect(at("/silent")).rejects.toMatchObject({ fault: "timeout" });
  await expect(at("/slow")).rejects.toMatchObject({ fault: "timeout" });
  const garbage = createTcpServer((socket) => socket.end("hello, this is no HTTP\r\n\r\n"));
  await new Promise<void>((done) => garbage.listen(0, "127.0.0.1", done));
  onTestFinished(() => void garbage.close());
  const answer = outbound()(`http://127.0.0.1:${(garbage.address() as AddressInfo).port}/`);
  await expect(answer).rejects.toMatchObject({ fault: "failed", message: /not valid HTTP/ });
});

test("asks a socket of the file system, and follows nothing away from it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nekzus-outbound-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "app.sock");
  const elsewhere = await serve((_, response) => response.end("elsewhere"));
  const server = createServer((request, response) => {
    if (request.url === "/away") response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` });
    if (request.url === "/again") response.writeHead(302, { location: "/" });
    response.end(`hello ${request.headers.host}`);
  });
  await new Promise<void>((done) => server.listen(path, done));
  onTestFinished(() => void server.close());
  const ask = (more: Partial<OutboundRequest>, at = "/") => outbound()(`http://localhost${at}`, more);
  const socket = { path, folder, never: [] };
  expect((await ask({ socket })).body.toString()).toBe("hello localhost");
  expect((await ask({ socket, redirects: 1 }, "/again")).body.toString()).toBe("hello localhost");
  await expect(ask({ socket, redirects: 1 }, "/away")).rejects.toMatchObject({ fault: "blocked" });
  await expect(ask({ socket: { ...socket, folder: "" } })).rejects.toMatchObject({ fault: "blocked" });
  const missing = { ...socket, path: join(folder, "missing") };
  await expect(ask({ socket: missing })).rejects.toMatchObject({ fault: "failed", message: /does not exist/ });
});

test("a certificate counts when the named authority issued it for the name that is expected", async () => {
  const [home, stranger] = await Promise.all([makeAuthority("Home"), makeAuthority("Stranger")]);
  const server = createTlsServer(await home.issue("nas.local"), (_, response) => response.end("secret"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ask = async (more: Partial<OutboundRequest>, host = "nas.local") =>
    outbound(async () => ["127.0.0.1"])(`https://${host}:${port}/`, more).then(
      ({ body }) => body.toString(),
      ({ fault }) => fault,
    );
  expect(await ask({})).toBe("failed");
  expect(await ask({ caPem: home.caPem })).toBe("secret");
  expect(await ask({ caPem: stranger.caPem })).toBe("failed");
  expect(await ask({ caPem: home.caPem }, "127.0.0.1")).toBe("failed");
  expect(await ask({ caPem: home.caPem, serverName: "nas.local" }, "127.0.0.1")).toBe("secret");
  expect(await ask({ caPem: home.caPem, serverName: "other.local" })).toBe("failed");
  expect(await ask({ caPem: "" })).toBe("failed");
});
