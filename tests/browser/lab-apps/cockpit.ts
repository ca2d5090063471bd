import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { whenDone } from "../../harness/cleanup.ts";
import { hears, type LabApp, part, type Visit } from "./lab-app.ts";

const run = promisify(execFile);
const SOCKET = "/cockpit/socket";

/** Refuses a wrong password, signs in, sees the machine's numbers move, uses the terminal, stays signed in, signs out. */
export const COCKPIT: LabApp = {
  id: "cockpit",
  name: "Cockpit",
  variable: "COCKPIT_URL",
  options: { websocket: true, preserveHost: false },
  version: async () => part((await run("/usr/lib/cockpit/cockpit-ws", ["--version"])).stdout, /(\d+)\./),
  async works({ page, seen, mark }) {
    const person = await addPerson(mark);
    await signIn(page, { ...person, password: "wrong" });
    await page.getByText(/Wrong user name or password|Authentication failed/).waitFor();
    await signIn(page, person);
    const overview = page.frameLocator("iframe[name='cockpit1:localhost/system']");
    await overview.getByText("System information").waitFor();
    await overview.getByText(/\d+% of \d+ CPUs?/).waitFor();
    await hears(seen, SOCKET, 3);
    await page.reload();
    await overview.getByText(/\d+% of \d+ CPUs?/).waitFor();
    await page.getByRole("link", { name: "Terminal" }).click();
    const terminal = page.frameLocator("iframe[name='cockpit1:localhost/system/terminal']");
    await terminal.locator(".terminal").click();
    await page.keyboard.type("echo $USER-$((6*7))\n");
    await terminal.getByText(`${person.username}-42`, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Session" }).click();
    await page.getByText("Log out").click();
    await page.getByLabel("User name").waitFor();
  },
  // Who it is it asks first, and then refuses the wrong password. Without systemd and D-Bus parts of it have nothing to
  // show, and its own policy forbids some of its terminal's styles.
  complains:
    /\/login: .* 401|Could not connect: No such file|ListUnitsFiltered failed|FormSelect requires|terminal\.js: Applying inline style/,
  remark:
    "Signed in with a wrong and a right password, the overview, the terminal, signed out. It takes a WebSocket only with an Origin that it knows, its own; or set `Origins` and `ProtocolHeader = X-Forwarded-Proto` in `cockpit.conf`. On a machine without systemd: its services and logs were not seen.",
};

type Person = { username: string; password: string };

async function signIn(page: Visit["page"], { username, password }: Person): Promise<void> {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Somebody who has an account on this machine, until the test has finished. */
async function addPerson(mark: string): Promise<Person> {
  const username = `nekzus-${mark}`;
  const password = randomBytes(18).toString("base64url");
  await run("useradd", ["--create-home", "--shell", "/bin/bash", username]);
  whenDone(() => run("userdel", ["--force", "--remove", username]));
  const setting = run("chpasswd");
  setting.child.stdin?.end(`${username}:${password}\n`);
  await setting;
  return { username, password };
}
