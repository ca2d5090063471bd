import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { openEcho } from "../harness/streams.ts";
import { requires } from "../lab.ts";

describe.runIf(requires("tools"))("with Prometheus' own tool", () => {
  test("the metrics are well-formed, after API calls and requests to an app", async () => {
    const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
    await gateway.addRoute("echo", app.url, { stripPrefix: true, websocket: true });
    const echo = await openEcho(gateway.apiPort, "/apps/echo/ws", await bearer(gateway));
    expect(await echo.echo("hello")).toBe("hello");
    for (const path of ["/apps/echo/", "/apps/echo/status/500", "/api/v1/apps", "/api/v1/absent"]) {
      await gateway.admin("GET", path);
    }
    // Edges send their counters once a second.
    const metrics = async () => (await gateway.api("GET", "/metrics")).text;
    await expect.poll(metrics, { timeout: 5000 }).toMatch(/^nekzus_proxy_requests_total\{.*echo.*\} [1-9]/m);
    await expect.poll(metrics).toContain('nekzus_proxy_route_active_websockets{app_id="echo",route_id="echo"} 1');
    const text = await metrics();
    const { status, stdout, stderr } = spawnSync(process.env.PROMTOOL as string, ["check", "metrics"], {
      input: text,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    // Paths of clients never become labels.
    expect(text).not.toContain("absent");
    // What is removed leaves nothing behind, however late an edge reports.
    await gateway.admin("DELETE", "/api/v1/routes/echo");
    await expect.poll(metrics).not.toContain('route_id="echo"');
  });
});
