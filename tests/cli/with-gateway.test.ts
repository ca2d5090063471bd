import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";
import { ADMIN, type Gateway, startGateway } from "../harness/gateway.ts";
import { startSession } from "../harness/session.ts";

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

test("people who are added while the gateway runs can sign in at once, and a new password ends their sessions", async () => {
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
  const anna = { username: "anna", password: "second password" };
  expect(await gateway.signIn(anna)).toMatch(/^ey/);

  expect((await user("", "sessions", "anna")).stdout).toBe("No browser is signed in.\n");
  const session = await startSession(gateway, anna, { "user-agent": "Mozilla/5.0 (X11; Linux) Gecko/1 Firefox/140.0" });
  expect((await user("", "sessions", "anna")).stdout).toMatch(
    /^Firefox on Linux +127\.0\.0\.1 +20\d\d-[-\d: ]+Z {2}20/m,
  );
  expect((await user("", "sign-out", "nobody")).stderr).toContain("There is no user named nobody.");
  expect((await user("", "sign-out", "anna")).stdout).toBe(
    "anna was signed out everywhere: 1 browser, and all tokens.\n",
  );
  expect((await gateway.api("GET", "/api/v1/auth/me", { headers: session.headers })).status).toBe(401);
});

test("keys are made, listed, given another secret and ended, with and without a gateway; the audit log has it all", async () => {
  const data = makeFolder("nekzus-keys-");
  const key = (...args: string[]) => runCommand(["key", ...args, "--data", data]);
  const first = await key("add", "backup", "--scope", "read:*", "--days", "2");
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Added backup, key_[0-9a-f]+\./) });
  expect(first.stdout).toMatch(/^nekzus_[0-9a-f]{64}\n$/);
  const id = /key_[0-9a-f]+/.exec(first.stderr)?.[0] as string;
  expect((await key("revoke", "key_none")).stderr).toContain('There is no API key with the id "key_none".');

  const own = await startGateway({ dataFolder: data });
  const use = async (secret: string) =>
    (await own.api("GET", "/api/v1/apps", { headers: { "x-api-key": secret.trim() } })).status;
  expect(await use(first.stdout)).toBe(200);
  const second = await key("rotate", id);
  expect([await use(first.stdout), await use(second.stdout)]).toEqual([401, 200]);
  expect((await key("list")).stdout).toMatch(new RegExp(`^${id}  backup  20\\d\\d-.*  read:\\*$`, "m"));
  expect((await key("add", "outside", "--scope", "read:*", "--network", "203.0.113.0/99")).stderr).toMatch(
    /networks\.0/,
  );
  expect(await key("revoke", id)).toMatchObject({ code: 0, stdout: "The key was revoked.\n" });
  expect(await use(second.stdout)).toBe(401);
  expect((await key("add", "nothing")).code).toBe(2);

  await runCommand(["user", "add", "fred", "--data", data], { input: "a long password\n" });
  await own.stop();
  await runCommand(["user", "sign-out", "fred", "--data", data]);
  await own.startAgain();
  const { logs } = (await own.admin("GET", "/api/v1/audit-logs?limit=100")).json as {
    logs: { action: string; target: string; actorName: string; success: boolean }[];
  };
  const entries = logs
    .filter(({ actorName }) => actorName === "command line")
    .map(({ action, target, success }) => [action, target, success]);
  expect(entries.reverse()).toEqual([
    ["apikey.created", "backup", true],
    ["apikey.revoked", "key_none", false],
    ["apikey.rotated", id, true],
    ["apikey.created", "outside", false],
    ["apikey.revoked", id, true],
    ["user.added", "fred", true],
    ["session.ended", "fred", true],
  ]);
  expect(JSON.stringify(logs)).not.toContain(second.stdout.trim());
});

test("an address is tested by the running gateway: a table and the exit status, or the report as JSON", async () => {
  const asked: string[] = [];
  const app = createServer((req, res) => {
    asked.push(req.url ?? "");
    res.setHeader("content-type", "text/html");
    res.end("<title>Evil \u009b31m\u202etitle</title>");
  });
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
  onTestFinished(() => void app.close());
  const to = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const route = (...args: string[]) => runCommand(["route", "test", ...args, "--data", gateway.dataFolder]);
  const [good, json, own] = await Promise.all([
    route(to),
    route(to, "--json", "--path", "/x"),
    route(`https://127.0.0.1:${gateway.apiPort}`),
  ]);
  expect(good).toMatchObject({ code: 0, stderr: "" });
  expect(good.stdout).toMatch(/^connect +passed +\d+ ms +connected to 127\.0\.0\.1$/m);
  expect(good.stdout).toMatch(/^good: 127\.0\.0\.1 port \d+ answered with 200\.$/m);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: "good", url: `${to}/x` });
  expect(asked.sort()).toEqual(["/", "/x"]);
  for (const told of [good.stdout, json.stdout]) {
    expect(told).toContain("title");
    expect(told).not.toMatch(/[^\n\x20-\x7e]/);
  }
  expect(own.code).toBe(1);
  expect(own.stdout).toMatch(/^not-allowed: .*the gateway itself/m);

  // Without a gateway it tests by itself, by the same rules.
  const elsewhere = ["--data", makeFolder("nekzus-none-")];
  const alone = await runCommand(["route", "test", "http://127.0.0.1:9", ...elsewhere]);
  expect(alone).toMatchObject({ code: 1, stderr: "" });
  expect(alone.stdout).toMatch(/^refused: /m);
});
