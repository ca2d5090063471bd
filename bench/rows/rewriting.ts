import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { request } from "../../tests/harness/request.ts";
import { whenDone } from "../closing.ts";
import { cpuGate, failuresIn, linesOf } from "../compare.ts";
import { type Contestant, OURS, withToken } from "../contestants.ts";
import type { Gateway } from "../gateway.ts";
import { loadByWrk } from "../load/wrk.ts";
import { assertServes } from "../preflight.ts";
import type { Gate, Line } from "../result.ts";
import { takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const PASSING = "nekzus, passing";

/** A page as apps have it: a few files in its head, then items with links, pictures and words; about 60 kB. */
function page(): string {
  const files = Array.from({ length: 12 }, (_, at) => `<link rel="stylesheet" href="/assets/part-${at}.css">`);
  const item = (at: number) =>
    `<article class="card" id="item-${at}" data-kind="entry"><a href="/items/${at}?from=list"><img src="/thumbs/${at}.jpg" ` +
    `alt="Picture ${at}" loading="lazy"></a><h2><a href="/items/${at}">Item number ${at}</a></h2><p class="note">` +
    `Some words about this item, as long as they usually are on such a page, and a few more of them.</p></article>`;
  const items = Array.from({ length: 185 }, (_, at) => item(at));
  const head = `<meta charset="utf-8"><title>Items</title>${files.join("\n")}<script src="/assets/app.js" defer></script>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body>\n${items.join("\n")}\n</body></html>\n`;
}

/** The first page of an app that is all scripts; about 2 kB. */
function smallPage(): string {
  const files = Array.from(
    { length: 8 },
    (_, at) => `<link rel="modulepreload" crossorigin href="/assets/chunk-${at}.js">`,
  );
  const icons = [16, 32, 180].map(
    (size) => `<link rel="icon" type="image/png" sizes="${size}x${size}" href="/icons/${size}.png">`,
  );
  const meta = ["description", "author", "theme-color"].map(
    (name) => `<meta name="${name}" content="Something that the app says of itself here">`,
  );
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>App</title>\n${[...meta, ...icons, ...files].join("\n")}
<link rel="manifest" href="/manifest.webmanifest">\n<link rel="stylesheet" crossorigin href="/assets/index.css">
<script type="module" crossorigin src="/assets/index.js"></script>\n</head>\n<body>\n<noscript>This app needs scripts.</noscript>
<div id="root"></div>\n</body>\n</html>\n`;
}

/** Serves a page that is another one each time, as by a nonce in it, in one piece with its length. */
async function serveChanging(text: string): Promise<string> {
  let served = 0;
  const end = text.lastIndexOf("</body>");
  const server = createServer((_, response) => {
    const page = `${text.slice(0, end)}<i>${String(served++).padStart(10, "0")}</i>${text.slice(end)}`;
    response.writeHead(200, { "Content-Type": "text/html", "Content-Length": page.length }).end(page);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  whenDone(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Pages through a route that passes them and through one that puts its prefix before each address. */
export const rewriting: Row = {
  id: "rewriting",
  title: "Pages, passed and rewritten, plain",
  async run(bench) {
    // The lab's upstream serves what lies in this folder of its.
    const www = join(bench.lab.folder, "www");
    const [large, small] = [page(), smallPage()];
    writeFileSync(join(www, "page.html"), large);
    writeFileSync(join(www, "small.html"), small);
    const changing = await serveChanging(large);
    const pages = [
      { name: "60 kB", path: "/page.html", text: large, app: "same", gated: true },
      { name: "2 kB", path: "/small.html", text: small, app: "same", gated: true },
      { name: "60 kB, another each time", path: "/", text: large, app: "changing", gated: false },
    ];
    const route = (appId: string, to: string, rewriteHTML: boolean) => ({
      routeId: appId,
      appId,
      to,
      stripPrefix: true,
      rewriteHTML,
      skipHealthCheck: true,
    });
    const routes = Object.entries({ same: bench.lab.upstreamUrl, changing }).flatMap(([appId, to]) => [
      route(`${appId}-passing`, to, false),
      route(`${appId}-rewriting`, to, true),
    ]);
    const gateway = await bench.freshGateway({
      config: { apps: routes.map(({ appId }) => ({ id: appId, name: appId })), routes },
    });
    const lines: Line[] = [];
    const gates: Gate[] = [];
    const failures: string[] = [];
    for (const { name, path, text, app, gated } of pages) {
      const rewrites = through(gateway, OURS, `${app}-rewriting`);
      const passes = through(gateway, PASSING, `${app}-passing`);
      if (gated) await assertServes(passes, path, text.length);
      await assertRewrites(rewrites, path, text);
      const windows = await takeTurns([rewrites, passes], bench.turns, (contestant, ms) =>
        loadByWrk(contestant, path, { connections: 16, ms }),
      );
      for (const line of linesOf(windows, "request")) {
        lines.push({ ...line, name: `${name}, ${line.name === OURS ? "rewritten" : "passed"}` });
      }
      const gate = cpuGate(windows, "request", PASSING, 1.5);
      if (gated) gates.push({ ...gate, what: `${name}: CPU per request, of passing it` });
      failures.push(...failuresIn(windows));
    }
    return { lines, gates, failures };
  },
};

function through(gateway: Gateway, name: string, appId: string): Contestant {
  return { ...withToken(gateway, name), url: (path) => `http://127.0.0.1:${gateway.apiPort}/apps/${appId}${path}` };
}

/** Throws unless every address of the page leads below the prefix. */
async function assertRewrites({ url, headers }: Contestant, path: string, text: string): Promise<void> {
  const { port, pathname } = new URL(url(path));
  const answer = await request({
    method: "GET",
    path: pathname,
    port: Number(port),
    secure: false,
    headers: { ...headers },
  });
  const wanted = text.match(/(?:href|src)="\//g)?.length ?? 0;
  const found = answer.text.match(/(?:href|src)="\/apps\/[a-z]+-rewriting\//g)?.length ?? 0;
  if (answer.status !== 200 || found !== wanted) {
    throw new Error(
      `${pathname} answered ${answer.status} with ${found} addresses below its prefix; wanted: ${wanted}`,
    );
  }
}
