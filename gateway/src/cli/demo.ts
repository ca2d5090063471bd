import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { BoundSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomId } from "../kit/ids.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { startDemoServices } from "./demo/services.ts";
import { type Io, paint } from "./io.ts";
import { runGateway } from "./run-gateway.ts";

const HELP = `Usage: nekzus demo [--addr ADDR]

Starts a gateway in a fresh temporary folder, with two small services behind it and an administrator,
and tells where to click and what to curl. Everything is gone when it ends.

Options:
  --addr ADDR   Where to listen. Default: 127.0.0.1:8443, or another port when that is taken
  --help        Show this text
`;

/** `nekzus demo`. Answers the exit status when the gateway has ended. */
export async function demoCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("demo", args, { addr: { type: "string" }, help: { type: "boolean", short: "h" } }, io);
  if (!parsed) return EXIT.usage;
  if (parsed.values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  const addr = parsed.values.addr ?? freeAddress();
  const folder = await mkdtemp(join(tmpdir(), "nekzus-demo-"));
  const services = await startDemoServices();
  const password = randomId("", 9);
  const passwordFile = join(folder, "admin-password");
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    // Settings of another gateway, above all its database, are none of the demo's.
    for (const name of Object.keys(process.env)) if (name.startsWith("NEKZUS_")) delete process.env[name];
    // The core makes the administrator from its environment, as in any unattended installation.
    process.env.NEKZUS_ADMIN_USER = "demo";
    process.env.NEKZUS_ADMIN_PASSWORD_FILE = passwordFile;
    const start = {
      dataFolder: join(folder, "data"),
      insecureHttp: false,
      overrides: { "server.addr": addr, ...demoCatalog(services) },
    };
    return await runGateway(start, io, ({ api, apps }) => io.stdout(welcome(io, api, apps, password)));
  } finally {
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function demoCatalog({ pageUrl, echoUrl }: { pageUrl: string; echoUrl: string }): Record<string, unknown> {
  return {
    apps: [
      { id: "board", name: "Notice board", icon: "📌", tags: ["demo"] },
      { id: "echo", name: "Echo", icon: "🔁", tags: ["demo"] },
    ],
    routes: [
      { id: "board", app_id: "board", path_base: "/apps/board/", to: pageUrl, strip_prefix: true, websockets: true },
      { id: "echo", app_id: "echo", path_base: "/apps/echo/", to: echoUrl, strip_prefix: true },
    ],
  };
}

function welcome(io: Io, api: number, apps: number, password: string): string {
  const base = `https://localhost:${api}`;
  const bold = (text: string) => paint(io, "bold", text);
  return `
Nekzus is ready at ${bold(base)}, apps at https://localhost:${apps}

In a browser (its certificate is the gateway's own, so the browser warns once for each port):
  open      ${bold(base)}
  sign in   demo / ${bold(password)}
  click     Notice board

On this machine, without a credential (a program of your own user is trusted; see docs/access.md):
  curl -k ${base}/apps/echo/hello
  curl -k ${base}/api/v1/apps

From anywhere, with a token:
  curl -k ${base}/api/v1/auth/login -H 'Content-Type: application/json' \\
    -d '{"username":"demo","password":"${password}"}'
  curl -k ${base}/apps/echo/hello -H 'Authorization: Bearer TOKEN'

Ctrl+C ends the demo and removes everything it made.
`;
}

/** The usual port and the one above it, or any that are free. */
function freeAddress(): string {
  const usual = [8443, 8444];
  if (usual.every(isFree)) return `127.0.0.1:${usual[0]}`;
  for (let port = 18443; port < 19443; port += 2) if (isFree(port) && isFree(port + 1)) return `127.0.0.1:${port}`;
  return "127.0.0.1:0";
}

function isFree(port: number): boolean {
  try {
    new BoundSocket({ host: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
