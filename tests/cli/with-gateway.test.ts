import { expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { ADMIN, startGateway } from "../harness/gateway.ts";

vi.setConfig({ testTimeout: 60_000 });

test("people who are added while the gateway runs can sign in at once, and a new password ends their sessions", async () => {
  const gateway = await startGateway();
  expect(await gateway.signIn(ADMIN)).toMatch(/^ey/);
  const user = (password: string, ...args: string[]) =>
    runCommand(["user", ...args, "--data", gateway.dataFolder], { input: `${password}\n` });

  expect(await user("first password", "add", "anna")).toMatchObject({ code: 0, stdout: "Added anna as member.\n" });
  const token = await gateway.signIn({ username: "anna", password: "first password" });
  const me = () => gateway.api("GET", "/api/v1/auth/me", { headers: { authorization: `Bearer ${token}` } });
  expect((await me()).status).toBe(200);
  expect((await user("", "list")).stdout).toMatch(/^anna +member/m);

  expect((await user("short", "password", "anna")).code).toBe(1);
  expect((await me()).status).toBe(200);
  expect(await user("second password", "password", "anna")).toMatchObject({ code: 0 });
  expect((await me()).status).toBe(401);
  expect(await gateway.signIn({ username: "anna", password: "second password" })).toMatch(/^ey/);
});
