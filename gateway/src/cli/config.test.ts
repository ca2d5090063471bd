import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configCommand } from "./config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nekzus-cli-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: string[], env: Record<string, string> = {}) {
  let stdout = "";
  let stderr = "";
  const io = {
    stdout(text: string) {
      stdout += text;
    },
    stderr(text: string) {
      stderr += text;
    },
    env,
    color: false,
  };
  const status = await configCommand([...args, "--data", folder], io);
  return { status, stdout, stderr };
}

test("check tells place, key and number of errors, and ends with 1", async () => {
  const file = join(folder, "nekzus.yaml");
  writeFileSync(file, "server:\n  adr: :1\nedge: {workers: 0}\n");
  const { status, stderr } = await run(["check"]);
  expect(status).toBe(1);
  expect(stderr.split("\n")).toEqual([
    `${file}:2:3: server.adr: unknown key; the nearest known one is "server.addr"`,
    `${file}:3:17: edge.workers: must be a whole number from 1 to 64, not 0`,
    "2 errors in the configuration.",
    "",
  ]);
});

test("check of nothing at all is fine, and warnings are shown", async () => {
  expect(await run(["check"])).toMatchObject({ status: 0, stderr: "" });
  const { status, stdout } = await run(["check"], { NEKZUS_TOOLBOX_ENABLED: "true" });
  expect(status).toBe(0);
  expect(stdout).toContain("warning: environment NEKZUS_TOOLBOX_ENABLED: toolbox.enabled: takes no effect");
});

test("explain tells value, source and restart, and never a secret", async () => {
  const secret = "kV3n8Qz1xP7mWb5tYc9dRj2hLf6gSa4u";
  const one = await run(["explain", "auth.hs256_secret"], { NEKZUS_JWT_SECRET: secret });
  expect(one.stdout).toContain("(secret, 32 characters)");
  expect(one.stdout).toContain("environment NEKZUS_JWT_SECRET");
  expect(one.stdout).toContain("needs a restart");
  const all = await run(["explain"], { NEKZUS_JWT_SECRET: secret, NEKZUS_DATABASE_URL: "postgres://u:hunter2@h/d" });
  expect(all.stdout).toMatch(/^health_checks\.interval +10s {2}\(default\)$/m);
  expect(all.stdout).not.toContain(secret);
  expect(all.stdout).not.toContain("hunter2");
});

test("wrong use ends with 2 and says what would be right", async () => {
  expect(await run(["explain", "server.adr"])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('"server.addr"'),
  });
  expect((await run(["chek"])).status).toBe(2);
  expect((await run(["check", "--nonsense"])).status).toBe(2);
  expect(await run(["check", "--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("--config FILE") });
});
