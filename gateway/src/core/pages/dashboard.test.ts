import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createDashboard } from "./dashboard.ts";
import { chooseForm, type WebFile } from "./web-file.ts";

/** A place with a built dashboard of these files, and a function that puts another build there. */
function place(): { folder: string; build(html: string, assets: Record<string, string>): void } {
  const root = mkdtempSync(join(tmpdir(), "nekzus-dashboard-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "dashboard");
  return {
    folder,
    build(html, assets) {
      const fresh = join(root, "fresh");
      mkdirSync(join(fresh, "assets"), { recursive: true });
      for (const [name, text] of Object.entries(assets)) writeFileSync(join(fresh, "assets", name), text);
      writeFileSync(join(fresh, "index.html"), html);
      rmSync(folder, { recursive: true, force: true });
      renameSync(fresh, folder);
    },
  };
}

const text = (file: WebFile | undefined, accept?: string) => file && String(chooseForm(file.forms, accept).body);

test("without a build there is nothing, and a build needs no restart", () => {
  const { folder, build } = place();
  const dashboard = createDashboard(folder);
  expect([dashboard.page(), dashboard.asset("index-1.js")]).toEqual([undefined, undefined]);
  build("one", { "index-1.js": "first" });
  expect([text(dashboard.page()), text(dashboard.asset("index-1.js"))]).toEqual(["one", "first"]);
  build("two", { "index-2.js": "second" });
  // Scripts may be asked for before anybody looks at the page again.
  expect(text(dashboard.asset("index-2.js"))).toBe("second");
  expect(text(dashboard.page())).toBe("two");
  expect(dashboard.asset("index-1.js")).toBeUndefined();
});

test("while a build is put in its place, the last one is served", () => {
  const { folder, build } = place();
  const dashboard = createDashboard(folder);
  build("one", { "index-1.js": "first" });
  dashboard.page();
  rmSync(folder, { recursive: true });
  expect([text(dashboard.page()), text(dashboard.asset("index-1.js"))]).toEqual(["one", "first"]);
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "half");
  expect(text(dashboard.page())).toBe("one");
});

test("compressed forms lie beside their file, and the page is compressed here", () => {
  const { folder, build } = place();
  build("the page", { "a-1.css": "plain", "a-1.css.br": "as brotli", "b-1.js": "alone" });
  const dashboard = createDashboard(folder);
  const style = dashboard.asset("a-1.css");
  expect([text(style), text(style, "br"), text(style, "gzip")]).toEqual(["plain", "as brotli", "plain"]);
  expect(text(dashboard.asset("b-1.js"), "br")).toBe("alone");
  const { body } = chooseForm(dashboard.page()?.forms ?? [], "br");
  expect(String(brotliDecompressSync(body))).toBe("the page");
  expect(new Set(style?.forms.map(({ etag }) => etag)).size).toBe(2);
});

test("names never become paths, and only what a page can use is there", () => {
  const { folder, build } = place();
  build("page", { "a-1.js": "a", "a-1.js.br": "b", "a-1.js.map": "m", "notes.txt": "n" });
  const dashboard = createDashboard(folder);
  dashboard.page();
  for (const name of ["../index.html", "index.html", "a-1.js.br", "a-1.js.map", "notes.txt", "", ".", "constructor"]) {
    expect([name, dashboard.asset(name)]).toEqual([name, undefined]);
  }
});
