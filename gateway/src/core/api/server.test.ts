import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import { ENDPOINTS } from "@nekzus/contract";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { ANONYMOUS } from "../../wire/principal.ts";
import { encodeFacts } from "../../wire/request-facts.ts";
import { bind } from "../http/binding.ts";
import { createLimiter } from "./limiter.ts";
import { createApiServer } from "./server.ts";

let door: Server | undefined;
afterEach(() => door?.close());

/** The API server behind a socket, with handlers that answer nothing or fail. */
async function open(handle: () => never = () => ({}) as never): Promise<Socket> {
  const api = createApiServer({
    bindings: ENDPOINTS.map((endpoint) => bind(endpoint, handle)),
    identify: async ({ facts }) => ({ caller: { principal: ANONYMOUS, facts } }),
    checkOrigin: () => {},
    sessionOfCookie: async () => undefined,
    limiter: createLimiter(() => ({}), createVirtualClock()),
    version: "1.2.3",
    log: pino({ level: "silent" }),
    settled: async () => true,
    audit: { isRecorded: () => false, call: async () => {} },
    onChange: () => {},
    onAnswer: () => {},
  });
  await api.ready();
  const server = createServer((socket) => api.accept(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  door = server;
  return connect((server.address() as AddressInfo).port);
}

async function ask(socket: Socket, facts: string): Promise<string> {
  socket.write(`GET /livez HTTP/1.1\r\nhost: home\r\n${facts}\r\n`);
  return new Promise((done) => socket.once("data", (data) => done(data.toString())));
}

const FACTS = `x-nekzus-facts: ${encodeFacts({ id: "r1", address: "192.0.2.1", local: false, secure: true, listener: "api" })}\r\n`;

test("facts that no edge would send are an error, and not the end", async () => {
  const socket = await open();
  for (const facts of ["", "x-nekzus-facts: \r\n", "x-nekzus-facts: r1 192.0.2.1 21 api\r\n", FACTS + FACTS]) {
    const answer = await ask(socket, facts);
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer).toMatch(/x-api-version: 1\.2\.3/i);
    expect(answer).toContain('"code":"INTERNAL_ERROR"');
  }
  expect(await ask(socket, FACTS)).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

test("a handler that fails tells the caller nothing but where to look", async () => {
  const socket = await open(() => {
    throw new Error("at /secret/place");
  });
  const answer = await ask(socket, FACTS);
  expect(answer).toContain(
    '{"error":{"code":"INTERNAL_ERROR","message":"Something went wrong. Look for request r1 in the log."}}',
  );
  expect(answer).not.toContain("secret");
  socket.destroy();
});
