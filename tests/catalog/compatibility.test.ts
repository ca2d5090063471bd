// The check of a prefix through the real listener: what a misbehaving app does is found, and a hostile one stays in limits.
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { compatibility } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { whenDone } from "../harness/cleanup.ts";
import { runCommand } from "../harness/command.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";

type Report = z.output<typeof compatibility.PrefixReport>;

let gateway: Gateway;
/** Two checks of one caller may run at a time, and ten in a minute: each app here has an owner of its own. */
let people = 0;

beforeAll(async () => {
  gateway = await startGateway();
});

async function app(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An app of fixed files; others are 404. */
function files(all: Record<string, [type: string, body: string, headers?: Record<string, string | string[]>]>) {
  return app((req, res) => {
    const [type, body, headers = {}] = all[req.url ?? ""] ?? ["", ""];
    res.writeHead(type ? 200 : 404, { "content-type": type || "text/plain", ...headers }).end(body);
  });
}

async function asOwner(): Promise<Record<string, string>> {
  return bearer(gateway, await addPerson(gateway, `owner${people++}`, { role: "admin" }));
}

async function check(appId: string, to: string, options: Record<string, unknown> = {}): Promise<Report> {
  await gateway.addRoute(appId, to, { stripPrefix: true, ...options });
  const headers = await asOwner();
  const answer = await gateway.api("POST", `/api/v1/routes/${appId}/check`, { headers });
  if (answer.status !== 200) throw new Error(`the check answered ${answer.status}: ${answer.text}`);
  return answer.json as Report;
}

const seen = ({ findings }: Report) => findings.map(({ kind, path, text }) => `${kind} ${path} ${text ?? ""}`.trim());

test("an app that is well: seen as a visitor sees it, and nobody's credential reaches it", async () => {
  const asked: [string | undefined, IncomingHttpHeaders][] = [];
  const to = await app((req, res) => {
    // The health check asks by itself.
    if (req.headers["user-agent"] === "Nekzus-Check/1.0") asked.push([req.url, req.headers]);
    if (req.url === "/app.js") return void res.setHeader("content-type", "text/javascript").end('fetch("api/items")');
    res.setHeader("content-type", "text/html");
    res.end('<!doctype html><title>Photos</title><link rel="icon" href="/i.png"><script src="/app.js"></script>');
  });
  const report = await check("well", to, { identityHeaders: true });
  expect(report).toMatchObject({
    verdict: "works",
    ok: true,
    httpStatus: 200,
    title: "Photos",
    filesRead: 1,
    findings: [],
    url: `https://127.0.0.1:${gateway.appsPort}/apps/well/`,
  });
  // What is rewritten in the page is asked for below the prefix, and reaches the app without it.
  expect(asked.map(([url]) => url)).toEqual(["/", "/app.js"]);
  expect(asked[0]?.[1]).toMatchObject({ "x-forwarded-prefix": "/apps/well" });
  expect(JSON.stringify(asked)).not.toMatch(/nekzus-apps|bearer|authorization|x-nekzus-user/i);
});

test("a misbehaving app: each fault is found where it is, and says what covers it", async () => {
  const to = await files({
    "/": [
      "text/html",
      `<!doctype html><html><head><title>Bad</title><link rel="stylesheet" href="/missing.css"></head><body>
<script src="/app.js"></script><script src="/spa-fallback.js"></script>
<img src="http://cdn.example/a.png"></body></html>`,
      { "set-cookie": ["__Host-sid=1; Path=/; Secure"] },
    ],
    "/app.js": [
      "text/javascript",
      'fetch("/api/items");\nimport("/chunks/a.js");\nnew WebSocket("wss://"+location.host+"/live");\nlocation.href="/login"',
    ],
    "/spa-fallback.js": ["text/html", "<!doctype html><p>home"],
  });
  const report = await check("bad", to);
  expect(report.verdict).toBe("needs-own-base");
  expect(report.ok).toBe(false);
  expect(report.advice).toMatch(/WebSockets/);
  expect(seen(report)).toEqual(
    expect.arrayContaining([
      "websocket-off /apps/bad/app.js new WebSocket(",
      "asset-error /apps/bad/missing.css status 404",
      "wrong-type /apps/bad/spa-fallback.js text/html for a script",
      "mixed-content /apps/bad/ http://cdn.example/a.png",
      "host-cookie /apps/bad/ __Host-sid",
      "import /apps/bad/app.js /chunks/a.js",
      "path-in-script /apps/bad/app.js /api/items",
      "navigation /apps/bad/app.js /login",
    ]),
  );
  const one = report.findings.find(({ kind }) => kind === "import");
  expect(one).toMatchObject({ line: 2, column: 8, certainty: "certain", coveredBy: "way-back", severity: "remark" });
});

test("an app that is not told of its prefix, one that is told twice, one that refuses the host, one that is down", async () => {
  const page = '<!doctype html><script src="/app.js"></script>';
  const lost = await check("lost", await files({ "/apps/lost/": ["text/html", page] }), { stripPrefix: false });
  expect(lost).toMatchObject({ verdict: "needs-own-base" });
  expect(seen(lost)).toEqual(["leaves-prefix /apps/lost/ /app.js"]);
  expect(lost.advice).toMatch(/switch on stripPrefix/);

  const twice = await check(
    "twice",
    await app((_, res) => void res.writeHead(302, { location: "/apps/twice/" }).end()),
  );
  expect(twice).toMatchObject({ verdict: "not-loaded" });
  expect(twice.advice).toMatch(/switch off stripPrefix/);

  const strict = await check("strict", await app((_, res) => void res.writeHead(403).end("Host check error")));
  expect(strict).toMatchObject({
    verdict: "not-loaded",
    findings: [expect.objectContaining({ kind: "host-refused" })],
  });
  expect(strict.advice).toMatch(/preserveHost/);

  const down = await check("down", "http://127.0.0.1:9");
  expect(down).toMatchObject({ verdict: "not-loaded", findings: [], httpStatus: 502 });
});

test("a known app: its settings for this very prefix are named, and a sign-in of its own is followed with its cookies", async () => {
  const to = await app((req, res) => {
    if (req.url === "/") return void res.writeHead(302, { location: "/login", "set-cookie": "s=1; Path=/" }).end();
    const known = req.headers.cookie === "s=1";
    res.setHeader("content-type", "text/html").end(`<title>${known ? "Grafana" : "nobody"}</title>`);
  });
  const report = await check("watch", to);
  expect(report).toMatchObject({ title: "Grafana", preset: { id: "grafana", mode: "own-base" } });
  expect(report.preset?.settings).toContainEqual(
    expect.objectContaining({
      name: "GF_SERVER_ROOT_URL",
      value: `https://127.0.0.1:${gateway.appsPort}/apps/watch/`,
    }),
  );
  expect(report.advice).toMatch(/GF_SERVER_ROOT_URL.*switch off stripPrefix/);
  expect(seen(report)).toContain("sign-in /apps/watch/login status 200");
});

test("other hosts, other apps and the gateway's own paths are never asked", async () => {
  const asked: string[] = [];
  const other = await app((req, res) => void res.end(String(asked.push(req.url ?? ""))));
  await gateway.addRoute("other", other, { stripPrefix: true, skipHealthCheck: true });
  const places = [
    "/apps/other/secret",
    "/apps/.nekzus/enter?code=x",
    `${other}/a`,
    "//other.invalid/",
    "/apps/go/../other/x",
  ];
  for (const place of places) {
    const page = await app((req, res) => {
      if (req.url === "/apps/go/") return void res.writeHead(302, { location: place }).end();
      res.end();
    });
    const report = await check("go", page, { stripPrefix: false });
    expect(report.verdict, place).toBe("not-loaded");
    expect(report.findings[0]?.kind, place).toBe("redirect-elsewhere");
  }
  const html = places.map((place) => `<script src="${place}"></script>`).join("");
  await check("go", await files({ "/apps/go/": ["text/html", html] }), { stripPrefix: false });
  expect(asked).toEqual([]);
});

test("a hostile app: endless, huge, ten thousand files, redirects without end", async () => {
  let redirects = 0;
  const circle = await check(
    "circle",
    await app((_, res) => void res.writeHead(302, { location: `/${redirects++}` }).end()),
  );
  expect(circle.findings).toEqual([expect.objectContaining({ kind: "redirect-loop" })]);
  expect(redirects).toBeLessThan(12);

  let asked = 0;
  const many = Array.from({ length: 10_000 }, (_, n) => `<script src="/${n}.js"></script>`).join("");
  const flood = await check(
    "flood",
    await app((req, res) => {
      if (req.url === "/") return void res.setHeader("content-type", "text/html").end(many);
      asked++;
      res.setHeader("content-type", "text/javascript").end(`fetch("/api/${"x".repeat(150)}${asked}")`);
    }),
  );
  expect(asked).toBe(40);
  expect(flood.filesRead).toBe(40);
  expect(flood.findings.length).toBeLessThanOrEqual(200);
  expect(seen(flood)).toContain("incomplete /apps/flood/ 5000 files, 40 read");

  // A body without end, in the page and in a script: 2 MB of it are read.
  const endless =
    (type: string, text: string): RequestListener =>
    (_, res) => {
      res.setHeader("content-type", type);
      const write = () => {
        while (!res.destroyed && res.write(text.repeat(1000))) {}
      };
      res.on("drain", write);
      write();
    };
  const huge = await check(
    "huge",
    await app(endless("text/html", "<p>\u001b[31m<script>fetch('/api/\u0007')</script>")),
  );
  expect(seen(huge)).toContain("incomplete /apps/huge/ the page is too large");
});

test("who may: it needs write:*, the app's own scope and a route below a prefix, and is limited in number", async () => {
  const to = await files({ "/": ["text/html", "<p>hello"] });
  await gateway.addRoute("mine", to, { stripPrefix: true });
  await gateway.addRoute("off", to, { enabled: false });
  const path = "/api/v1/routes/mine/check";
  expect((await gateway.api("POST", path)).status).toBe(401);
  const member = await bearer(gateway, await addPerson(gateway, "reader", { apps: ["mine"] }));
  expect((await gateway.api("POST", path, { headers: member })).status).toBe(403);
  const owner = await asOwner();
  const ask = (routeId: string) => gateway.api("POST", `/api/v1/routes/${routeId}/check`, { headers: owner });
  expect((await ask("nothing")).status).toBe(404);
  const key = await gateway.admin("POST", "/api/v1/apikeys", { name: "editor", scopes: ["write:*"] });
  const editor = await gateway.api("POST", path, { headers: { "x-api-key": (key.json as { key: string }).key } });
  expect(editor.json).toMatchObject({ error: { code: "FORBIDDEN", message: expect.stringContaining("access:mine") } });
  expect((await ask("off")).json).toMatchObject({ error: { code: "VALIDATION_FAILED" } });
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await ask("mine")).status);
  expect(statuses.slice(0, 10).every((status) => status === 200)).toBe(true);
  expect(statuses[10]).toBe(429);
});

test("presets are listed, and found by image, name and title", async () => {
  const all = await gateway.admin("GET", "/api/v1/presets");
  expect((all.json as unknown[]).length).toBeGreaterThan(30);
  const ids = async (query: string) =>
    ((await gateway.admin("GET", `/api/v1/presets?${query}`)).json as { id: string }[]).map(({ id }) => id);
  expect(await ids("image=lscr.io/linuxserver/sonarr:latest")).toEqual(["sonarr"]);
  expect(await ids("name=Home%20Assistant")).toEqual(["home-assistant"]);
  expect(await ids("name=nobody")).toEqual([]);
});

test("the command line checks an app, with the report as text and as JSON", async () => {
  await gateway.addRoute(
    "shell",
    await files({ "/": ["text/html", "<title>Shell\u001b[2J</title><img src='http://x.example/a.png'>"] }),
    {
      stripPrefix: true,
    },
  );
  const place = ["--config", gateway.configFile, "--data", gateway.dataFolder];
  const text = await runCommand(["route", "check", "shell", ...place]);
  expect(text).toMatchObject({ code: 0 });
  expect(text.stdout).toMatch(/breaks {2}A secure page .*\n {8}\/apps\/shell\/:1 {2}http:\/\/x\.example\/a\.png/);
  expect(text.stdout).not.toContain("\u001b");
  const json = await runCommand(["route", "check", "shell", "--json", ...place]);
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: "works-with-remarks" });
});
