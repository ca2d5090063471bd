// What strangers write into their requests fills no memory once these are answered (CWE-400, CWE-770).
import { beforeAll, expect, test } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { INSPECTABLE, type Inspected, inspect } from "../harness/holdings.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";
import { openRaw } from "../harness/request.ts";

/** How many requests, and how much of each a stranger chooses: together far more than may remain. */
const REQUESTS = 700;
const LONG = "x".repeat(30_000);
/** What the cache may keep, in bytes, and what may remain with it, in MB. */
const CACHE_MEMORY = 4 * 1024 * 1024;
const REMAINS = 10;

let gateway: Gateway;
let edge: Inspected;
let before: number;

beforeAll(async () => {
  const config = { cache: { memory: CACHE_MEMORY } };
  const [started, app] = await Promise.all([
    startGateway({ insecureHttp: true, env: INSPECTABLE, config }),
    // Not node's own server, which takes no headers as long as these.
    startRawApp((socket, request) => {
      const rule = request.startsWith("GET /by-agent") ? ["Cache-Control: max-age=600", "Vary: User-Agent"] : [];
      socket.write(plainAnswer("", ...rule));
    }),
  ]);
  gateway = started;
  const options = { publicAccess: true, stripPrefix: true, skipHealthCheck: true, cache: { enabled: true } };
  await gateway.addRoute("open", app.url, options);
  edge = await inspect(gateway, gateway.children().edge[0] as number, []);
  // What is made once, at the first requests, is there before anything is measured.
  for (const path of ["by-agent", "plain"]) await flood(path, () => "X-First: 1", 50);
  before = (await edge.holdings()).kept;
});

/** Sends requests one after the other on one connection, each with these lines. */
async function flood(path: string, linesOf: (number: number) => string, count = REQUESTS): Promise<void> {
  const socket = await openRaw(gateway.appsPort, false);
  whenDone(() => socket.destroy());
  socket.setNoDelay(true);
  for (let number = 0; number < count; number++) {
    const lines = linesOf(number);
    const host = /^Host:/m.test(lines) ? "" : `Host: 127.0.0.1:${gateway.appsPort}\r\n`;
    socket.write(`GET /apps/open/${path}?${number} HTTP/1.1\r\n${host}${lines}\r\n\r\n`);
    await new Promise((done) => socket.once("data", done));
  }
  socket.destroy();
}

test.each<[what: string, path: string, linesOf: (number: number) => string]>([
  ["names of hosts", "plain", (number) => `Host: ${LONG}${number}`],
  ["names of headers", "plain", (number) => `${LONG}${number}: 1`],
  ["what a kept answer varies by", "by-agent", (number) => `User-Agent: ${LONG}${number}`],
  ["what stands beside that", "by-agent", (number) => `User-Agent: somebody no. ${number}\r\nX-${LONG}: 1`],
])("%s", async (_, path, linesOf) => {
  await flood(path, linesOf);
  expect((await edge.holdings()).kept - before).toBeLessThan(REMAINS);
});
