import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whenDone } from "./closing.ts";
import { type Contestant, PEER_WARM_UP_MS, peerContestants } from "./contestants.ts";
import type { Lab } from "./lab.ts";
import { assertTls13 } from "./preflight.ts";
import { family } from "./processes.ts";

/**
 * nginx, HAProxy and Caddy over TLS 1.3. nginx before 1.23.4 speaks no more than 1.2 unless it is told: then another
 * nginx is started with the lab's configuration and that one setting.
 */
export async function tls13Peers(lab: Lab): Promise<Contestant[]> {
  const peers = peerContestants(lab, true);
  return Promise.all(
    peers.map(async (peer) => {
      if (peer.name !== "nginx" || (await speaksTls13(peer))) return peer;
      return startNginx(lab);
    }),
  );
}

async function startNginx(lab: Lab): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), "nekzus-bench-nginx-"));
  const port = await freePort();
  const { port: old } = new URL(lab.url("nginx", true));
  const { port: plain } = new URL(lab.url("nginx", false));
  const servers = readFileSync(join(lab.folder, "nginx.servers"), "utf8")
    .replace(new RegExp(`^ *listen .*:${plain};$`, "m"), "    ssl_protocols TLSv1.3;")
    .replace(`:${old} ssl`, `:${port} ssl`);
  writeFileSync(join(folder, "nginx.servers"), servers);
  const conf = readFileSync(join(lab.folder, "nginx.conf"), "utf8").replaceAll(`${lab.folder}/`, `${folder}/`);
  writeFileSync(join(folder, "nginx.conf"), conf);

  const args = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log"), "-g", "daemon off;"];
  const child = spawn(process.env.NGINX ?? "/usr/sbin/nginx", args, { stdio: "ignore" });
  const ended = new Promise((done) => child.once("exit", done).once("error", done));
  whenDone(async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("nginx is not installed");
  const contestant: Contestant = {
    name: "nginx",
    url: (path) => `https://127.0.0.1:${port}${path}`,
    headers: {},
    warmUpMs: PEER_WARM_UP_MS,
    processes: () => ({ forwarding: family(pid), beside: [] }),
  };
  for (let attempt = 0; !(await speaksTls13(contestant)); attempt++) {
    if (attempt === 100) throw new Error("nginx did not start with TLS 1.3");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return contestant;
}

function speaksTls13(contestant: Contestant): Promise<boolean> {
  return assertTls13(contestant).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
