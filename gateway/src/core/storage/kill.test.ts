import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createLogger } from "../../kit/log.ts";
import { openStorage } from "./open.ts";
import { getSetting } from "./settings.ts";
import { makeTestFolder } from "./test-storages.ts";

/** Writes an event and the count of events in one transaction, again and again, and says when each is done. */
const WRITER = `
  const [storageFile, settingsFile, clockFile, logFile, dataFolder] = process.argv.slice(1);
  const { openStorage } = await import(storageFile);
  const { setSetting } = await import(settingsFile);
  const { systemClock: clock } = await import(clockFile);
  const { createLogger } = await import(logFile);
  const storage = await openStorage({ dataFolder, clock, log: createLogger("test", "silent") });
  for (let count = 1; ; count++) {
    await storage.write(async (tx) => {
      await tx.insertInto("events").values({ type: "t", data: "x".repeat(5000), created_at: 1 }).execute();
      await new Promise((resolve) => setImmediate(resolve));
      await setSetting(tx, "count", String(count));
    });
    console.log(count);
  }`;

test("a gateway that is killed while it writes loses nothing it had finished, and keeps nothing half done", async () => {
  const { folder, remove } = makeTestFolder();
  const files = ["./open.ts", "./settings.ts", "../../kit/clock.ts", "../../kit/log.ts"];
  const modules = files.map((file) => new URL(file, import.meta.url).href);
  const child = spawn(process.execPath, ["--input-type=module", "--eval", WRITER, ...modules, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let finished = 0;
  for await (const line of createInterface(child.stdout)) {
    finished = Number(line);
    if (finished === 50) child.kill("SIGKILL");
  }
  expect(finished).toBeGreaterThanOrEqual(50);

  const storage = await openStorage({ dataFolder: folder, clock: systemClock, log: createLogger("test", "silent") });
  const count = Number(await getSetting(storage.db, "count"));
  expect(count).toBeGreaterThanOrEqual(finished);
  expect(await storage.db.selectFrom("events").select("number").execute()).toHaveLength(count);
  await storage.close();
  remove();
});
