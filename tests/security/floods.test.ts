// Broken requests in numbers, cut off at every point, neither crash the edge nor keep others out (CWE-400, CWE-754).
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { MOST } from "../../gateway/src/edge/listen/crowd.ts";
import { whenDone } from "../harness/cleanup.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { openRaw } from "../harness/request.ts";

let gateway: Gateway;
let app: EchoApp;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { publicAccess: true, stripPrefix: true });
});

const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost:${gateway.apiPort}\r\n`;

test("a flood of broken requests harms nobody", async () => {
  const before = gateway.children();
  const words = [
    "\x00\xff\x16\x03",
    "GET\r\n\r\n",
    `${line("/")}Host: b\r\n\r\n`,
    "\x16\x03\x01\x00\x05hello",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    `${line("/apps/echo/")}\r\n`,
  ];
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const socket = await openRaw(gateway.appsPort, index % 2 === 0);
        socket.on("error", () => {});
        await new Promise<void>((done) =>
          socket.write(Buffer.from(words[index % words.length] as string, "latin1"), () => done()),
        );
        if (index % 3 === 0 && index % 2) socket.resetAndDestroy();
        else socket.destroy();
      }),
    );
  }
  expect((await gateway.apps("GET", "/apps/echo/")).status).toBe(200);
  expect(gateway.children()).toEqual(before);
});

/** An address of this machine under which it is a client like any other. */
const [OUTSIDE] = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ family, internal }) => family === "IPv4" && !internal);

test.skipIf(!OUTSIDE)("one client takes no more than its share of connections, and keeps nobody out", async () => {
  const config = { server: { addr: "0.0.0.0:0", apps_addr: "0.0.0.0:0" } };
  const crowded = await startGateway({ config });
  const host = OUTSIDE?.address ?? "";
  let closed = 0;
  const dial = () => {
    const socket = connect({ host, port: crowded.apiPort });
    socket.on("error", () => {}).on("close", () => closed++);
    whenDone(() => socket.destroy());
    return new Promise<void>((done) => socket.once("connect", () => done()).once("close", () => done()));
  };
  for (let i = 0; i < MOST.client; i += 100) await Promise.all(Array.from({ length: 100 }, dial));
  expect(closed).toBe(0);
  await Promise.all(Array.from({ length: 50 }, dial));
  await eventually("what is above it is closed", () => closed >= 50, 3_000);
  expect(crowded.output()).toContain("too many connections");
  expect((await crowded.api("GET", "/livez")).status).toBe(200);
});
