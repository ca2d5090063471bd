import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";

vi.setConfig({ testTimeout: 60_000 });

test("every command has help on standard output, and ends with 0", async () => {
  const commands = [
    "start",
    "demo",
    "config",
    "config check",
    "config explain",
    "route",
    "pair",
    "user",
    "key",
    "authority",
    "version",
  ];
  const [overview, ...each] = await Promise.all([
    runCommand(["--help"]),
    ...commands.map((command) => runCommand([...command.split(" "), "--help"])),
  ]);
  for (const name of ["start", "demo", "config", "route", "user", "version"])
    expect(overview?.stdout).toContain(`  ${name}`);
  for (const [index, { code, stdout, stderr }] of each.entries()) {
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage:\\s+nekzus ${commands[index]?.split(" ")[0]}`));
  }
});

test("wrong use ends with 2, names what is wrong, and prints nothing on standard output", async () => {
  const wrong: [string[], RegExp][] = [
    [["serve"], /Unknown command: "serve"/],
    [["\u001b[31m"], /Unknown command: "\\u001b\[31m"/],
    [["start", "--adr", ":1"], /'--adr'/],
    [["version", "extra"], /extra/],
    [["user"], /Usage:/],
    [["route", "test"], /Usage:/],
    [["route", "check", "http://nas"], /Usage:/],
    [["route", "purge"], /Usage:/],
    [["user", "add"], /Usage:/],
    [["user", "list", "anna"], /Usage:/],
    [["user", "add", "anna", "--role", "king"], /king.*admin or member/],
    [["config", "explain", "server.adr"], /server\.addr/],
    [["config"], /check or explain/],
  ];
  const results = await Promise.all(wrong.map(([args]) => runCommand(args, { input: "" })));
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    const [args, message] = wrong[index] as [string[], RegExp];
    expect([args, code, stdout]).toEqual([args, 2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("\u001b");
  }
});

test("version tells version and Node, also as --version", async () => {
  const [long, short] = await Promise.all([runCommand(["version"]), runCommand(["--version"])]);
  expect(long).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nekzus \d+\.\d+\.\d+ .*Node v\d+/) });
  expect(short.stdout).toBe(long.stdout);
});

test("config check and explain work on a file, the environment and the data folder", async () => {
  const data = makeFolder("nekzus-cli-");
  writeFileSync(
    join(data, "nekzus.yaml"),
    "server:\n  allowed_hosts: [home.example]\nhealth_checks:\n  interval: 1x\n",
  );
  const [checked, explained] = await Promise.all([
    runCommand(["config", "check", "--data", data]),
    runCommand(["config", "explain", "server.allowed_hosts", "--data", makeFolder("nekzus-cli-")], {
      env: { NEKZUS_ALLOWED_HOSTS: "other.example" },
    }),
  ]);
  expect(checked.code).toBe(1);
  expect(checked.stderr).toMatch(/nekzus\.yaml:4:\d+: health_checks\.interval: /);
  expect(checked.stderr).toContain("1 error in the configuration.");
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  expect(explained.stdout).toMatch(/Value\s+\[other\.example\]/);
  expect(explained.stdout).toMatch(/From\s+environment NEKZUS_ALLOWED_HOSTS/);
});

test("people are added, listed and given another password while no gateway runs", async () => {
  const data = makeFolder("nekzus-cli-");
  const file = join(data, "password");
  mkdirSync(data, { recursive: true });
  writeFileSync(file, "correct horse battery\n", { mode: 0o600 });
  const user = (...args: string[]) =>
    runCommand(["user", ...args, "--data", data], { input: "another good password\n" });

  expect(await user("list")).toMatchObject({ code: 0, stdout: "There are no users yet.\n" });
  expect(await user("add", "root", "--role", "admin", "--password-file", file)).toMatchObject({
    code: 0,
    stdout: "Added root as admin.\n",
  });
  expect(await user("add", "anna", "--app", "photos")).toMatchObject({ code: 0, stdout: "Added anna as member.\n" });
  const twice = await user("add", "Anna");
  expect([twice.code, twice.stdout]).toEqual([1, ""]);
  expect(twice.stderr).toMatch(/^Failed: .*[Aa]nna/);
  expect(await user("password", "nobody")).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody") });
  expect(await user("password", "anna")).toMatchObject({ code: 0 });
  expect((await user("list")).stdout.split("\n").slice(0, 3)).toEqual([
    expect.stringMatching(/^NAME +ROLE +APPS +SINCE$/),
    expect.stringMatching(/^root +admin +\* +\d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^anna +member +photos +\d{4}-\d\d-\d\d$/),
  ]);
});
