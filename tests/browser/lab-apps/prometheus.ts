import { asked, type LabApp, part } from "./lab-app.ts";

/** Asks a question, draws it, finds it after a reload, and looks at what is watched. */
export const PROMETHEUS: LabApp = {
  id: "prometheus",
  name: "Prometheus",
  variable: "PROMETHEUS_URL",
  options: {},
  version: async (to) => part(await asked(`${to}api/v1/status/buildinfo`), /"version":"(\d+\.\d+)/),
  async works({ page }) {
    // It is as high as what it shows varies: not at all.
    const line = page.locator(".rickshaw_graph svg path").first();
    await page.getByPlaceholder("Expression").fill("up");
    await page.getByRole("button", { name: "Execute" }).click();
    await page.getByRole("row", { name: /^up\{instance=.* 1$/ }).waitFor();
    await page.getByRole("tab", { name: "Graph" }).click();
    await line.waitFor({ state: "attached" });
    await page.reload();
    await line.waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Status" }).click();
    await page.getByRole("link", { name: "Targets" }).click();
    await page.getByText("self (1/1 up)").waitFor();
  },
  // Debian's page loads a module as if it were none, and then misses it.
  complains: /Unexpected token 'export'|require Popper/,
  remark:
    "A query as table and as graph, the pages of its menu. Debian's package, whose pages are the classic ones. No `--web.external-url` is needed.",
};
