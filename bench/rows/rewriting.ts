import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "../../tests/harness/request.ts";
import { cpuGate, failuresIn, linesOf } from "../compare.ts";
import { type Contestant, OURS, withToken } from "../contestants.ts";
import type { Gateway } from "../gateway.ts";
import { loadByWrk } from "../load/wrk.ts";
import { assertServes } from "../preflight.ts";
import { takeTurns } from "../rounds.ts";
import type { Row } from "./row.ts";

const PATH = "/page.html";
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

/** The same page through a route that passes it and through one that puts its prefix before each address. */
export const rewriting: Row = {
  id: "rewriting",
  title: "A page of 60 kB, passed and rewritten, plain",
  async run(bench) {
    const text = page();
    // The lab's upstream serves what lies in this folder of its.
    writeFileSync(join(bench.lab.folder, "www", PATH), text);
    const route = (appId: string, rewriteHTML: boolean) => ({
      routeId: appId,
      appId,
      to: bench.lab.upstreamUrl,
      stripPrefix: true,
      rewriteHTML,
      skipHealthCheck: true,
    });
    const gateway = await bench.freshGateway({
      config: {
        apps: [
          { id: "passing", name: "Passing" },
          { id: "rewriting", name: "Rewriting" },
        ],
        routes: [route("passing", false), route("rewriting", true)],
      },
    });
    const contestants = [through(gateway, OURS, "rewriting"), through(gateway, PASSING, "passing")] as const;
    const [rewrites, passes] = contestants;
    await assertServes(passes, PATH, text.length);
    await assertRewrites(rewrites, text);
    const windows = await takeTurns(contestants, bench.turns, (contestant, ms) =>
      loadByWrk(contestant, PATH, { connections: 16, ms }),
    );
    return {
      lines: linesOf(windows, "request"),
      gates: [cpuGate(windows, "request", PASSING, 1.5)],
      failures: failuresIn(windows),
    };
  },
};

function through(gateway: Gateway, name: string, appId: string): Contestant {
  return { ...withToken(gateway, name), url: (path) => `http://127.0.0.1:${gateway.apiPort}/apps/${appId}${path}` };
}

/** Throws unless every address of the page leads below the prefix. */
async function assertRewrites({ url, headers }: Contestant, text: string): Promise<void> {
  const { port, pathname } = new URL(url(PATH));
  const answer = await request({
    method: "GET",
    path: pathname,
    port: Number(port),
    secure: false,
    headers: { ...headers },
  });
  const wanted = text.match(/(?:href|src)="\//g)?.length ?? 0;
  const found = answer.text.match(/(?:href|src)="\/apps\/rewriting\//g)?.length ?? 0;
  if (answer.status !== 200 || found !== wanted) {
    throw new Error(
      `${pathname} answered ${answer.status} with ${found} addresses below its prefix; wanted: ${wanted}`,
    );
  }
}
