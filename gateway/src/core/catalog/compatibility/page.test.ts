import { expect, test } from "vitest";
import { findInHeader, findInManifest, findInPage, hostRefusal } from "./answers.ts";
import { createFindings } from "./findings.ts";
import { readPage } from "./page.ts";
import type { Place } from "./scripts.ts";
import type { VisitAnswer } from "./visit.ts";

const SCRIPT = "/apps/.nekzus/prefix.js";
const TAG = `<script src="${SCRIPT}?v=1" data-prefix="/apps/x/"></script>`;
const PLACE: Place = { prefix: "/apps/x/", helped: true, websocket: false, exclude: [] };
const URL_OF_PAGE = new URL("https://nas.local:8444/apps/x/");

function answer(headers: VisitAnswer["headers"] = {}, status = 200, body = ""): VisitAnswer {
  const none = { truncated: false, refusal: undefined, message: undefined };
  return { status, headers, body: Buffer.from(body), ...none };
}

function found(html: string, headers: VisitAnswer["headers"] = {}, place: Partial<Place> = {}): [string, string?][] {
  const findings = createFindings();
  const page = readPage(html, SCRIPT);
  findInPage({ page, path: "/apps/x/", url: URL_OF_PAGE }, answer(headers), { ...PLACE, ...place }, findings);
  return findings.all().map(({ kind, text }) => (text === undefined ? [kind] : [kind, text]));
}

test("a page tells its files, its own scripts and styles with their lines, and its base", () => {
  const page = readPage(
    `<!doctype html><base href="/apps/x/ui/">${TAG}
<link rel="stylesheet" href="a.css"><link rel="manifest" href="m.json"><link rel=modulepreload href=c.js>
<script type="module" src="b.js"></script><script type="application/json">{"a":"/api"}</script>
<script>
let a = 1</script><style>p{}</style>`,
    SCRIPT,
  );
  expect(page).toMatchObject({
    base: "/apps/x/ui/",
    hasPageScript: true,
    assets: [
      { address: "a.css", dest: "style", line: 2 },
      { address: "m.json", dest: "manifest", line: 2 },
      { address: "c.js", dest: "script", line: 2 },
      { address: "b.js", dest: "script", line: 3 },
    ],
    inline: [
      { kind: "script", text: "\nlet a = 1", firstLine: 4 },
      { kind: "style", text: "p{}", firstLine: 5 },
    ],
  });
});

test("addresses outside the prefix, addresses without TLS and a missing script are seen", () => {
  expect(found(`${TAG}<img src="b.png"><a href="/apps/x/c">c</a><a href="https://elsewhere/">d</a>`)).toEqual([]);
  expect(found(`${TAG}<img src="/b.png">`)).toEqual([["leaves-prefix", "/b.png"]]);
  expect(found(`${TAG}<img src="http://cdn.example/b.png"><a href="http://cdn.example/">e</a>`)).toEqual([
    ["mixed-content", "http://cdn.example/b.png"],
  ]);
  expect(found("<p>hello")).toEqual([["not-rewritten"]]);
  expect(found("<p>hello", {}, { helped: false })).toEqual([]);
});

test("a policy that bars the gateway's script, and a page that hides its referrer", () => {
  const policy = (value: string) => found(TAG, { "content-security-policy": value });
  for (const fine of ["default-src 'self'", "img-src x", "script-src 'nonce-abc' 'strict-dynamic'", "script-src *"]) {
    expect(policy(fine), fine).toEqual([]);
  }
  expect(policy("script-src 'none'")).toEqual([["policy", "script-src 'none'"]]);
  expect(policy("sandbox allow-scripts")).toEqual([["policy", "sandbox"]]);
  expect(found(`<meta http-equiv="Content-Security-Policy" content="script-src 'none'">${TAG}`)).toHaveLength(1);
  expect(found(`<meta name="referrer" content="no-referrer">${TAG}`)).toEqual([["no-referrer", "no-referrer"]]);
});

test("cookies for the whole host are seen", () => {
  const findings = createFindings();
  const cookies = ["__Host-a=1; Path=/; Secure", "b=2; Path=/", "c=3; Path=/apps/x/", "d=4"];
  findInHeader("/apps/x/", answer({ "set-cookie": cookies }), PLACE, findings);
  expect(findings.all().map(({ kind, text }) => [kind, text])).toEqual([
    ["host-cookie", "__Host-a"],
    ["wide-cookie", "b; Path=/"],
  ]);
});

test("a refused host name is told from other refusals, and a manifest's addresses are looked at", () => {
  expect(hostRefusal(answer({}, 403, "Host check error"))).toBe("Host check error");
  expect(hostRefusal(answer({}, 421, "<p>rpc-host-whitelist</p>"))).toBe("rpc-host-whitelist");
  expect(hostRefusal(answer({}, 403, "forbidden"))).toBeUndefined();
  expect(hostRefusal(answer({}, 200, "Host check error"))).toBeUndefined();
  const findings = createFindings();
  const manifest = JSON.stringify({ start_url: "/", scope: "./", id: "/" });
  findInManifest("/apps/x/m.json", manifest, new URL("https://nas.local:8444/apps/x/m.json"), PLACE, findings);
  findInManifest("/apps/x/m.json", "no json", URL_OF_PAGE, PLACE, findings);
  expect(findings.all().map(({ text }) => text)).toEqual(["start_url: /"]);
});

test("a page of one line with very many elements is read in one go", () => {
  // A search to the end for each of them would not be over before the test's time is.
  const page = readPage("<img src=/a>".repeat(150_000), SCRIPT);
  expect(page.addresses).toHaveLength(5000);
});
