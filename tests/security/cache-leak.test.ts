// An answer that is kept is given to whoever asks next: it must never be somebody's own, nor somebody's trap (web cache deception, web cache poisoning, CWE-524, CWE-525).
import type { IncomingMessage } from "node:http";
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import type { Answer } from "../harness/request.ts";
import { type ScriptedApp, startScriptedApp } from "../harness/scripted-app.ts";

type Headers = Record<string, string>;

/** The route lets answers be fresh that do not say so themselves: the most that a person can switch on. */
const CACHE = { enabled: true, ttl: "1h", maxBytes: 100_000 };
const FRESH = { "Cache-Control": "max-age=60" };

let gateway: Gateway;
let app: ScriptedApp;
let alice: Headers;
let bob: Headers;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startScriptedApp()]);
  const options = { stripPrefix: true, skipHealthCheck: true, cache: CACHE };
  await gateway.addRoute("kept", app.url, options);
  await gateway.addRoute("named", app.url, { ...options, identityHeaders: true });
  await gateway.addRoute("open", app.url, { ...options, publicAccess: true });
  for (const name of ["alice", "bob"]) {
    await addPerson(gateway, name, { apps: ["kept", "named"] });
  }
  alice = await bearer(gateway, { username: "alice", password: "the password of alice" });
  bob = await bearer(gateway, { username: "bob", password: "the password of bob" });
});

/** Asks without a credential of ours, so that the app gets those of the request. */
const ask = (path: string, headers: Headers = {}, method = "GET"): Promise<Answer> =>
  gateway.apps(method, `/apps/open${path}`, { headers });

/** Answers what the app was told of the person or by the attacker. */
function repeating(path: string, headers: Headers, said: (request: IncomingMessage) => unknown): void {
  app.on(path, (request, response) => response.writeHead(200, headers).end(`[${said(request)}]`));
}

const result = ({ headers, text }: Answer) => `${headers["x-cache"]} ${text}`;

test("a page behind the app's own sign-in is never given to another", async () => {
  repeating("/account", FRESH, ({ headers }) => headers.authorization ?? headers.cookie ?? "nobody");
  repeating("/strict", { "Cache-Control": "max-age=60, must-revalidate" }, ({ headers }) => headers.authorization);
  repeating("/silent", {}, ({ headers }) => headers.authorization ?? headers.cookie ?? "nobody");
  for (const path of ["/account", "/silent"]) {
    for (const name of ["authorization", "cookie"]) {
      for (const who of ["one=1", "two=2"]) {
        const value = name === "cookie" ? who : `Basic ${who}`;
        expect(result(await ask(path, { [name]: value }))).toBe(`MISS [${value}]`);
        expect(result(await ask(path, { [name]: value }))).toBe(`MISS [${value}]`);
      }
    }
    expect(result(await ask(path))).toBe("MISS [nobody]");
    // And what strangers see is not given to somebody who is signed in.
    expect(result(await ask(path))).toBe("HIT [nobody]");
    expect(result(await ask(path, { cookie: "one=1" }))).toBe("MISS [one=1]");
  }
  for (const who of ["Basic b25l", "Basic dHdv"]) {
    expect(result(await ask("/strict", { authorization: who }))).toBe(`MISS [${who}]`);
  }
});

test("web cache deception: a path that looks like a file is no permission", async () => {
  for (const path of ["/account/x.css", "/account;x.js", "/account/logo.png"]) {
    repeating(path, { "Content-Type": "text/html" }, ({ headers }) => headers.cookie ?? "sign in");
    expect(result(await ask(path, { cookie: "session=victim" }))).toBe("MISS [session=victim]");
    expect(result(await ask(path))).toBe("MISS [sign in]");
  }
});

test("what sets a cookie is never kept, whatever it says", async () => {
  repeating("/login", { "Cache-Control": "public, s-maxage=60", "Set-Cookie": "session=1" }, () => "hello");
  expect(result(await ask("/login"))).toBe("MISS [hello]");
  const second = await ask("/login");
  expect(result(second)).toBe("MISS [hello]");
  expect(second.headers["set-cookie"]).toHaveLength(1);
});

test("a cookie that comes when an old answer is confirmed is for one person only", async () => {
  app.on("/confirmed", (request, response, count) => {
    const headers = { "Cache-Control": "public, max-age=60", Age: "100", ETag: '"1"' };
    if (request.headers["if-none-match"]) response.writeHead(304, { "Set-Cookie": `session=${count}` }).end();
    else response.writeHead(200, headers).end("body");
  });
  await ask("/confirmed");
  expect((await ask("/confirmed")).headers["set-cookie"]?.[0]).toContain("session=1");
  const next = await ask("/confirmed");
  expect([result(next), next.headers["set-cookie"]]).toEqual(["MISS body", undefined]);
});

test("to people who use the app with our sign-in only what is the same for all is given, and nothing where they are named", async () => {
  repeating("/who", { "Cache-Control": "public, max-age=60" }, ({ headers }) => headers["x-nekzus-user"] ?? "anybody");
  const as = (who: Headers, route: string) => gateway.api("GET", `/apps/${route}/who`, { headers: who });
  expect(result(await as(alice, "kept"))).toBe("MISS [anybody]");
  expect(result(await as(bob, "kept"))).toBe("HIT [anybody]");
  expect(result(await as(alice, "named"))).toBe("BYPASS [alice]");
  expect(result(await as(bob, "named"))).toBe("BYPASS [bob]");
});

test("who may not use the app gets nothing, also when the answer is kept", async () => {
  repeating("/secret", { "Cache-Control": "public, max-age=60" }, () => "secret");
  const as = (who: Headers) => gateway.api("GET", "/apps/kept/secret", { headers: who });
  expect(result(await as(alice))).toBe("MISS [secret]");
  expect(result(await as(alice))).toBe("HIT [secret]");
  await addPerson(gateway, "carol");
  const carol = await bearer(gateway, { username: "carol", password: "the password of carol" });
  const refused = await Promise.all([as(carol), as({}), as({ authorization: `${alice.authorization}x` })]);
  expect(refused.map(({ status }) => status)).toEqual([403, 401, 401]);
  for (const { text, headers } of refused)
    expect([text.includes("secret"), headers["x-cache"]]).toEqual([false, undefined]);
});

test.each<[what: string, trap: Headers]>([
  ["an unknown header", { "x-evil": "evil.example" }],
  ["another scheme", { "x-forwarded-scheme": "evil.example" }],
  ["a forwarded host", { "x-forwarded-host": "evil.example" }],
  ["Forwarded", { forwarded: "host=evil.example" }],
  ["a rewritten address", { "x-rewrite-url": "/evil.example" }],
  ["another port of the host", { host: "127.0.0.1:1337" }],
  ["an origin", { origin: "https://evil.example" }],
  ["a language", { "accept-language": "evil.example" }],
  ["a user agent with a script", { "user-agent": "<script>evil.example</script>" }],
  ["a referrer with a script", { referer: "https://x/'><script>evil.example" }],
  ["a cookie with a script", { cookie: 'theme="><script>evil.example' }],
  ["another method", { "x-http-method-override": "evil.example" }],
  ["another hop", { "x-nekzus-hop": "evil.example" }],
])("poisoning by %s reaches nobody else", async (what, trap) => {
  const path = `/poison/${encodeURIComponent(what)}`;
  repeating(path, { "Cache-Control": "public, max-age=60" }, ({ rawHeaders }) =>
    rawHeaders.filter((text) => /evil\.example|:1337/.test(text)),
  );
  for (let i = 0; i < 2; i++) expect((await ask(path, trap)).status).toBe(200);
  expect(result(await ask(path))).not.toMatch(/evil|1337/);
});

test("an error that one request caused is not given to the next", async () => {
  app.on("/fragile", (request, response) =>
    response
      .writeHead(request.headers["user-agent"] === "odd" ? 400 : 200, { "Cache-Control": "public, max-age=60" })
      .end(),
  );
  expect((await ask("/fragile", { "user-agent": "odd" })).status).toBe(400);
  expect((await ask("/fragile", { "user-agent": "plain" })).status).toBe(200);
});

test("what differs by a header that Vary names is given only to who sends the same", async () => {
  repeating(
    "/vary",
    { "Cache-Control": "public, max-age=60", Vary: "Cookie" },
    ({ headers }) => headers.cookie ?? "none",
  );
  expect(result(await ask("/vary", { cookie: "a=1" }))).toBe("MISS [a=1]");
  expect(result(await ask("/vary", { cookie: "a=1" }))).toBe("HIT [a=1]");
  expect(result(await ask("/vary", { cookie: "a=2" }))).toBe("MISS [a=2]");
  expect(result(await ask("/vary"))).toBe("MISS [none]");
});
