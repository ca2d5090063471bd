import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { makeSchema } from "../../gateway/src/core/storage/test-storages.ts";
import { whenDone } from "../harness/cleanup.ts";
import { runCommand } from "../harness/command.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 90_000 });

describe.runIf(requires("postgres"))("a gateway on PostgreSQL", () => {
  test("keeps users, routes and tokens over a restart, and no database of its own", async () => {
    const { databaseUrl, drop } = await makeSchema(process.env.POSTGRES_URL ?? "");
    whenDone(drop);
    const dataFolder = makeFolder("nekzus-postgres-");
    const config = { storage: { database_url: databaseUrl } };
    const app = await startEchoApp();
    const first = await startGateway({ config, dataFolder });
    await first.addRoute("kept", app.url);
    const headers = { authorization: `Bearer ${await first.signIn()}` };
    expect((await first.api("GET", "/apps/kept/", { headers })).status).toBe(200);
    expect((await first.api("GET", "/readyz")).status).toBe(200);
    expect(await first.stop()).toBe(0);
    expect(existsSync(join(dataFolder, "nekzus.db"))).toBe(false);

    const second = await startGateway({ config, dataFolder });
    expect((await second.api("GET", "/apps/kept/", { headers })).status).toBe(200);
    expect((await second.api("GET", "/api/v1/auth/me", { headers })).json).toMatchObject({
      user: { username: "admin" },
    });
  });

  test("that cannot be reached stops the start and tells where, without the password", async () => {
    const { code, stderr } = await runCommand(
      ["start", "--data", makeFolder("nekzus-postgres-"), "--addr", "127.0.0.1:0"],
      {
        env: { NEKZUS_DATABASE_URL: "postgres://nekzus:hunter2hunter2@127.0.0.1:9/nekzus" },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/The gateway cannot start: .*127\.0\.0\.1/);
    expect(stderr).not.toContain("hunter2");
  });
});
