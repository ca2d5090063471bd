import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { runCommand } from "../harness/command.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";

vi.setConfig({ testTimeout: 90_000 });

const NOBODY = 65534;

/** A file system of a few megabytes in memory. */
function makeSmallDisk(): string {
  const folder = makeFolder("nekzus-small-");
  const mounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", "size=6m", "none", folder]);
  if (mounted.status !== 0) throw new Error(String(mounted.stderr));
  whenDone(() => spawnSync("/bin/umount", [folder]));
  return folder;
}

/** Takes all the room that is left. */
function fill(folder: string): { free(): void } {
  const path = join(folder, "ballast");
  const file = openSync(path, "w");
  try {
    while (statfsSync(folder).bavail > 0) writeSync(file, Buffer.alloc(4096));
  } catch {
    // Full, as was wanted.
  }
  closeSync(file);
  return { free: () => rmSync(path) };
}

describe.runIf(process.platform === "linux" && process.getuid?.() === 0)("without room", () => {
  test("a full disk refuses changes with the reason, keeps apps open, and is used again when there is room", async () => {
    const dataFolder = join(makeSmallDisk(), "data");
    const [gateway, app] = await Promise.all([startGateway({ dataFolder }), startEchoApp()]);
    await gateway.addRoute("steady", app.url);
    const headers = { authorization: `Bearer ${await gateway.signIn()}` };
    const { free } = fill(join(dataFolder, ".."));
    const change = (text: string) => gateway.admin("PUT", "/api/v1/apps/steady", { name: "Steady", description: text });

    // What the write-ahead log has room for is still taken.
    const refused = await eventually("there is no room left", async () => {
      const answer = await change("x".repeat(500));
      return answer.status !== 200 && answer;
    });
    expect(refused.status).toBe(503);
    expect(refused.json).toMatchObject({ error: { code: "STORAGE_UNAVAILABLE" } });
    expect((await gateway.api("GET", "/apps/steady/", { headers })).status).toBe(200);
    expect((await gateway.admin("GET", "/api/v1/apps")).status).toBe(200);

    free();
    await eventually("changes are taken again", async () => (await change("after")).status === 200);
    expect(gateway.children().core).toHaveLength(1);
  });

  test("a full disk and a folder of somebody else refuse the start with the reason", async () => {
    const folder = makeSmallDisk();
    fill(folder);
    const theirs = makeFolder("nekzus-theirs-");
    chmodSync(theirs, 0o755);
    const [full, closed] = await Promise.all([
      runCommand(["start", "--data", join(folder, "data"), "--addr", "127.0.0.1:0"]),
      runCommand(["start", "--data", join(theirs, "data"), "--addr", "127.0.0.1:0"], { uid: NOBODY }),
    ]);
    expect([full.code, closed.code]).toEqual([1, 1]);
    expect(full.stderr).toMatch(/The gateway cannot start: .*(full|ENOSPC|no space|cannot be)/);
    expect(closed.stderr).toMatch(/The gateway cannot start: The folder .*data cannot be made \(EACCES\)/);
  });
});
