import { among, type LabApp, more, part } from "./lab-app.ts";

/** Gives the device another name, hears of it by the stream of events, and finds it after a reload. */
export const SYNCTHING: LabApp = {
  id: "syncthing",
  name: "Syncthing",
  variable: "SYNCTHING_URL",
  options: { preserveHost: false },
  version: async (to) => part((await fetch(to)).headers.get("x-syncthing-version"), /v(\d+\.\d+)/),
  async works({ page, seen, mark }) {
    const device = page.locator("#device-this");
    await device.getByText("Uptime", { exact: true }).waitFor();
    await device.getByText(/^v\d+\.\d+/).waitFor();
    // Without its token this would be 403.
    await among(seen.answers, /^200 \/rest\/system\/status$/);
    const title = page.locator("button:has(+ #device-this) .panel-title-text");
    const old = ((await title.textContent()) ?? "").trim();
    // It waits for events with a request that is answered late; the answer tells of the change.
    await Promise.all([more(seen.answers, /^200 \/rest\/events\?since/), rename(mark)]);
    await page.reload();
    await page.getByText(mark).first().waitFor();
    await rename(old);

    async function rename(name: string): Promise<void> {
      const menu = page.locator(".action-menu");
      await menu.getByText("Actions", { exact: true }).click();
      await menu.getByText("Settings", { exact: true }).click();
      await page.locator("#settings").getByLabel("Device Name").fill(name);
      await page.locator("#settings").getByRole("button", { name: "Save" }).click();
      await page.getByText(name).first().waitFor();
    }
  },
  // It was told not to look for upgrades, and says so with 503.
  complains: /\/rest\/system\/upgrade: .* 503/,
  remark:
    "A setting is changed and found after a reload. It answers only to a Host that it knows, its own. The token of its pages works below the prefix.",
};
