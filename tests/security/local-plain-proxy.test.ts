// A proxy on the gateway's own machine, set up by the book, opens nothing: its clients are not local although its
// connections are (CWE-346, CWE-441: the admin page that trusts 127.0.0.1).
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { otherUser, startAs, type User } from "../harness/other-user.ts";
import { request } from "../harness/request.ts";
import { requires } from "../lab.ts";

const user = otherUser();

describe.runIf(requires("tools") && user !== undefined)("proxies on the same machine", () => {
  let secure: Gateway;
  let plain: Gateway;
  let folder: string;
  const { uid, gid } = user as User;

  beforeAll(async () => {
    const config = { auth: { local_access: true } };
    [secure, plain] = await Promise.all([startGateway({ config }), startGateway({ config, insecureHttp: true })]);
    folder = makeFolder("nekzus-proxies-");
    chownSync(folder, uid, gid);
  });

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return port;
  }

  /** What the proxy's clients are answered, with the Host names that a local program would use. */
  async function answers(gateway: Gateway, port: number, overTls: boolean): Promise<number[]> {
    const ask = async (host: string | undefined) => {
      const headers = host === undefined ? {} : { host };
      return (await request({ method: "GET", path: "/api/v1/apps", port, secure: overTls, headers })).status;
    };
    await eventually("the proxy answers", async () => (await ask(undefined).catch(() => 0)) >= 200, 10_000);
    const hosts = [
      undefined,
      `localhost:${gateway.apiPort}`,
      `127.0.0.1:${gateway.apiPort}`,
      `[::1]:${gateway.apiPort}`,
      "localhost",
    ];
    return await Promise.all(hosts.map(ask));
  }

  test("without a proxy we are local: the test would notice", async () => {
    for (const gateway of [secure, plain]) {
      const answer = await gateway.api("GET", "/api/v1/apps", { headers: { host: `localhost:${gateway.apiPort}` } });
      expect(answer.status).toBe(200);
    }
  });

  const noEntry = (statuses: number[]) => {
    // 421: the Host that the proxy sends is foreign; 401: it is ours, and still nobody is let in.
    expect(statuses.filter((status) => status !== 401 && status !== 421)).toEqual([]);
    expect(statuses).toContain(401);
  };

  test.each([
    ["as it comes", ""],
    ["with HTTP/1.1 and keep-alive", "proxy_http_version 1.1; proxy_set_header Connection '';"],
    ["passing the client's Host on", "proxy_http_version 1.1; proxy_set_header Host $http_host;"],
  ])("nginx, %s", async (name, more) => {
    const [first, second] = [await freePort(), await freePort()];
    const home = join(folder, `nginx-${name.replaceAll(/\W/g, "")}`);
    mkdirSync(home);
    chownSync(home, uid, gid);
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${home}/${kind};`)
      .join(" ");
    const server = (port: number, to: string) =>
      `server { listen 127.0.0.1:${port}; location / { proxy_pass ${to}; ${more} } }`;
    writeFileSync(
      join(home, "nginx.conf"),
      `daemon off; worker_processes 1; pid ${home}/pid; error_log stderr; events {} http { access_log off; ${temp}
        ${server(first, `https://127.0.0.1:${secure.apiPort}`)} ${server(second, `http://127.0.0.1:${plain.apiPort}`)} }`,
    );
    const nginx = startAs(user as User, process.env.NGINX as string, ["-c", join(home, "nginx.conf"), "-p", home]);
    expect(nginx.output()).not.toContain("emerg");
    noEntry(await answers(secure, first, false));
    noEntry(await answers(plain, second, false));
  });

  test("HAProxy, by HTTP and by TCP", async () => {
    const ports = [await freePort(), await freePort(), await freePort()] as [number, number, number];
    const listen = (mode: string, port: number, to: string) =>
      `listen l${port}\n  mode ${mode}\n  bind 127.0.0.1:${port}\n  server s ${to}\n`;
    writeFileSync(
      join(folder, "haproxy.cfg"),
      [
        "defaults\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n",
        listen("http", ports[0], `127.0.0.1:${secure.apiPort} ssl verify none`),
        listen("http", ports[1], `127.0.0.1:${plain.apiPort}`),
        listen("tcp", ports[2], `127.0.0.1:${secure.apiPort}`),
      ].join("\n"),
    );
    startAs(user as User, process.env.HAPROXY as string, ["-db", "-f", join(folder, "haproxy.cfg")]);
    noEntry(await answers(secure, ports[0], false));
    noEntry(await answers(plain, ports[1], false));
    noEntry(await answers(secure, ports[2], true));
  });

  test("socat, passing bytes on", async () => {
    const [first, second] = [await freePort(), await freePort()];
    const start = (port: number, to: number) =>
      startAs(user as User, process.env.SOCAT as string, [
        `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
        `TCP:127.0.0.1:${to}`,
      ]);
    start(first, secure.apiPort);
    start(second, plain.apiPort);
    noEntry(await answers(secure, first, true));
    noEntry(await answers(plain, second, false));
  });
});
