import { expect, test, vi } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { startGateway } from "../harness/gateway.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const KILLS = 10;
const CLIENTS = 4;

test("ten killed edges under load: no connection is refused, and only those under way are cut", async () => {
  const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  const headers = { authorization: `Bearer ${await gateway.signIn()}` };
  let running = true;
  let answered = 0;
  const faults: string[] = [];

  /** A new connection for each request. */
  async function load(): Promise<void> {
    while (running) {
      try {
        const answer = await gateway.api("GET", "/apps/echo/", { headers });
        if (answer.status === 200) answered++;
        else faults.push(`status ${answer.status}`);
      } catch (error) {
        faults.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, load);
  for (let kill = 0; kill < KILLS; kill++) {
    const before = answered;
    const pid = await eventually("an edge serves", () => answered > before + CLIENTS && gateway.children().edge[0]);
    process.kill(pid, "SIGKILL");
    await eventually("a new edge is there", () => gateway.children().edge.some((other) => other !== pid));
  }
  const before = answered;
  await eventually("the last edge serves", () => answered > before + CLIENTS);
  running = false;
  await Promise.all(clients);

  // A connection that the killed edge had accepted is cut; one that waited in the queue is not.
  expect(new Set(faults).difference(new Set(["ECONNRESET"]))).toEqual(new Set());
  expect(faults.length).toBeLessThanOrEqual(KILLS * CLIENTS);
});
