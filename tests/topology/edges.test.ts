import { beforeAll, expect, test, vi } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { type EventStream, openEvents } from "../harness/streams.ts";

// Processes start again in here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

let gateway: Gateway;
let app: EchoApp;
let bearer: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway({ config: { edge: { workers: 2 } } }), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { stripPrefix: true });
  bearer = { authorization: `Bearer ${await gateway.signIn()}` };
});

/** Opens an event stream on one edge: only the others are stopped while it connects. */
async function streamOn(edge: number): Promise<EventStream> {
  const others = gateway.children().edge.filter((pid) => pid !== edge);
  for (const pid of others) process.kill(pid, "SIGSTOP");
  try {
    return await openEvents(gateway.apiPort, "/apps/echo/sse", bearer);
  } finally {
    for (const pid of others) process.kill(pid, "SIGCONT");
  }
}

test("a killed edge costs its own connections only, and is replaced", async () => {
  const [first, second] = gateway.children().edge as [number, number];
  const lost = await streamOn(first);
  const kept = await streamOn(second);
  process.kill(first, "SIGKILL");
  await eventually("its stream has ended", () => !lost.open());
  const before = kept.received();
  await eventually("there are two edges again", () => gateway.children().edge.length === 2);
  await eventually("the other stream goes on", () => kept.received() > before);
  expect(kept.open()).toBe(true);
  kept.close();
});

test("an edge that does not acknowledge is replaced, and the decision says that it is pending", async () => {
  const [stuck, other] = gateway.children().edge as [number, number];
  process.kill(stuck, "SIGSTOP");
  const began = performance.now();
  const answer = await gateway.admin("PUT", "/api/v1/routes/late", { appId: "late", to: app.url });
  const took = performance.now() - began;
  expect(answer.status).toBe(200);
  expect(answer.headers["x-nekzus-pending"]).toBe("true");
  expect(took).toBeGreaterThan(900);
  expect(took).toBeLessThan(4000);
  await eventually("a new edge took its place", () => {
    const { edge } = gateway.children();
    return edge.length === 2 && !edge.includes(stuck) && edge.includes(other);
  });
  const next = await eventually("decisions are complete again", async () => {
    const again = await gateway.admin("PUT", "/api/v1/routes/late", { appId: "late", to: app.url });
    return again.headers["x-nekzus-pending"] === undefined && again;
  });
  expect(next.status).toBe(200);
});
