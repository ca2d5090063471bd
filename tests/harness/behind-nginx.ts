import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { whenDone } from "./cleanup.ts";
import { eventually } from "./eventually.ts";
import { type Gateway, type GatewayOptions, makeFolder, startGateway } from "./gateway.ts";
import { request } from "./request.ts";

/** A gateway whose visitors come through nginx, and the certificate that nginx shows them, in PEM. */
export type Behind = { gateway: Gateway; certificate: string };

/**
 * Starts a gateway behind an nginx that ends TLS with a certificate of its own and that the gateway trusts. What is
 * asked of the gateway's ports goes through nginx; a client says where it comes from by its `localAddress`.
 */
export async function startBehindNginx(options: GatewayOptions = {}): Promise<Behind> {
  const [apiPort, appsPort] = [await freePort(), await freePort()];
  const gateway = await startGateway({
    ...options,
    config: {
      ...options.config,
      server: {
        base_url: `https://127.0.0.1:${apiPort}`,
        apps_base_url: `https://127.0.0.1:${appsPort}`,
        trusted_proxies: ["127.0.0.1"],
      },
    },
  });
  const { cert, key } = await (await makeAuthority("proxy")).issue("localhost", "127.0.0.1");
  startNginx(cert, key, [
    [apiPort, gateway.apiPort],
    [appsPort, gateway.appsPort],
  ]);
  const through = (port: number): Gateway["api"] => {
    return (method, path, more) => request({ method, path, port, secure: true, ...more });
  };
  await eventually(
    "nginx answers",
    async () => (await through(apiPort)("GET", "/healthz").catch(() => undefined)) !== undefined,
  );
  const inFront: Gateway = {
    ...gateway,
    apiPort,
    appsPort,
    get process() {
      return gateway.process;
    },
    api: through(apiPort),
    apps: through(appsPort),
  };
  return { gateway: inFront, certificate: cert };
}

function startNginx(cert: string, key: string, ports: readonly (readonly [number, number])[]): ChildProcess {
  const home = makeFolder("nekzus-nginx-");
  writeFileSync(join(home, "cert.pem"), cert);
  writeFileSync(join(home, "key.pem"), key, { mode: 0o600 });
  mkdirSync(join(home, "temp"));
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path temp/${kind};`);
  const servers = ports.map(
    ([from, to]) => `server {
      listen 127.0.0.1:${from} ssl;
      ssl_certificate cert.pem; ssl_certificate_key key.pem;
      location / {
        proxy_pass https://127.0.0.1:${to};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_buffering off;
      }
    }`,
  );
  writeFileSync(
    join(home, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${home}/pid; error_log stderr; events {}
    http { access_log off; ${temp.join(" ")}
      map $http_upgrade $connection_upgrade { default upgrade; "" close; }
      ${servers.join("\n")} }`,
  );
  const nginx = spawn(process.env.NGINX as string, ["-c", join(home, "nginx.conf"), "-p", home], { stdio: "ignore" });
  whenDone(() => nginx.kill("SIGQUIT"));
  return nginx;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
