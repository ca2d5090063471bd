// Names, requests and files of strangers cannot drive the terminal that shows a list, a log or an error (CWE-150, CWE-117).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";
import { startGateway } from "../harness/gateway.ts";
import { sendRaw } from "../harness/request.ts";

vi.setConfig({ testTimeout: 60_000 });

const ATTACK = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eanna\r";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test("what the gateway logs of requests and sign-ins carries no control characters", async () => {
  const gateway = await startGateway({ config: { log: { level: "debug" } } });
  const encoded = encodeURIComponent(ATTACK);
  await gateway.api("POST", "/api/v1/auth/login", { body: { username: ATTACK, password: ATTACK } });
  await gateway.api("GET", `/apps/${encoded}/`, {
    headers: { "user-agent": "\u009b31m", referer: "http://x/\u009b31m" },
  });
  await gateway.api("GET", `/api/v1/${encoded}?${encoded}`);
  await gateway.admin("PUT", "/api/v1/routes/odd", { appId: "odd", to: `http://127.0.0.1/${encoded}` });
  await gateway.admin("PUT", "/api/v1/apps/odd", { name: ATTACK });
  await sendRaw(gateway.apiPort, true, `GET /${ATTACK} HTTP/1.1\r\nHost: ${ATTACK}\r\nX: \u009b\r\n\r\n`);
  writeFileSync(gateway.configFile, JSON.stringify({ server: { [ATTACK]: ATTACK, allowed_hosts: [ATTACK] } }));
  const refused = gateway.api("GET", "/api/v1/healthz");
  gateway.process.kill("SIGHUP");
  expect((await refused).status).toBe(200);
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).toContain("the new configuration is refused");
  expect(gateway.output()).not.toMatch(CONTROL);
  const accessLog = readFileSync(join(gateway.dataFolder, "logs/access.log"), "utf8");
  expect(accessLog).toContain("\\u009b31m");
  expect(accessLog).not.toMatch(CONTROL);
});

test("the command line shows them escaped", async () => {
  const data = makeFolder("nekzus-terminal-");
  const user = (...args: string[]) =>
    runCommand(["user", ...args, "--data", data], { input: "correct horse battery\n" });
  const refused = await user("add", ATTACK);
  expect(refused.code).toBe(1);
  await user("add", "anna");
  const database = new DatabaseSync(join(data, "nekzus.db"));
  database.prepare("update users set username = ?").run(ATTACK);
  database.prepare("insert into grants (user_id, scope) select id, ? from users").run(`access:${ATTACK}`);
  database.close();
  const listed = await user("list");
  expect(listed.stdout).toContain("\\u001b]0;owned");
  const file = join(data, "odd.yaml");
  writeFileSync(file, `"${"\\e]0;owned\\a"}": 1\nserver: {addr: "\\e[2J"}\n`);
  const checked = await runCommand(["config", "check", "--config", file]);
  expect(checked.code).toBe(1);
  const unknown = await user("remove", ATTACK);
  for (const { stdout, stderr } of [refused, listed, checked, unknown]) expect(stdout + stderr).not.toMatch(CONTROL);
});
