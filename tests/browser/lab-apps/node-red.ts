import { expect } from "vitest";
import { asked, hears, type LabApp, part } from "./lab-app.ts";

/** Brings a flow in, deploys it, starts it, hears of it by the live connection, and finds it again. */
export const NODE_RED: LabApp = {
  id: "node-red",
  name: "Node-RED",
  variable: "NODE_RED_URL",
  options: { websocket: true },
  version: async (to) => part(await asked(`${to}settings`), /"version":"(\d+)\./),
  async works({ page, seen, to, mark }) {
    await page.locator("#red-ui-palette .red-ui-palette-node").getByText("inject", { exact: true }).waitFor();
    await hears(seen, "/comms", 1);
    // A tour for newcomers may lie above everything; it is shown once. Closed before it has taken the focus it fails.
    const tour = page.locator(".red-ui-tourGuide-popover");
    await page.addLocatorHandler(page.locator(".red-ui-tourGuide-shade"), async () => {
      await tour.locator(":focus").waitFor();
      await tour.locator("button").first().click();
    });
    const before = await asked(`${to}flows`);
    try {
      const chart = page.locator("#red-ui-workspace-chart");
      await chart.click({ position: { x: 300, y: 200 } });
      const bring = page.getByRole("button", { name: "Import", exact: true });
      const text = page.locator("#red-ui-clipboard-dialog-import-text");
      // The editor misses keys while it is busy, and the dialog empties its fields while it opens.
      const filled = async () => {
        if (!(await text.isVisible())) {
          await page.keyboard.press("Control+i");
          return false;
        }
        await text.fill(JSON.stringify(flowOf(mark)));
        // It is judged when a key goes up.
        await text.press("End");
        return bring.isEnabled();
      };
      await expect.poll(filled).toBe(true);
      await bring.click();
      // What is brought in hangs at the pointer until it is put down.
      await chart.hover({ position: { x: 320, y: 220 } });
      await chart.click({ position: { x: 320, y: 220 } });
      await page.locator("#red-ui-header-button-deploy").click();
      await page.getByText("Successfully deployed").waitFor();
      await page.locator("#red-ui-tab-debug-link-button").click();
      const nodes = page.locator(".red-ui-flow-node-group").filter({ hasText: mark });
      await nodes.locator(".red-ui-flow-node-button-button").first().click();
      await page.locator(".red-ui-debug-msg").getByText(`"${mark}"`).waitFor();
      await page.reload();
      await nodes.first().waitFor();
    } finally {
      await fetch(`${to}flows`, { method: "POST", body: before, headers: { "content-type": "application/json" } });
    }
  },
  complains: /catalogue\.nodered\.org/,
  remark: "A flow is brought in, deployed and started; what it says arrives by the live connection.",
};

/** A button that says something, and where it is heard. */
function flowOf(mark: string): object[] {
  const manual = { repeat: "", crontab: "", once: false, onceDelay: 0.1 };
  const says = { props: [{ p: "payload" }], payload: mark, payloadType: "str" };
  const hears = { active: true, tosidebar: true, console: false, complete: "payload", targetType: "msg" };
  return [
    { id: `a${mark}`, type: "inject", name: mark, ...manual, ...says, x: 200, y: 200, wires: [[`b${mark}`]] },
    { id: `b${mark}`, type: "debug", name: "heard", ...hears, x: 420, y: 200, wires: [] },
  ];
}
