import { expect, test } from "vitest";
import { defaultDataFolder } from "./data-folder.ts";
import { configurationReference } from "./reference.ts";

test("every row of the reference page has the cells of its table, and no durations in milliseconds", () => {
  const page = configurationReference();
  const cells = (row: string) => row.replaceAll("\\|", "").split("|").length;
  let width = 0;
  for (const line of page.split("\n")) {
    if (!line.startsWith("|")) width = 0;
    else if (width) expect(cells(line), line).toBe(width);
    else width = cells(line);
  }
  expect(page).toMatch(/\| `health_checks\.interval` \| duration \| `10s` \|.*\| live \|/);
  expect(page).toMatch(/\| `server\.addr` \| host:port \| `:8443` \| `NEKZUS_ADDR` \| restart \|/);
  expect(page).toContain("`auth.hs256_secret_file`");
  expect(page).toMatch(/\| `strip_prefix` \| boolean \| `false` \|/);
});

test("the data folder follows the habits of each system", () => {
  const home = "/home/anna";
  expect(defaultDataFolder({ NEKZUS_DATA: "/srv/n" }, { platform: "linux", home, root: true })).toBe("/srv/n");
  expect(defaultDataFolder({}, { platform: "linux", home, root: true })).toBe("/var/lib/nekzus");
  expect(defaultDataFolder({}, { platform: "linux", home, root: false })).toBe("/home/anna/.local/share/nekzus");
  expect(defaultDataFolder({ XDG_DATA_HOME: "/x" }, { platform: "linux", home, root: false })).toBe("/x/nekzus");
  expect(defaultDataFolder({}, { platform: "darwin", home: "/Users/a", root: false })).toBe(
    "/Users/a/Library/Application Support/nekzus",
  );
  const local = { LOCALAPPDATA: "C:\\Users\\a\\AppData\\Local" };
  expect(defaultDataFolder(local, { platform: "win32", home: "C:\\Users\\a", root: false })).toBe(
    "C:\\Users\\a\\AppData\\Local\\nekzus",
  );
});
