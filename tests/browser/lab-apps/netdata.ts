import type { Locator } from "playwright-core";
import { asked, type LabApp, more, part } from "./lab-app.ts";

const CPU = /^200 \/api\/v1\/data\?chart=system\.cpu&/;

/** Watches a chart grow, changes a setting, finds it after a reload. */
export const NETDATA: LabApp = {
  id: "netdata",
  name: "Netdata",
  variable: "NETDATA_URL",
  options: {},
  version: async (to) => part(await asked(`${to}api/v1/info`), /"version": ?"v(\d+\.\d+)/),
  async works({ page, seen }) {
    await shown();
    // It asks each second for what is new, as long as the chart is seen.
    await more(seen.answers, CPU, 3);
    const smooth = await setting();
    const before = await smooth.getAttribute("class");
    await smooth.click();
    await page.reload();
    await shown();
    if ((await (await setting()).getAttribute("class")) === before) throw new Error("the setting was not kept");

    /** Opens the settings, and answers one of them. */
    async function setting(): Promise<Locator> {
      await page.locator("[data-target='#optionsModal']").first().click();
      await page.getByRole("tab", { name: "Visual" }).click();
      const toggle = page.locator("#settings_visual .toggle", { has: page.locator("#smooth_plot") });
      await toggle.waitFor();
      return toggle;
    }

    async function shown(): Promise<void> {
      await page.getByText("Total CPU utilization (system.cpu)").waitFor();
      await page.locator("[data-netdata='system.cpu'] canvas").first().waitFor();
    }
  },
  complains: /registry\.my-netdata\.io|api\.github\.com|netdata-news\.cdn\.prismic\.io/,
  remark: "The dashboard with charts that grow each second, and a setting.",
};
