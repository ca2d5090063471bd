import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { replaceFolder } from "./replace-folder.ts";

function place(): string {
  const root = mkdtempSync(join(tmpdir(), "nekzus-replace-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("several that end at once leave one of theirs, whole, and nothing beside it", async () => {
  const root = place();
  const target = join(root, "dist");
  const fill = (name: string) => async (folder: string) => {
    for (const half of ["1", "2"]) writeFileSync(join(folder, half), name);
    return name;
  };
  const names = ["a", "b", "c", "d"];
  const results = await Promise.all(names.map((name) => replaceFolder(target, fill(name))));
  expect(results).toEqual(names);
  expect(readdirSync(root)).toEqual(["dist"]);
  const [one, two] = readdirSync(target).map((half) => readFileSync(join(target, half), "utf8"));
  expect(names).toContain(one);
  expect(two).toBe(one);
});

test("a build that fails leaves what was there", async () => {
  const root = place();
  const target = join(root, "dist");
  await replaceFolder(target, async (folder) => writeFileSync(join(folder, "file"), "good"));
  const failing = replaceFolder(target, async (folder) => {
    writeFileSync(join(folder, "file"), "bad");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(readFileSync(join(target, "file"), "utf8")).toBe("good");
  expect(readdirSync(root)).toEqual(["dist"]);
});
