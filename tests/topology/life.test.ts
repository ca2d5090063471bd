import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

test("SIGTERM lets requests under way finish, refuses new connections, and ends with 0", async () => {
  const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  const headers = { authorization: `Bearer ${await gateway.signIn()}` };
  expect((await gateway.api("GET", "/readyz")).status).toBe(200);

  const slow = gateway.api("GET", "/apps/echo/slow/1500", { headers });
  await eventually("the slow request reached the app", () => app.seen.some(({ url }) => url === "/slow/1500"));
  const ended = gateway.stop("SIGTERM");
  await eventually("new connections are refused", () =>
    gateway.api("GET", "/readyz").then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
    ),
  );
  const answer = await slow;
  expect([answer.status, answer.text]).toEqual([200, "slept"]);
  expect(await ended).toBe(0);
});

test("a killed supervisor leaves no process, no socket folder and no lock behind", async () => {
  const gateway = await startGateway();
  const { core, edge } = gateway.children();
  const { socket } = JSON.parse(readFileSync(join(gateway.dataFolder, "control.json"), "utf8")) as { socket: string };
  expect(existsSync(socket)).toBe(true);
  gateway.process.kill("SIGKILL");
  await eventually("the children have ended", () => [...core, ...edge].every((pid) => !existsSync(`/proc/${pid}`)));
  expect(existsSync(dirname(socket))).toBe(false);
  const next = await startGateway({ dataFolder: gateway.dataFolder });
  expect((await next.api("GET", "/api/v1/healthz")).status).toBe(200);
});

test("what is taken is told and ends with 1: the data folder, the port", async () => {
  const gateway = await startGateway();
  const start = (...args: string[]) => runCommand(["start", ...args]);
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => taken.once("listening", done));
  const { port } = taken.address() as { port: number };
  const [sameFolder, samePort] = await Promise.all([
    start("--data", gateway.dataFolder, "--addr", "127.0.0.1:0"),
    start("--data", makeFolder("nekzus-second-"), "--addr", `127.0.0.1:${port}`),
  ]);
  taken.close();
  expect(sameFolder.code).toBe(1);
  expect(sameFolder.stderr).toContain(`Another Nekzus is using the data folder ${gateway.dataFolder}.`);
  expect(samePort.code).toBe(1);
  expect(samePort.stderr).toMatch(/already in use.*--addr/);
  expect((await gateway.api("GET", "/api/v1/healthz")).status).toBe(200);
});
