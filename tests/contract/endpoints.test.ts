import { BODY_LIMITS, ENDPOINTS, type EndpointSpec, type ErrorCode } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson } from "../harness/people.ts";
import { pairPhone } from "../harness/phone.ts";
import { type Answer, type RequestOptions, sendRaw } from "../harness/request.ts";
import { type BrowserSession, startSession } from "../harness/session.ts";
import { bodyOf, call, judge, pathOf, SAMPLE } from "./calls.ts";

const FOREIGN_PAGE = { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
const METHODS = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"];

let gateway: Gateway;
/** A gateway on its first run, where this process is `local`. */
let fresh: Gateway;
let app: EchoApp;
let admin: Record<string, string>;
let session: BrowserSession;
let phone: Record<string, string>;

beforeAll(async () => {
  [gateway, fresh, app] = await Promise.all([
    startGateway(),
    startGateway({ admin: false, config: { auth: { local_access: true } } }),
    startEchoApp(),
  ]);
  await gateway.addRoute(SAMPLE, app.url);
  admin = { authorization: `Bearer ${await gateway.signIn()}` };
  session = await startSession(gateway);
  phone = await pairPhone(gateway, "phone");
});

/** Calls the endpoints one after the other and answers what each said: its error code, or its status. */
async function walk(
  endpoints: readonly EndpointSpec[],
  change: (endpoint: EndpointSpec) => Partial<RequestOptions>,
  at = gateway,
): Promise<[string, ErrorCode | number][]> {
  const said: [string, ErrorCode | number][] = [];
  for (const endpoint of endpoints) {
    const answer = await call(at, endpoint, change(endpoint));
    said.push([endpoint.id, judge(endpoint, answer) ?? answer.status]);
  }
  return said;
}

const all = (endpoints: readonly EndpointSpec[], code: ErrorCode | number) => endpoints.map(({ id }) => [id, code]);
const guarded = ENDPOINTS.filter(({ access }) => access.kind !== "open");
const changing = ENDPOINTS.filter(({ method }) => method !== "GET");
const withBody = ENDPOINTS.filter(({ body }) => body);
/** Latched by the first administrator, and says so before it looks at the body. */
const openForBodies = withBody.filter(({ id }) => id !== "auth.setup");
/** As who an endpoint's input is looked at: sign-in without a credential, hand-over by a session, kept cookies by a device, the rest by a person's token. */
function caller({ access }: EndpointSpec): Record<string, string> {
  if (access.kind === "open") return {};
  if (access.kind === "browserSession") return session.headers;
  return access.kind === "signedIn" && access.only === "device" ? phone : admin;
}

test("no credential: 401 everywhere but on what is open", async () => {
  expect(await walk(guarded, () => ({}))).toEqual(all(guarded, "UNAUTHORIZED"));
  const open = await walk(
    ENDPOINTS.filter(({ access }) => access.kind === "open"),
    () => ({}),
  );
  // These two ask for a token of another kind than the guard knows.
  expect(open.filter(([, said]) => said === "UNAUTHORIZED").map(([id]) => id)).toEqual(["auth.pair", "auth.refresh"]);
});

test("a credential that is no good: 401, also from this machine", async () => {
  for (const authorization of ["Bearer nonsense", "Basic YTpi", "Bearer "]) {
    expect(await walk(guarded, () => ({ headers: { authorization } }))).toEqual(all(guarded, "UNAUTHORIZED"));
    expect(await walk(guarded, () => ({ headers: { authorization } }), fresh)).toEqual(all(guarded, "UNAUTHORIZED"));
  }
});

test("a page of another site: 403 for every change by a session, 401 where it would have been local", async () => {
  const bySession = await walk(changing, () => ({ headers: { ...session.headers, ...FOREIGN_PAGE } }));
  expect(bySession).toEqual(all(changing, "ORIGIN_NOT_ALLOWED"));
  const byNobody = await walk(changing, () => ({ headers: FOREIGN_PAGE }), fresh);
  expect(byNobody).toEqual(
    changing.map(({ id, access }) => [id, access.kind === "open" ? "ORIGIN_NOT_ALLOWED" : "UNAUTHORIZED"]),
  );
  const reading = guarded.filter(({ method }) => method === "GET");
  const read = await walk(reading, () => ({ headers: FOREIGN_PAGE }), fresh);
  expect(read).toEqual(all(reading, "UNAUTHORIZED"));
});

test("a foreign Host: 421 everywhere, before anything else", async () => {
  const headers = { host: "evil.example" };
  expect(await walk(ENDPOINTS, () => ({ headers }))).toEqual(all(ENDPOINTS, "HOST_NOT_ALLOWED"));
  for (const path of ["/api/v1/absent", "/apps/sample/", "/apps/.nekzus/enter"]) {
    expect((await gateway.api("PUT", path, { headers })).status).toBe(421);
  }
});

test("a wrong method: 405 that names the right ones, whoever asks", async () => {
  for (const endpoint of new Map(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint])).values()) {
    const path = pathOf(endpoint);
    // A path can stand for several: /api/v1/routes/test is that of the route "test" as well.
    const here = ENDPOINTS.filter((other) => RegExp(`^${other.path.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path));
    const offered = new Set<string>(here.map(({ method }) => method));
    if (here.some(({ method, consumes }) => method === "GET" && !consumes)) offered.add("HEAD");
    for (const method of METHODS.filter((name) => !offered.has(name))) {
      const answer = await call(gateway, endpoint, { method, body: undefined });
      expect([path, method, answer.status, answer.headers.allow]).toEqual([
        path,
        method,
        405,
        [...offered].sort().join(", "),
      ]);
      if (method !== "HEAD") expect(judge(endpoint, answer)).toBe("METHOD_NOT_ALLOWED");
    }
  }
});

test("an unknown path: 404 that names it, for every method", async () => {
  const below = ENDPOINTS.filter(({ path, listener }) => path.startsWith("/api/") && !listener).map(
    (endpoint) => `${pathOf(endpoint)}/absent/deeper`,
  );
  const odd = ["/api", "/api/", "/api/v1", "/api/v2/apps", "/API/v1/apps", "//api/v1/apps", "/api/v1/apps;x", "/apis"];
  for (const path of [...new Set(below), ...odd, "/metrics/x", "/healthz/x", "/assets/", "/absent"]) {
    const answer = await gateway.api("GET", path, { headers: admin });
    expect([path, answer.status, answer.json]).toMatchObject([path, 404, { error: { code: "NOT_FOUND" } }]);
    expect(answer.headers).toHaveProperty("x-api-version");
    expect(answer.text).toContain(path);
  }
  for (const method of METHODS) {
    expect([method, (await gateway.api(method, "/api/v1/absent", { headers: admin })).status]).toEqual([method, 404]);
  }
});

test("HEAD: as GET without the body, but nothing that uses something up", async () => {
  for (const endpoint of ENDPOINTS.filter(({ method }) => method === "GET")) {
    const headers = caller(endpoint);
    const [get, head] = [
      await call(gateway, endpoint, { headers }),
      await call(gateway, endpoint, { headers, method: "HEAD" }),
    ];
    expect([endpoint.id, head.status, head.text]).toEqual([endpoint.id, endpoint.consumes ? 405 : get.status, ""]);
    if (!endpoint.consumes) expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
  }
});

test("a hand-over code survives the HEAD of a link checker", async () => {
  const body = { appId: SAMPLE };
  const made = await gateway.api("POST", "/api/v1/auth/hand-over", { body, headers: session.headers });
  const { pathname, search } = new URL((made.json as { url: string }).url);
  expect((await gateway.apps("HEAD", pathname + search)).status).toBe(405);
  expect((await gateway.apps("GET", pathname + search)).status).toBe(303);
});

test("a wrong media type: 415, of a form as of nonsense", async () => {
  for (const type of [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "a;;/b",
    "application/jsonp",
  ]) {
    const said = await walk(withBody, (endpoint) => ({ headers: { ...caller(endpoint), "content-type": type } }));
    expect(said).toEqual(all(withBody, "UNSUPPORTED_MEDIA_TYPE"));
  }
});

test("a body that is no JSON: 400 INVALID_JSON; one of the wrong kind: 400 VALIDATION_FAILED", async () => {
  for (const body of ['{"broken":', "", "{}x", "'a'", `{"a":"\u0001"}`]) {
    const said = await walk(openForBodies, (endpoint) => ({ headers: caller(endpoint), body }));
    const expected = openForBodies.map(({ id, bodyOptional }) => [
      id,
      bodyOptional && body === "" ? 503 : "INVALID_JSON",
    ]);
    expect(said.map(([id, code]) => [id, code === "FEATURE_DISABLED" ? 503 : code])).toEqual(expected);
  }
  for (const body of ["[]", "null", "1", '"text"']) {
    const said = await walk(openForBodies, (endpoint) => ({ headers: caller(endpoint), body }));
    expect(said).toEqual(all(openForBodies, "VALIDATION_FAILED"));
  }
  const setup = ENDPOINTS.filter(({ id }) => id === "auth.setup");
  expect(await walk(setup, () => ({ body: "{" }), fresh)).toEqual(all(setup, "INVALID_JSON"));
  expect(await walk(setup, () => ({ body: { username: "a b" } }), fresh)).toEqual(all(setup, "VALIDATION_FAILED"));
  expect(await walk(setup, () => ({ body: "{" }))).toEqual(all(setup, "SETUP_ALREADY_COMPLETED"));
});

test("an oversized body: 413, by its announced length and by its chunks", async () => {
  const tooLong = (endpoint: EndpointSpec) =>
    JSON.stringify({ ...bodyOf(endpoint), filler: "x".repeat(endpoint.bodyLimit ?? BODY_LIMITS.general) });
  const announced = await walk(withBody, (endpoint) => ({ headers: caller(endpoint), body: tooLong(endpoint) }));
  expect(announced).toEqual(all(withBody, "PAYLOAD_TOO_LARGE"));
  for (const endpoint of openForBodies) {
    const answer = await sendChunked(endpoint, tooLong(endpoint));
    expect([endpoint.id, judge(endpoint, answer)]).toEqual([endpoint.id, "PAYLOAD_TOO_LARGE"]);
  }
});

test("unknown fields are accepted, and the largest body is", async () => {
  for (const endpoint of openForBodies) {
    const limit = endpoint.bodyLimit ?? BODY_LIMITS.general;
    const plain = JSON.stringify({ ...bodyOf(endpoint), filler: "" });
    const body = JSON.stringify({ ...bodyOf(endpoint), filler: "x".repeat(limit - plain.length) });
    expect(body).toHaveLength(limit);
    const answer = await call(gateway, endpoint, { headers: caller(endpoint), body });
    const code = judge(endpoint, answer);
    expect([endpoint.id, code]).not.toEqual([endpoint.id, "PAYLOAD_TOO_LARGE"]);
    // The password in the sample is a wrong one, which is told like a value that is not allowed.
    const { error } = answer.json as { error?: { details?: { path: string }[] } };
    const refused = code === "VALIDATION_FAILED" ? error?.details?.map(({ path }) => path) : [];
    expect([endpoint.id, refused]).toEqual([endpoint.id, endpoint.id === "auth.password" ? ["currentPassword"] : []]);
  }
});

test("ids that cannot be: 400 with the parameter's name", async () => {
  // Files and screens have no ids: any name is one that may not be there.
  const names = ["assets", "dashboard.screen"];
  const withId = ENDPOINTS.filter(({ path, id }) => path.includes("{") && !names.includes(id));
  for (const bad of ["a%20b", "%ff", "a%2Fb", "x".repeat(600), "%F0%9F%92%A9"]) {
    const said = await walk(withId, (endpoint) => ({
      headers: caller(endpoint),
      path: endpoint.path.replace(/\{[^}]+\}/g, bad),
    }));
    expect(said).toEqual(all(withId, bad === "%ff" ? "BAD_REQUEST" : "VALIDATION_FAILED"));
  }
});

test("the guards stand in the order of ruling R27", async () => {
  const put = (headers: Record<string, string>, body: string, path = "/api/v1/routes/sample", method = "PUT") =>
    gateway.api(method, path, { headers, body }).then(({ json }) => (json as { error: { code: string } }).error.code);
  const [form, long] = [{ "content-type": "text/plain" }, "x".repeat(BODY_LIMITS.general + 1)];
  const { headers: member } = await startSession(gateway, await addPerson(gateway, "ben"));
  expect(await put({ ...FOREIGN_PAGE, ...form, host: "evil.example" }, long, "/api/v1/absent")).toBe(
    "HOST_NOT_ALLOWED",
  );
  expect(await put({ ...FOREIGN_PAGE, ...form }, long, "/api/v1/absent")).toBe("NOT_FOUND");
  expect(await put({ ...FOREIGN_PAGE, ...form }, long, "/api/v1/routes/sample", "POST")).toBe("METHOD_NOT_ALLOWED");
  expect(await put({ ...FOREIGN_PAGE, ...form }, long)).toBe("UNAUTHORIZED");
  expect(await put({ ...member, ...FOREIGN_PAGE, ...form }, long)).toBe("ORIGIN_NOT_ALLOWED");
  expect(await put({ ...member, ...form }, long)).toBe("FORBIDDEN");
  expect(await put({ ...admin, ...form }, long)).toBe("UNSUPPORTED_MEDIA_TYPE");
  expect(await put(admin, long)).toBe("PAYLOAD_TOO_LARGE");
  expect(await put(admin, "x")).toBe("INVALID_JSON");
  expect(await put(admin, "{}")).toBe("VALIDATION_FAILED");
});

// The last one, because it removes what the others call.
test("every endpoint answers an administrator as documented", async () => {
  const order = ["GET", "PATCH", "PUT", "POST", "DELETE"];
  const place = ({ id, method }: EndpointSpec) => (id === "auth.logout" ? order.length : order.indexOf(method));
  const sorted = [...ENDPOINTS].sort((a, b) => place(a) - place(b));
  // What the tests before uploaded.
  await gateway.admin("DELETE", `/api/v1/apps/${SAMPLE}/icon`);
  const said = Object.fromEntries(await walk(sorted, (endpoint) => ({ headers: caller(endpoint) })));
  expect(said).toMatchObject({
    "apps.list": 200,
    "apps.get": 200,
    "apps.put": 200,
    "apps.patch": 200,
    "apps.delete": 204,
    "apps.enter": 400,
    "apps.enter-host": 400,
    "apps.favicon": "FAVICON_NOT_FOUND",
    "auth.hand-over": 200,
    "auth.hand-over-host": "APP_NOT_FOUND",
    "auth.login": "INVALID_CREDENTIALS",
    "auth.logout": 200,
    "auth.setup": "SETUP_ALREADY_COMPLETED",
    "discovery.dismissed": 200,
    "discovery.rediscover": "FEATURE_DISABLED",
    "discovery.sources": 200,
    "proposals.approve": "FEATURE_DISABLED",
    "proposals.restore": "FEATURE_DISABLED",
    "jobs.get": "NOT_FOUND",
    "icons.put": 200,
    "icons.delete": "APP_NOT_FOUND",
    "routes.put": 200,
    "routes.patch": 200,
    "routes.test": 200,
    "services.health": 200,
    metrics: 200,
  });
});

async function sendChunked(endpoint: EndpointSpec, body: string): Promise<Answer> {
  const lines = [
    `${endpoint.method} ${pathOf(endpoint)} HTTP/1.1`,
    `host: 127.0.0.1:${gateway.apiPort}`,
    "content-type: application/json",
    "transfer-encoding: chunked",
    "connection: close",
    ...Object.entries(caller(endpoint)).map(([name, value]) => `${name}: ${value}`),
  ];
  const bytes = `${lines.join("\r\n")}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const begun = performance.now();
  const [head = "", text = ""] = (await sendRaw(gateway.apiPort, true, bytes, 3000)).split("\r\n\r\n");
  const ms = performance.now() - begun;
  const [status = "", ...rest] = head.split("\r\n");
  const headers = Object.fromEntries(
    rest.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(status.split(" ")[1]), headers, text, json: JSON.parse(text), ms };
}
