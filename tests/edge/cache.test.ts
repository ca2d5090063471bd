import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { beforeAll, expect, test } from "vitest";
import { askRunning } from "../../gateway/src/core/control/control.ts";
import { whenDone } from "../harness/cleanup.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { bearer } from "../harness/people.ts";
import { openRaw } from "../harness/request.ts";
import { type ScriptedApp, startScriptedApp } from "../harness/scripted-app.ts";

const ROUTE = { stripPrefix: true, skipHealthCheck: true, cache: { enabled: true, maxBytes: 100_000 } };

let gateway: Gateway;
let app: ScriptedApp;
let mine: { authorization: string };

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway(), startScriptedApp()]);
  await gateway.addRoute("kept", app.url, ROUTE);
  mine = await bearer(gateway);
});

const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  gateway.api(method, `/apps/kept${path}`, { headers: { ...mine, ...headers } });

/** Asks, and answers what the cache did and the body. */
async function told(path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(path, headers);
  return `${answer.headers["x-cache"]} ${answer.status} ${answer.text}`;
}

/** Answers its number of requests so far, with these headers. */
function counting(path: string, headers: Record<string, string>): void {
  app.on(path, (_, response, count) => response.writeHead(200, headers).end(`no. ${count}`));
}

test("what was answered is given again, with its age, to GET and HEAD, as a whole and to who has it already", async () => {
  counting("/page", { "Cache-Control": "max-age=60", ETag: '"1"', "Content-Type": "text/plain", "X-Cache": "theirs" });
  const first = await ask("/page");
  expect([first.status, first.text, first.headers["x-cache"], first.headers.age]).toEqual([
    200,
    "no. 0",
    "MISS",
    undefined,
  ]);
  const second = await ask("/page");
  expect([second.status, second.text, second.headers["x-cache"]]).toEqual([200, "no. 0", "HIT"]);
  expect(second.headers).toMatchObject({ age: "0", "content-type": "text/plain", "content-length": "5" });
  const head = await ask("/page", {}, "HEAD");
  expect([head.status, head.text, head.headers["content-length"], head.headers["x-cache"]]).toEqual([
    200,
    "",
    "5",
    "HIT",
  ]);
  const known = await ask("/page", { "If-None-Match": '"0", W/"1"' });
  expect([known.status, known.text, known.headers["x-cache"], known.headers.etag]).toEqual([304, "", "HIT", '"1"']);
  expect(known.headers).not.toHaveProperty("content-type");
  expect(app.seen("/page")).toHaveLength(1);
  // A part, another query and another language are not what is kept.
  expect(await told("/page", { Range: "bytes=0-1" })).toBe("BYPASS 200 no. 1");
  expect(await told("/page?x")).toBe("MISS 200 no. 2");
  expect(await told("/page", { "Accept-Language": "de" })).toBe("MISS 200 no. 3");
  expect(await told("/page")).toBe("HIT 200 no. 0");
});

test("an answer in many parts comes back byte for byte", async () => {
  const body = Array.from({ length: 90 }, (_, i) => String.fromCharCode(33 + i).repeat(997));
  app.on("/parts", async (_, response) => {
    response.writeHead(200, { "Cache-Control": "max-age=60" });
    for (const part of body) {
      response.write(part);
      await new Promise(setImmediate);
    }
    response.end();
  });
  for (const result of ["MISS", "HIT"]) expect(await told("/parts")).toBe(`${result} 200 ${body.join("")}`);
});

test("what is too large is passed on whole and not kept", async () => {
  const body = "x".repeat(100_001);
  app.on("/large", (_, response) => response.writeHead(200, { "Cache-Control": "max-age=60" }).end(body));
  app.on("/endless", (_, response) => {
    response.writeHead(200, { "Cache-Control": "max-age=60" });
    response.write(body.slice(5));
    response.end("x".repeat(5));
  });
  for (const path of ["/large", "/endless"]) {
    for (let i = 0; i < 2; i++) expect(await told(path)).toBe(`MISS 200 ${body}`);
  }
});

test("an old answer is asked about, and what the app says then is added to it", async () => {
  // It is 100 s old when it comes.
  const headers = { "Cache-Control": "max-age=60", Age: "100", ETag: '"v1"' };
  app.on("/old", (request, response, count) => {
    if (request.headers["if-none-match"] === '"v1"' && count < 3) {
      response
        .writeHead(304, { "Cache-Control": `max-age=${count === 1 ? 60 : 200}`, Age: "100", "X-Count": String(count) })
        .end();
    } else {
      response.writeHead(200, { ...headers, ...(count && { ETag: '"v2"', Age: "0" }) }).end(`body ${count}`);
    }
  });
  expect(await told("/old")).toBe("MISS 200 body 0");
  const asked = await ask("/old", { "If-None-Match": '"of the client"' });
  expect([asked.text, asked.headers["x-cache"], asked.headers["x-count"], asked.headers.age]).toEqual([
    "body 0",
    "HIT",
    "1",
    "100",
  ]);
  expect(app.seen("/old")[1]?.headers["if-none-match"]).toBe('"v1"');
  expect(await told("/old")).toBe("HIT 200 body 0");
  // Now it is fresh: nobody is asked until somebody insists.
  expect(await told("/old")).toBe("HIT 200 body 0");
  expect(app.seen("/old")).toHaveLength(3);
  expect(await told("/old", { "Cache-Control": "no-cache" })).toBe("MISS 200 body 3");
  expect(await told("/old")).toBe("HIT 200 body 3");
});

test("while a new answer is fetched the old one is given, if the app allows it", async () => {
  counting("/swr", { "Cache-Control": "max-age=60, stale-while-revalidate=600", Age: "100" });
  expect(await told("/swr")).toBe("MISS 200 no. 0");
  expect(await told("/swr")).toBe("STALE 200 no. 0");
  await eventually("the new answer", async () => (await told("/swr")) !== "STALE 200 no. 0");
});

test("while the app fails the old answer is given, if the app allows it", async () => {
  for (const [path, more] of [
    ["/sie", ", stale-if-error=600"],
    ["/strict", ""],
  ]) {
    app.on(path as string, (_, response, count) => {
      if (count === 0) response.writeHead(200, { "Cache-Control": `max-age=60${more}`, Age: "100" }).end("good");
      else if (count === 1) response.writeHead(503).end("x".repeat(50_000));
      else response.destroy();
    });
  }
  expect(await told("/sie")).toBe("MISS 200 good");
  expect(await told("/sie")).toBe("STALE 200 good");
  expect(await told("/sie")).toBe("STALE 200 good");
  const head = await ask("/sie", {}, "HEAD");
  expect([head.status, head.headers["x-cache"], head.headers["content-length"]]).toEqual([200, "STALE", "4"]);
  expect(await told("/strict")).toBe("MISS 200 good");
  expect((await ask("/strict")).status).toBe(503);
  expect((await ask("/strict")).status).toBe(502);
});

test("who wants only what is kept is told when there is nothing", async () => {
  counting("/only", { "Cache-Control": "max-age=60" });
  const nothing = await ask("/only", { "Cache-Control": "only-if-cached" });
  expect([nothing.status, (nothing.json as { error: { code: string } }).error.code]).toEqual([504, "NOT_IN_CACHE"]);
  await ask("/only");
  expect(await told("/only", { "Cache-Control": "only-if-cached" })).toBe("HIT 200 no. 0");
  expect(await told("/only", { "Cache-Control": "no-store" })).toBe("BYPASS 200 no. 1");
});

test("a change makes what is kept of its target outdated, unless the app refuses it", async () => {
  for (const path of ["/items", "/list"]) {
    app.on(path, (request, response, count) => {
      if (request.method === "GET") response.writeHead(200, { "Cache-Control": "max-age=60" }).end(`no. ${count}`);
      else response.writeHead(request.method === "POST" ? 303 : 403, { Location: "/list" }).end();
    });
  }
  await ask("/items");
  await ask("/list");
  expect((await ask("/items", {}, "DELETE")).status).toBe(403);
  expect(await told("/items")).toBe("HIT 200 no. 0");
  const change = await ask("/items", {}, "POST");
  expect([change.status, change.headers["x-cache"], change.headers.location]).toEqual([
    303,
    "BYPASS",
    "/apps/kept/list",
  ]);
  expect(await told("/items")).toBe("MISS 200 no. 3");
  expect(await told("/list")).toBe("MISS 200 no. 1");
});

test("many who ask for the same at the same time make one request", async () => {
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  app.on("/many", async (_, response, count) => {
    await released;
    response.writeHead(200, { "Cache-Control": "max-age=60" }).end(`no. ${count}`);
  });
  const answers = Array.from({ length: 6 }, () => told("/many"));
  await eventually("all have come", async () => (await active("kept")) === 6);
  release();
  expect((await Promise.all(answers)).sort()).toEqual([...new Array(5).fill("HIT 200 no. 0"), "MISS 200 no. 0"]);
  expect(app.seen("/many")).toHaveLength(1);
});

test("when the one who asked goes away another asks for all, and what is for one is fetched by each", async () => {
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  app.on("/left", async (_, response, count) => {
    // The first never gets its answer.
    if (count === 0) return;
    await released;
    response.writeHead(200, { "Cache-Control": "max-age=60" }).end(`no. ${count}`);
  });
  app.on("/personal", async (_, response, count) => {
    await released;
    response.writeHead(200, { "Cache-Control": "private, max-age=60" }).end(`no. ${count}`);
  });
  const impatient = await openRaw(gateway.apiPort, true);
  impatient.write(
    `GET /apps/kept/left HTTP/1.1\r\nHost: 127.0.0.1:${gateway.apiPort}\r\nAuthorization: ${mine.authorization}\r\n\r\n`,
  );
  await eventually("the first has come", () => app.seen("/left").length === 1);
  const left = Array.from({ length: 3 }, () => told("/left"));
  const personal = Array.from({ length: 4 }, () => told("/personal"));
  await eventually("all have come", async () => (await active("kept")) === 8);
  impatient.destroy();
  await eventually("another asks", () => app.seen("/left").length === 2);
  release();
  expect((await Promise.all(left)).sort()).toEqual(["HIT 200 no. 1", "HIT 200 no. 1", "MISS 200 no. 1"]);
  expect(app.seen("/left")).toHaveLength(2);
  const numbers = [0, 1, 2, 3].map((number) => `MISS 200 no. ${number}`);
  expect((await Promise.all(personal)).sort()).toEqual(numbers);
});

test("a client that takes nothing holds up nobody else, and what is large comes to HTTP/2 whole as well", async () => {
  await gateway.addRoute("large", app.url, { ...ROUTE, cache: { enabled: true, maxBytes: 16_000_000 } });
  const body = Buffer.alloc(15_000_000, "0123456789abcdef");
  app.on("/video", (_, response) => response.writeHead(200, { "Cache-Control": "max-age=60" }).end(body));
  const slow = await openRaw(gateway.apiPort, true);
  whenDone(() => slow.destroy());
  slow.pause();
  slow.write(
    `GET /apps/large/video HTTP/1.1\r\nHost: 127.0.0.1:${gateway.apiPort}\r\nAuthorization: ${mine.authorization}\r\n\r\n`,
  );
  await eventually("the first has come", () => app.seen("/video").length === 1);
  const next = await gateway.api("GET", "/apps/large/video", { headers: mine });
  expect([next.headers["x-cache"], next.text === body.toString()]).toEqual(["MISS", true]);
  const kept = await gateway.api("GET", "/apps/large/video", { headers: mine });
  expect([kept.headers["x-cache"], kept.text === body.toString()]).toEqual(["HIT", true]);

  const session = connect(`https://127.0.0.1:${gateway.apiPort}`, { rejectUnauthorized: false });
  whenDone(() => session.destroy());
  const stream = session.request({ ":path": "/apps/large/video", ...mine });
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect([headers["x-cache"], Buffer.concat(chunks).equals(body)]).toEqual(["HIT", true]);
  expect(app.seen("/video")).toHaveLength(2);
});

test("a route is emptied by the API, by the command line, and by every change of it", async () => {
  counting("/emptied", { "Cache-Control": "max-age=60" });
  expect(await told("/emptied")).toBe("MISS 200 no. 0");
  expect(await told("/emptied")).toBe("HIT 200 no. 0");
  expect((await gateway.admin("POST", "/api/v1/routes/kept/cache/purge")).status).toBe(204);
  expect(await told("/emptied")).toBe("MISS 200 no. 1");
  expect(await askRunning(gateway.dataFolder, "route.purge", { app: "kept" })).toEqual({ result: { routes: 1 } });
  expect(await told("/emptied")).toBe("MISS 200 no. 2");
  await expect(askRunning(gateway.dataFolder, "route.purge", { app: "nothing" })).rejects.toThrow(
    "There is no app nothing",
  );
  expect((await gateway.admin("POST", "/api/v1/routes/nothing/cache/purge")).status).toBe(404);
  await gateway.admin("PATCH", "/api/v1/routes/kept", { timeout: "20s" });
  expect(await told("/emptied")).toBe("MISS 200 no. 3");
  await gateway.admin("PATCH", "/api/v1/routes/kept", { cache: { ...ROUTE.cache, enabled: false } });
  expect(await told("/emptied")).toBe("undefined 200 no. 4");
  await gateway.admin("PATCH", "/api/v1/routes/kept", { cache: ROUTE.cache });
  expect(await told("/emptied")).toBe("MISS 200 no. 5");
});

test("what the cache did is counted", async () => {
  counting("/counted", { "Cache-Control": "max-age=60" });
  await ask("/counted");
  await ask("/counted");
  const cached = (result: string) =>
    `nekzus_proxy_cache_requests_total{app_id="kept",route_id="kept",result="${result}"}`;
  const text = await eventually("the report of the edge", async () => {
    const metrics = (await gateway.admin("GET", "/metrics")).text;
    return metrics.includes(cached("hit")) && metrics.includes(cached("miss")) ? metrics : undefined;
  });
  expect(text).toMatch(/nekzus_proxy_cache_bytes [1-9]/);
});

/** Requests of a route that are under way, as the gateway counts them. */
async function active(routeId: string): Promise<number> {
  const { text } = await gateway.admin("GET", "/metrics");
  return Number(new RegExp(`route_active_requests\\{[^}]*route_id="${routeId}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
