import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { whenDone } from "./cleanup.ts";
import { makeFolder } from "./folder.ts";
import { type Front, nginxFront, type Ports } from "./nginx-front.ts";
import { type Answer, type RequestOptions, request } from "./request.ts";

const MAIN = join(import.meta.dirname, "../../gateway/src/main.ts");
/** Tests run behind a proxy: nobody is local then. */
export const BEHIND_NGINX = process.env.NEKZUS_TEST_FRONT === "nginx";
export const ADMIN = { username: "admin", password: "correct horse battery" } as const;

export type GatewayOptions = {
  /** Configuration by section, as in the file. Ports are chosen; `local` is off unless it is switched on here. */
  config?: Record<string, Record<string, unknown> | unknown[]>;
  insecureHttp?: boolean;
  env?: Record<string, string>;
  /** A data folder of an earlier gateway; default: a new one, removed in the end. */
  dataFolder?: string;
  /** Make the administrator {@link ADMIN}; default yes. */
  admin?: boolean;
  /** A proxy before it, through which everything is asked; default: one when `NEKZUS_TEST_FRONT` says nginx. */
  front?: Front;
};

/** A gateway in the shipped topology: supervisor, core and edge as processes of their own. */
export type Gateway = {
  apiPort: number;
  appsPort: number;
  dataFolder: string;
  configFile: string;
  /** The supervisor that runs now. */
  readonly process: ChildProcess;
  /** Everything it wrote, for messages and for tests of the log. */
  output(): string;
  /** Asks over the API's listener; https unless the gateway is plain. */
  api(method: string, path: string, options?: Partial<RequestOptions>): Promise<Answer>;
  /** The same over the apps' listener. */
  apps(method: string, path: string, options?: Partial<RequestOptions>): Promise<Answer>;
  /** Asks as the administrator, with a token. */
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A token of a user, by signing in. */
  signIn(credentials?: { username: string; password: string }): Promise<string>;
  /** Adds a route that everybody with `access:<appId>` may use. */
  addRoute(appId: string, to: string, options?: Record<string, unknown>): Promise<void>;
  /** Process ids of the children, by role. */
  children(): { core: number[]; edge: number[] };
  /** Ends it and waits; the data folder stays until the test is over. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** After `stop`: starts it again with the same ports, configuration and data, and waits until it is ready. */
  startAgain(): Promise<void>;
};

/** A supervisor that was started; `ready` fails when it ends before it is. */
type Launched = { child: ChildProcess; exited: Promise<number | null>; ready: Promise<Ports> };

/** Starts a gateway on free ports; it is stopped and its data removed when the test (or, from `beforeAll`, the file) has finished. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const dataFolder = options.dataFolder ?? makeFolder("nekzus-test-");
  const configFile = join(makeFolder("nekzus-config-"), "nekzus.json");
  const passwordFile = join(makeFolder("nekzus-secret-"), "password");
  writeFileSync(passwordFile, ADMIN.password, { mode: 0o600 });
  const front = options.front ?? (BEHIND_NGINX ? await nginxFront() : undefined);
  let output = "";

  /** Starts a supervisor; `ports` 0 are chosen by the system. */
  function launch(chosen: Ports): Launched {
    writeFileSync(configFile, JSON.stringify(withTestDefaults(options.config ?? {}, chosen, front)));
    const args = [MAIN, "start", "--config", configFile, "--data", dataFolder];
    if (options.insecureHttp) args.push("--insecure-http", "--addr", `127.0.0.1:${chosen.apiPort}`);
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
        ...(options.admin === false
          ? {}
          : { NEKZUS_ADMIN_USER: ADMIN.username, NEKZUS_ADMIN_PASSWORD_FILE: passwordFile }),
        ...options.env,
      },
    });
    const before = output.length;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const exited = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    const ready = Promise.race([
      untilReady(() => output.slice(before)),
      exited.then((code) => {
        throw new Error(`the gateway ended with ${code} before it was ready:\n${output.slice(before)}`);
      }),
    ]);
    return { child, exited, ready };
  }

  let running = launch({ apiPort: 0, appsPort: 0 });

  async function stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const { child, exited } = running;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  }
  whenDone(async () => {
    await stop();
  });

  const own = await running.ready;
  await front?.start({ ...own, secure: !options.insecureHttp });
  const ports = front?.ports ?? own;
  const secure = front !== undefined || !options.insecureHttp;
  let token: string | undefined;

  const gateway: Gateway = {
    ...ports,
    dataFolder,
    configFile,
    get process() {
      return running.child;
    },
    output: () => output,
    api: (method, path, more) => request({ method, path, port: ports.apiPort, secure, ...more }),
    apps: (method, path, more) => request({ method, path, port: ports.appsPort, secure, ...more }),
    async admin(method, path, body) {
      token ??= await gateway.signIn();
      return gateway.api(method, path, { body, headers: { authorization: `Bearer ${token}` } });
    },
    async signIn(credentials = ADMIN) {
      const answer = await gateway.api("POST", "/api/v1/auth/login", { body: credentials });
      if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
      return (answer.json as { token: string }).token;
    },
    async addRoute(appId, to, more = {}) {
      const answer = await gateway.admin("PUT", `/api/v1/routes/${appId}`, { appId, to, ...more });
      if (answer.status !== 200) throw new Error(`the route was refused, ${answer.status}: ${answer.text}`);
    },
    children: () => childrenOf(running.child.pid as number),
    stop,
    async startAgain() {
      running = launch(own);
      await running.ready;
    },
  };
  return gateway;
}

/** High limits, since the tests ask more in a minute than a person; free ports; no `local`; no discovery. */
function withTestDefaults(
  config: NonNullable<GatewayOptions["config"]>,
  { apiPort, appsPort }: Ports,
  front: Front | undefined,
): Record<string, unknown> {
  const classes = ["health", "auth", "qr", "websocket", "device", "container", "general", "metrics"];
  return {
    rate_limits: Object.fromEntries(classes.map((name) => [name, { per_second: 10_000, burst: 10_000 }])),
    ...config,
    server: { addr: `127.0.0.1:${apiPort}`, apps_addr: `127.0.0.1:${appsPort}`, ...config.server, ...front?.server },
    auth: { local_access: false, ...config.auth },
    discovery: { enabled: false, ...config.discovery },
  };
}

async function untilReady(output: () => string): Promise<Ports> {
  for (;;) {
    const ready = /Nekzus is ready at https?:\/\/[^\s:]+:(\d+)(?:, apps at https?:\/\/[^\s:]+:(\d+))?/.exec(output());
    if (ready) return { apiPort: Number(ready[1]), appsPort: Number(ready[2] ?? ready[1]) };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function childrenOf(pid: number): { core: number[]; edge: number[] } {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
  const found: { core: number[]; edge: number[] } = { core: [], edge: [] };
  for (const child of pids) {
    const command = readFileSync(`/proc/${child}/cmdline`, "utf8");
    if (command.includes("core/main") || command.includes("core.js")) found.core.push(child);
    else if (command.includes("edge/main") || command.includes("edge.js")) found.edge.push(child);
  }
  return found;
}
