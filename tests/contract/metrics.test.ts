import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

describe.runIf(requires("tools"))("with Prometheus' own tool", () => {
  test("the metrics are well-formed, after API calls and requests to an app", async () => {
    const [gateway, app] = await Promise.all([startGateway(), startEchoApp()]);
    await gateway.addRoute("echo", app.url);
    for (const path of ["/apps/echo/", "/apps/echo/status/500", "/api/v1/apps", "/api/v1/absent"]) {
      await gateway.admin("GET", path);
    }
    // Edges send their counters once a second.
    const metrics = async () => (await gateway.api("GET", "/metrics")).text;
    await expect.poll(metrics, { timeout: 5000 }).toMatch(/^nekzus_proxy_requests_total\{.*echo.*\} [1-9]/m);
    const text = await metrics();
    const { status, stdout, stderr } = spawnSync(process.env.PROMTOOL as string, ["check", "metrics"], {
      input: text,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    // Paths of clients never become labels.
    expect(text).not.toContain("absent");
  });
});
