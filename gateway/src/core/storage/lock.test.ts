import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { lockDataFolder } from "./lock.ts";
import { makeTestFolder } from "./test-storages.ts";

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

function folder(): string {
  const { folder, remove } = makeTestFolder();
  cleanups.push(remove);
  return folder;
}

test("a data folder belongs to one gateway until it is released", () => {
  const data = folder();
  const first = lockDataFolder(data);
  expect(() => lockDataFolder(data)).toThrow(/Another Nekzus is using the data folder .*Stop it first/);
  first.release();
  first.release();
  lockDataFolder(data).release();
});

test("a killed gateway leaves no lock behind", async () => {
  const data = folder();
  const script = `
    import { lockDataFolder } from ${JSON.stringify(new URL("./lock.ts", import.meta.url).href)};
    lockDataFolder(process.argv[1]);
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanups.push(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  expect(() => lockDataFolder(data)).toThrow(/Another Nekzus/);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockDataFolder(data).release();
});
