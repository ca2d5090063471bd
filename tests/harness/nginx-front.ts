import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { makeAuthority } from "../../gateway/src/kit/test-authority.ts";
import { whenDone } from "./cleanup.ts";
import { eventually } from "./eventually.ts";
import { makeFolder } from "./folder.ts";
import { request } from "./request.ts";

/** The two listeners of a gateway, or what stands in front of them; a plain gateway has one, named twice. */
export type Ports = { apiPort: number; appsPort: number };

/** A proxy before the gateway that ends TLS with a certificate of its own. */
export type Front = {
  /** Where visitors come in. */
  ports: Ports;
  /** What the gateway's section `server` says about it. */
  server: Record<string, unknown>;
  /** What it shows visitors, in PEM. */
  certificate: string;
  /** Lets visitors through to a gateway that is ready. */
  start(to: Ports & { secure: boolean }): Promise<void>;
};

/**
 * An nginx that the gateway trusts, as its documentation says to set one up. The gateway sees a client by the
 * `localAddress` that it uses.
 */
export async function nginxFront(): Promise<Front> {
  const ports = { apiPort: await freePort(), appsPort: await freePort() };
  const { cert, key } = await (await makeAuthority("proxy")).issue("localhost", "127.0.0.1");
  return {
    ports,
    server: {
      base_url: `https://127.0.0.1:${ports.apiPort}`,
      apps_base_url: `https://127.0.0.1:${ports.appsPort}`,
      trusted_proxies: ["127.0.0.1"],
    },
    certificate: cert,
    async start({ apiPort, appsPort, secure }) {
      const scheme = secure ? "https" : "http";
      startNginx(cert, key, [
        [ports.apiPort, `${scheme}://127.0.0.1:${apiPort}`],
        [ports.appsPort, `${scheme}://127.0.0.1:${appsPort}`],
      ]);
      const ask = { method: "GET", path: "/healthz", port: ports.apiPort, secure: true };
      await eventually("nginx answers", async () => (await request(ask).catch(() => undefined)) !== undefined);
    },
  };
}

function startNginx(cert: string, key: string, ways: readonly (readonly [from: number, to: string])[]): void {
  const home = makeFolder("nekzus-nginx-");
  writeFileSync(join(home, "cert.pem"), cert);
  writeFileSync(join(home, "key.pem"), key, { mode: 0o600 });
  mkdirSync(join(home, "temp"));
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path temp/${kind};`);
  const servers = ways.map(
    ([from, to]) => `server {
      listen 127.0.0.1:${from} ssl;
      ssl_certificate cert.pem; ssl_certificate_key key.pem;
      location / {
        proxy_pass ${to};
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
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
