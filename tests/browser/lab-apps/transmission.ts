import { among, asked, type LabApp, more, part } from "./lab-app.ts";

/** Adds a torrent by a file, changes a setting, finds both after a reload, and removes the torrent. */
export const TRANSMISSION: LabApp = {
  id: "transmission",
  name: "Transmission",
  variable: "TRANSMISSION_URL",
  options: { preserveHost: false },
  version: async (to) => part(await rpc(to, { method: "session-get" }), /"version":"([\d.]+)/),
  async works({ page, seen, to, mark }) {
    await page.getByText(/^\d+ Transfers?$/).waitFor();
    await among(seen.answers, /^200 \/transmission\/rpc$/);
    if (await page.getByText("Connection Failed").isVisible()) throw new Error("the page has no connection");
    try {
      await page.locator("#toolbar-open").click();
      await page.locator("#torrent_upload_file").setInputFiles({
        name: `${mark}.torrent`,
        mimeType: "application/x-bittorrent",
        buffer: Buffer.from(torrentOf(mark)),
      });
      await page.locator("#upload_confirm_button").click();
      const listed = page.locator(".torrent_name").getByText(mark);
      await listed.waitFor();

      const setting = page.locator("#rename-partial-files");
      const before = await preferences();
      await Promise.all([more(seen.answers, /^200 \/transmission\/rpc$/), setting.click()]);
      await page.reload();
      await listed.waitFor();
      if ((await preferences()) === before) throw new Error("the setting was not kept");
      await setting.click();
    } finally {
      const found = JSON.parse(await rpc(to, { method: "torrent-get", arguments: { fields: ["id", "name"] } }));
      const ids = found.arguments.torrents.filter(({ name }: { name: string }) => name === mark);
      await rpc(to, { method: "torrent-remove", arguments: { ids: ids.map(({ id }: { id: number }) => id) } });
    }

    /** Opens the preferences, and answers what the setting is. */
    async function preferences(): Promise<boolean> {
      await page.locator("#prefs-button").click();
      await page.locator("#prefs-dialog").waitFor();
      return page.locator("#rename-partial-files").isChecked();
    }
  },
  // Its first question is meant to be refused: the answer tells the token.
  complains: /status of 409/,
  remark:
    "A torrent is added by its file, a setting changed. It answers only to a Host that it knows, its own. Its pages are at `/apps/transmission/transmission/web/`.",
};

async function rpc(to: string, question: object): Promise<string> {
  const address = `${to}transmission/rpc`;
  const id = (await fetch(address)).headers.get("x-transmission-session-id") ?? "";
  return asked(address, {
    method: "POST",
    headers: { "x-transmission-session-id": id },
    body: JSON.stringify(question),
  });
}

/** One file of one byte, that nobody has. */
function torrentOf(name: string): string {
  const info = `d6:lengthi1e4:name${name.length}:${name}12:piece lengthi16384e6:pieces20:${"x".repeat(20)}e`;
  return `d4:info${info}e`;
}
