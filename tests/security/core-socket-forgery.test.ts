// Local processes cannot act through the gateway's private sockets, nor listen in their place (CWE-287, CWE-732, CWE-377).
import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { whenDone } from "../harness/cleanup.ts";
import { runCommand } from "../harness/command.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

vi.setConfig({ testTimeout: 60_000 });

const NOBODY = 65534;
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  gateway = await startGateway();
  folder = dirname(
    (JSON.parse(readFileSync(join(gateway.dataFolder, "control.json"), "utf8")) as { socket: string }).socket,
  );
});

/** Everything that the core's socket answers to these bytes until it closes the connection. */
function say(bytes: string): Promise<string> {
  return new Promise((done) => {
    let answer = "";
    const socket = connect(join(folder, "core"), () => socket.write(bytes));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => done(answer));
  });
}

test("folder and sockets are the owner's alone", () => {
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of ["core", "control"]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(gateway.dataFolder, "control.json")).mode & 0o777).toBe(0o600);
  expect(statSync(gateway.dataFolder).mode & 0o777).toBe(0o700);
});

test("without the secret of this start the core's socket says nothing, however one asks", async () => {
  const request = "GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const facts = `{"id":"x","address":"127.0.0.1","local":true,"secure":true,"listener":"api"}`;
  const forged = `GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nX-Nekzus-Facts: ${facts}\r\n\r\n`;
  const attempts = [
    request,
    forged,
    `\n${request}`,
    ` http\n${request}`,
    `undefined http\n${forged}`,
    `${"A".repeat(43)} http\n${forged}`,
    `${"A".repeat(43)} control\n{"type":"hello","pid":1}\n`,
    `${"A".repeat(100_000)}\n`,
    "\u0016\u0003\u0001\u0002\u0000\n",
  ];
  expect(await Promise.all(attempts.map(say))).toEqual(attempts.map(() => ""));
  expect((await gateway.api("GET", "/api/v1/healthz")).status).toBe(200);
});

test("the secret is in no argument list and no environment", () => {
  // It is 32 random characters: nothing that long and random may be there.
  for (const pid of Object.values(gateway.children()).flat()) {
    const text = ["cmdline", "environ"].map((file) => readFileSync(`/proc/${pid}/${file}`, "latin1")).join("\0");
    const words = text.split(/[\0=/ ]/).filter((word) => /^[A-Za-z0-9_-]{32,}$/.test(word));
    expect(words).toEqual([]);
  }
});

describe.runIf(process.getuid?.() === 0)("another user of the machine", () => {
  test("cannot connect to any socket", async () => {
    const program = `
      const { connect } = require("node:net");
      for (const name of ["core", "control"])
        connect(${JSON.stringify(folder)} + "/" + name, () => console.log(name, "open")).on("error", ({ code }) => console.log(name, code));`;
    const child = spawn(process.execPath, ["-e", program], { uid: NOBODY, gid: NOBODY, stdio: "pipe" });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise((done) => child.once("close", done));
    expect(output.trim().split("\n").sort()).toEqual(["control EACCES", "core EACCES"]);
  });

  test("who takes the place of a dead gateway's socket is told no password", async () => {
    const data = makeFolder("nekzus-dead-");
    const theirs = makeFolder("nekzus-theirs-");
    const socket = join(theirs, "control");
    let heard = "";
    const listening = createServer((client) => {
      client.on("data", (chunk) => {
        heard += chunk;
        client.end('{"result":{}}\n');
      });
    }).listen(socket);
    whenDone(() => listening.close());
    await new Promise((done) => listening.once("listening", done));
    chownSync(socket, NOBODY, NOBODY);
    chownSync(theirs, NOBODY, NOBODY);
    mkdirSync(data, { recursive: true });
    chmodSync(data, 0o700);
    writeFileSync(join(data, "control.json"), JSON.stringify({ socket, pid: 1 }), { mode: 0o600 });
    const added = await runCommand(["user", "add", "anna", "--data", data], { input: "correct horse battery\n" });
    expect(heard).toBe("");
    expect(added).toMatchObject({ code: 0, stdout: "Added anna as member.\n" });
  });
});
