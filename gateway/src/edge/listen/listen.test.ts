import { once } from "node:events";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { issueAuthority, keyToPem, makeKey } from "../../core/certificates/issue.ts";
import { malformedAnswer } from "../answer.ts";
import type { Edge } from "../edge.ts";
import { buildState } from "../state.ts";
import { createDoor } from "./listen.ts";

let certificate = { names: ["localhost"], certificate: "", privateKey: "" };

beforeAll(async () => {
  const key = makeKey();
  const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  certificate = {
    ...certificate,
    certificate: await issueAuthority("localhost", key, validity),
    privateKey: keyToPem(key),
  };
});

/** In ms. */
const SHORT = { headersTimeout: 100, checkEvery: 50, firstByte: 100, handshake: 100, keepAlive: 100 };

/** Opens a door that answers every request at once. */
async function open(insecureHttp: boolean, limits = SHORT): Promise<number> {
  const state = buildState({
    number: 1,
    instanceId: "nkz_test",
    version: "1.2.3",
    tokenKey: Buffer.alloc(32).toString("base64url"),
    issuer: "i",
    audience: "a",
    hosts: ["localhost"],
    appsOrigin: ":8444",
    apiOrigin: ":1",
    baseDomain: "",
    sharedOrigin: false,
    trustedProxies: [],
    localAccess: false,
    accessLog: { output: "off", file: "/dev/null", max_size: 0, keep: 1 },
    routes: [],
    certificates: [certificate],
    subjects: [],
    apiKeys: [],
    revoked: [],
    unhealthy: [],
  });
  const edge: Edge = {
    apply: () => undefined,
    jars: { take() {}, connect() {}, disconnect() {}, saved: async () => {} },
    state: () => state,
    onSnapshot() {},
    onRequest: (_door, request) => request.answer(200, [], "answered"),
    onMalformed: (_door, _socket, code, message) => malformedAnswer("1.2.3", code, message),
    onUnfit() {},
    admit: () => () => {},
    report: () => ({
      type: "counters",
      routes: [],
      refused: {},
      devices: [],
      linesLost: 0,
      cache: { bytes: 0, evictions: 0 },
      rewritten: 0,
      passedForMemory: 0,
      rewritingMemory: 0,
      activeRequests: 0,
      activeWebSockets: 0,
    }),
    close: async () => {},
  };
  const { server, drain } = createDoor(edge, { name: "api", port: 8443, secure: !insecureHttp }, limits);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => drain(0));
  return (server.address() as AddressInfo).port;
}

/** What comes back until the other side closes. */
async function heard(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  // Cut in the midst of a word is cut as well: `once` would take the reset for a failure of its own.
  await new Promise<void>((done) => socket.on("error", () => {}).on("close", () => done()));
  return text;
}

const plain = (port: number) => connectTcp(port, "127.0.0.1");
const secure = (port: number) => connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });

test.each([
  ["plain HTTP", true, plain],
  ["TLS", false, secure],
  ["plain HTTP on a TLS port", false, plain],
] as const)(
  "over %s, a header that does not come to its end is cut, however slowly it drips",
  async (name, insecure, dial) => {
    // Only the header is pressed for time: a busy machine may take longer than that to shake hands.
    const socket = dial(await open(insecure, { ...SHORT, firstByte: 10_000, handshake: 10_000 }));
    const drip = setInterval(() => socket.write("X-A: b\r\n"), 20);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
    const text = await heard(socket);
    clearInterval(drip);
    if (name !== "plain HTTP on a TLS port")
      expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nX-API-Version: 1\.2\.3\r\n/);
    expect(text).not.toContain("answered");
  },
);

test.each([
  ["who says nothing", plain, ""],
  ["who begins a handshake and does not go on", plain, "\x16\x03\x01"],
  ["who only shakes hands", secure, ""],
  ["who asks once and then says nothing", secure, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
] as const)("%s is cut off", async (_, dial, words) => {
  const socket = dial(await open(false));
  if (words) socket.write(words, "latin1");
  await heard(socket);
});

test("what is not HTTP is told so, in the one error shape", async () => {
  const socket = secure(await open(false));
  socket.write("\x01\x02\x03\r\n\r\n");
  const text = await heard(socket);
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(text.split("\r\n\r\n")[1] as string)).toMatchObject({ error: { code: "BAD_REQUEST" } });
});
