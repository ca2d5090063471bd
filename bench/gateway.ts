import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, type RequestOptions, request } from "../tests/harness/request.ts";
import { ROOT } from "../tools/delivery/bundle.ts";
import { whenDone } from "./closing.ts";
import { withManyFiles } from "./open-files.ts";
import { childrenOf, commandLine } from "./processes.ts";

const ADMIN = { username: "admin", password: "a password for measuring" };

/** The program as it is shipped: everything in a few bundled files. */
const PROGRAM = join(ROOT, "gateway/dist/main.js");

export type GatewayOptions = {
  /** TLS with this certificate; default: plain HTTP. */
  certificate?: { chain: string; key: string };
  /** Configuration by section, as in the file. */
  config?: Record<string, unknown>;
};

/** A running gateway of the shipped program, and how long its starts took. */
export type Gateway = {
  secure: boolean;
  apiPort: number;
  appsPort: number;
  processes(): { edges: number[]; others: number[] };
  /** Asks over the API's listener as the administrator. */
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The header that signs requests in on the API's listener. */
  bearer: { authorization: string };
  /** Enters an app as a browser does, and answers the header for the apps' listener. */
  enterApp(appId: string): Promise<{ cookie: string }>;
  /** Is a line written for each request? By default it is. */
  writesAccessLog(): boolean;
  /** Ends it and starts it again with the same data; answers the milliseconds until it answers a request. */
  startAgain(): Promise<number>;
  /** The milliseconds of its very first start, which makes keys and database. */
  firstStart: number;
  stop(): Promise<void>;
};

/**
 * Starts the shipped program on free ports with a data folder of its own: sign-in needed, access log to a file (as
 * by default) and metrics on. Throws when it is not built or ends early.
 */
export async function startGateway({ certificate, config = {} }: GatewayOptions): Promise<Gateway> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: leave --no-build out, or run \`npm run build\``);
  const secure = certificate !== undefined;
  const folder = mkdtempSync(join(tmpdir(), "nekzus-bench-"));
  const [configFile, passwordFile] = [join(folder, "nekzus.json"), join(folder, "password")];
  writeFileSync(passwordFile, ADMIN.password, { mode: 0o600 });
  let [apiPort, appsPort] = [0, 0];
  let child: ChildProcess | undefined;
  let output = "";

  const ask = (method: string, path: string, more: Partial<RequestOptions> = {}): Promise<Answer> =>
    request({ method, path, port: apiPort, secure, ...more });

  async function start(): Promise<number> {
    const server = {
      addr: `127.0.0.1:${apiPort}`,
      apps_addr: `127.0.0.1:${appsPort}`,
      ...(certificate ? { tls_cert: certificate.chain, tls_key: certificate.key } : {}),
    };
    writeFileSync(configFile, JSON.stringify({ ...config, ...ON, server }));
    const command = [process.execPath, PROGRAM, "start", "--config", configFile, "--data", join(folder, "data")];
    if (!secure) command.push("--insecure-http", "--addr", server.addr);
    const begun = performance.now();
    const [program, ...args] = withManyFiles(command) as [string, ...string[]];
    const started = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, NEKZUS_ADMIN_USER: ADMIN.username, NEKZUS_ADMIN_PASSWORD_FILE: passwordFile },
    });
    child = started;
    output = "";
    for (const stream of [started.stdout, started.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    for (;;) {
      if (started.exitCode !== null || started.signalCode !== null) throw new Error(`the gateway ended:\n${output}`);
      // Ports are known after the first start: then the first answer is awaited, not the line that tells it.
      if (apiPort === 0) readPorts();
      if (apiPort !== 0 && (await ask("GET", "/readyz").catch(() => undefined))?.status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return performance.now() - begun;
  }

  function readPorts(): void {
    const ready = /Nekzus is ready at \S+:(\d+), apps at \S+:(\d+)/.exec(output);
    if (ready) [apiPort, appsPort] = [Number(ready[1]), Number(ready[2])];
  }

  async function stop(): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((done) => ending.once("exit", done));
    ending.kill("SIGTERM");
    const late = setTimeout(() => ending.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
  }

  whenDone(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const firstStart = await start();
  const signedIn = good(await ask("POST", "/api/v1/auth/login", { body: ADMIN }), 200);
  const bearer = { authorization: `Bearer ${(signedIn.json as { token: string }).token}` };

  return {
    secure,
    apiPort,
    appsPort,
    bearer,
    firstStart,
    stop,
    processes() {
      const supervisor = child?.pid as number;
      const children = childrenOf(supervisor);
      const edges = children.filter((pid) => /\bedge(?:\.js|\/main)/.test(commandLine(pid)));
      return { edges, others: [supervisor, ...children.filter((pid) => !edges.includes(pid))] };
    },
    admin: (method, path, body) => ask(method, path, { body, headers: bearer }),
    async enterApp(appId) {
      const origin = `${secure ? "https" : "http"}://127.0.0.1:${apiPort}`;
      const own = { origin, "sec-fetch-site": "same-origin" };
      const begun = good(
        await ask("POST", "/api/v1/auth/login", { body: { ...ADMIN, session: true }, headers: own }),
        200,
      );
      const { proof } = begun.json as { proof: string };
      const headers = { ...own, cookie: cookieOf(begun), "x-nekzus-proof": proof };
      const handed = good(await ask("POST", "/api/v1/auth/hand-over", { body: { appId }, headers }), 200);
      const { pathname, search } = new URL((handed.json as { url: string }).url);
      return { cookie: cookieOf(good(await ask("GET", pathname + search, { port: appsPort }), 303)) };
    },
    writesAccessLog: () => (statSync(join(folder, "data/logs/access.log"), { throwIfNoEntry: false })?.size ?? 0) > 0,
    async startAgain() {
      await stop();
      return start();
    },
  };
}

/** Signing in is needed, metrics are on; limits that no measuring client reaches. */
const ON = {
  auth: { local_access: false },
  metrics: { enabled: true },
  discovery: { enabled: false },
  rate_limits: Object.fromEntries(
    ["auth", "general", "websocket"].map((name) => [name, { per_second: 10_000, burst: 10_000 }]),
  ),
};

function good(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Error(`the gateway answered ${answer.status} and not ${status}: ${answer.text.slice(0, 300)}`);
}

function cookieOf({ headers }: Answer): string {
  return (headers["set-cookie"]?.[0] ?? "").split(";", 1)[0] as string;
}
