import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { startCommand } from "../harness/command.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";

vi.setConfig({ testTimeout: 90_000 });
const run = promisify(execFile);

/** The commands of a text, with lines that end in a backslash joined, as argument lists. */
function curlLines(text: string): string[][] {
  const joined = text.replace(/\\\n\s*/g, "");
  return [...joined.matchAll(/^\s+(curl .*)$/gm)].map(([, line]) =>
    [...(line as string).matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? (word[2] as string)),
  );
}

test("the demo tells commands that work, uses no settings of another gateway, and leaves nothing behind", async () => {
  const temporary = makeFolder("nekzus-demo-test-");
  const demo = startCommand(["demo", "--addr", "127.0.0.1:0"], {
    env: {
      TMPDIR: temporary,
      NEKZUS_DATABASE_URL: "postgres://nobody:x@127.0.0.1:9/production",
      NEKZUS_ADMIN_USER: "boss",
    },
  });
  await eventually(
    "it is ready",
    () => demo.stdout().includes("Ctrl+C") || (demo.process.exitCode !== null && demo.stderr()),
  );
  const commands = curlLines(demo.stdout());
  expect(commands).toHaveLength(4);

  const [echo, apps, login, withToken] = commands as [string[], string[], string[], string[]];
  const ask = async ([program, ...args]: string[]) =>
    JSON.parse((await run(program as string, ["-sS", "--fail-with-body", ...args])).stdout);
  expect(JSON.stringify(await ask(echo))).toContain("hello");
  expect((await ask(apps)).map(({ id }: { id: string }) => id).sort()).toEqual(["board", "echo"]);
  const { token } = await ask(login);
  expect(JSON.stringify(await ask(withToken.map((word) => word.replace("TOKEN", token))))).toContain("hello");

  demo.process.kill("SIGINT");
  const { code, stderr } = await demo.ended;
  expect(code).toBe(0);
  expect(stderr).not.toContain("warning");
  expect(existsSync(temporary) && readdirSync(temporary)).toEqual([]);
});
