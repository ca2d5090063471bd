import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { eventually } from "../harness/eventually.ts";

/** Longest wait for what an app shows: the machine may have much else to do. */
export const APP_PATIENCE_MS = 60_000;

/** What a page of an app did so far. Paths are those that the app knows. */
export type Seen = {
  /** Answers: `200 /rest/config`. */
  answers: string[];
  /** WebSockets that brought something: `/comms`. */
  sockets: string[];
};

/** An app of the lab, and how to tell that it works. */
export type LabApp = {
  id: string;
  name: string;
  /** The variable that has its address. */
  variable: string;
  /** Options of its route, as the API names them. */
  options: Record<string, unknown>;
  /** Its version, as far as it stays the same for months. */
  version(to: string): Promise<string>;
  /** Waits until the page shows what a person opens it for. */
  works(page: Page, seen: Seen): Promise<unknown>;
  /** What it complains about wherever it is opened, also without a gateway. */
  complains: RegExp;
  /** What the reader of the table should know. */
  remark: string;
};

export const LAB_APPS: readonly LabApp[] = [
  {
    id: "node-red",
    name: "Node-RED",
    variable: "NODE_RED_URL",
    options: { websocket: true },
    version: async (to) => part(await asked(`${to}settings`), /"version":"(\d+)\./),
    async works(page, { sockets }) {
      await page.locator("#red-ui-palette .red-ui-palette-node").getByText("inject", { exact: true }).waitFor();
      await among(sockets, /^\/comms$/);
    },
    complains: /catalogue\.nodered\.org/,
    remark: "The editor with its palette and its live connection.",
  },
  {
    id: "syncthing",
    name: "Syncthing",
    variable: "SYNCTHING_URL",
    options: { preserveHost: false },
    version: async (to) => part((await fetch(to)).headers.get("x-syncthing-version"), /v(\d+\.\d+)/),
    async works(page, { answers }) {
      const device = page.locator("#device-this");
      await device.getByText("Uptime", { exact: true }).waitFor();
      await device.getByText(/^v\d+\.\d+/).waitFor();
      // Without its token this would be 403.
      await among(answers, /^200 \/rest\/system\/status$/);
    },
    // It was told not to look for upgrades, and says so with 503.
    complains: /\/rest\/system\/upgrade: .* 503/,
    remark: "It answers only to a Host that it knows, its own. The token of its pages works below the prefix.",
  },
  {
    id: "transmission",
    name: "Transmission",
    variable: "TRANSMISSION_URL",
    options: { preserveHost: false },
    async version(to) {
      const rpc = `${to}transmission/rpc`;
      const id = (await fetch(rpc)).headers.get("x-transmission-session-id") ?? "";
      const headers = { "x-transmission-session-id": id };
      return part(
        await asked(rpc, { method: "POST", headers, body: '{"method":"session-get"}' }),
        /"version":"([\d.]+)/,
      );
    },
    async works(page, { answers }) {
      await page.getByText("0 Transfers").waitFor();
      await among(answers, /^200 \/transmission\/rpc$/);
      if (await page.getByText("Connection Failed").isVisible()) throw new Error("the page has no connection");
    },
    // Its first question is meant to be refused: the answer tells the token.
    complains: /status of 409/,
    remark:
      "It answers only to a Host that it knows, its own. Its pages are at `/apps/transmission/transmission/web/`.",
  },
  {
    id: "prometheus",
    name: "Prometheus",
    variable: "PROMETHEUS_URL",
    options: {},
    version: async (to) => part(await asked(`${to}api/v1/status/buildinfo`), /"version":"(\d+\.\d+)/),
    async works(page) {
      await page.getByPlaceholder("Expression").fill("up");
      await page.getByRole("button", { name: "Execute" }).click();
      await page.getByRole("row", { name: /^up\{instance=.* 1$/ }).waitFor();
    },
    // Debian's page loads a module as if it were none.
    complains: /Unexpected token 'export'/,
    remark: "Debian's package, whose pages are the classic ones. No `--web.external-url` is needed.",
  },
  {
    id: "netdata",
    name: "Netdata",
    variable: "NETDATA_URL",
    options: {},
    version: async (to) => part(await asked(`${to}api/v1/info`), /"version": ?"v(\d+\.\d+)/),
    async works(page, { answers }) {
      await page.getByText("Total CPU utilization (system.cpu)").waitFor();
      await page.locator("[data-netdata='system.cpu'] canvas").first().waitFor();
      await among(answers, /^200 \/api\/v1\/data\?chart=system\.cpu&/);
    },
    complains: /registry\.my-netdata\.io|api\.github\.com|netdata-news\.cdn\.prismic\.io/,
    remark: "The dashboard with its charts.",
  },
  {
    id: "cockpit",
    name: "Cockpit",
    variable: "COCKPIT_URL",
    options: { websocket: true },
    version: async () =>
      part((await promisify(execFile)("/usr/lib/cockpit/cockpit-ws", ["--version"])).stdout, /(\d+)\./),
    async works(page) {
      await page.getByLabel("User name").fill("nobody-of-this-name");
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByText(/Wrong user name or password|Authentication failed/).waitFor();
    },
    // Who it is it asks first, and then refuses the wrong password.
    complains: /\/cockpit\/login: .* 401/,
    remark:
      "The form and what it says to a wrong password; nobody signed in. Behind any proxy with HTTPS its sessions need `ProtocolHeader = X-Forwarded-Proto` in `cockpit.conf`.",
  },
];

async function asked(address: string, init: RequestInit = {}): Promise<string> {
  return (await fetch(address, init)).text();
}

function part(text: string | null, expression: RegExp): string {
  const found = expression.exec(text ?? "")?.[1];
  if (found === undefined) throw new Error(`no version in ${text}`);
  return found;
}

function among(list: readonly string[], wanted: RegExp): Promise<true> {
  return eventually(`${wanted} is among what was seen`, () => list.some((one) => wanted.test(one)), APP_PATIENCE_MS);
}
