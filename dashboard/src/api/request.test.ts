import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { appFavicon, appPatch, appsList, jobsList, login, routeDelete, serviceHealth } from "./endpoints.gen.ts";
import type { Failure } from "./failure.ts";
import { createSend } from "./request.ts";

const APP = { id: "grafana", name: "Grafana", tags: [], faviconUrl: "/i", faviconURL: "/i", version: 3 };
const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

/** A gateway that gives one answer, or none, and remembers what it was asked. */
function gateway(answer: () => Response | Promise<Response>) {
  const asked: { address: string; init: RequestInit }[] = [];
  const failures: Failure[] = [];
  const send = createSend({
    async fetch(address, init) {
      asked.push({ address, init });
      return answer();
    },
    proof: () => "proof-1",
    now: Date.now,
    onFailure: (failure) => failures.push(failure),
  });
  return { send, asked, failures };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
const error = (status: number, code: string, headers: Record<string, string> = {}, details?: unknown) =>
  json({ error: { code, message: `said ${code}`, details } }, status, headers);

const failed = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => expect.unreachable("it should have failed"),
    (failure: Failure) => failure,
  );

test("parameters, query, body, version and proof go where they belong", async () => {
  const { send, asked } = gateway(() => json(APP));
  await send(appPatch, { params: { appId: "a/b?c" }, body: { name: "New" }, version: 3 });
  expect(asked[0]?.address).toBe("/api/v1/apps/a%2Fb%3Fc");
  expect(asked[0]?.init).toMatchObject({
    method: "PATCH",
    body: '{"name":"New"}',
    credentials: "same-origin",
    headers: { "X-Nekzus-Proof": "proof-1", "If-Match": '"3"', "Content-Type": "application/json" },
  });
});

test("a query leaves out what is undefined", async () => {
  const { send, asked } = gateway(() => json([]));
  await send(jobsList, { query: { limit: 5 } });
  await send(jobsList, { query: { limit: undefined } });
  await send(jobsList);
  expect(asked.map(({ address }) => address)).toEqual(["/api/v1/jobs?limit=5", "/api/v1/jobs", "/api/v1/jobs"]);
});

test("no body is undefined, with what the headers say beside it", async () => {
  const { send } = gateway(
    () => new Response(null, { status: 204, headers: { "X-Nekzus-Deletion": "d1", "X-Nekzus-Pending": "true" } }),
  );
  expect(await send(routeDelete, { params: { routeId: "r" } })).toEqual({
    data: undefined,
    deletionId: "d1",
    pending: true,
  });
});

test("bytes come as a Blob and may be kept by the browser", async () => {
  const { send, asked } = gateway(() => new Response("<svg/>", { headers: { "Content-Type": "image/svg+xml" } }));
  const { data } = await send(appFavicon, { params: { appId: "a" } });
  expect([data.type, await data.text()]).toEqual(["image/svg+xml", "<svg/>"]);
  expect(asked[0]?.init.cache).toBe("default");
});

test("a status with a shape of its own is an answer; with an error it is a failure", async () => {
  const unhealthy = { appId: "a", status: "unhealthy", consecutiveFailures: 2 };
  const { send } = gateway(() => json(unhealthy, 503));
  expect((await send(serviceHealth, { params: { appId: "a" } })).data).toEqual(unhealthy);
  const broken = gateway(() => error(503, "STORAGE_UNAVAILABLE"));
  expect(await failed(broken.send(serviceHealth, { params: { appId: "a" } }))).toMatchObject({
    kind: "unavailable",
    code: "STORAGE_UNAVAILABLE",
  });
});

test.each([
  [400, "VALIDATION_FAILED", "invalid"],
  [401, "UNAUTHORIZED", "signed-out"],
  [401, "TOKEN_EXPIRED", "signed-out"],
  [401, "INVALID_CREDENTIALS", "invalid"],
  [403, "FORBIDDEN", "forbidden"],
  [404, "APP_NOT_FOUND", "missing"],
  [409, "ROUTE_CONFLICT", "conflict"],
  [412, "VERSION_CONFLICT", "conflict"],
  [413, "PAYLOAD_TOO_LARGE", "invalid"],
  [429, "RATE_LIMIT_EXCEEDED", "limited"],
  [500, "INTERNAL_ERROR", "broken"],
  [502, "BAD_GATEWAY", "unavailable"],
  [503, "SERVICE_UNAVAILABLE", "unavailable"],
  [504, "GATEWAY_TIMEOUT", "unavailable"],
  [421, "HOST_NOT_ALLOWED", "broken"],
])("%i %s is %s", async (status, code, kind) => {
  const { send, failures } = gateway(() => error(status, code, { "X-Request-ID": "req-1" }));
  const failure = await failed(send(appsList));
  expect(failure).toMatchObject({ kind, status, code, message: `said ${code}`, requestId: "req-1" });
  expect(failures).toEqual([failure]);
});

test("a refused value keeps its reasons, and what is none is left out", async () => {
  const details = [{ path: "username", reason: "is missing" }, null, 4, { path: "x" }];
  const { send } = gateway(() => error(400, "VALIDATION_FAILED", {}, details));
  const failure = await failed(send(login, { body: { username: "", password: "x" } }));
  expect(failure.details).toEqual([{ path: "username", reason: "is missing" }]);
});

test.each([
  ["7", NOW + 7000],
  ["Thu, 01 Jan 2026 00:01:00 GMT", NOW + 60_000],
  ["soon", undefined],
])("Retry-After %s", async (header, at) => {
  const { send } = gateway(() => error(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": header }));
  expect((await failed(send(appsList))).retryAt).toBe(at);
});

test.each([
  ["a page in the place of JSON", () => new Response("<html>Sign in to the hotel's network</html>")],
  ["nothing", () => new Response("")],
  ["JSON of another form", () => json([{}])],
  ["half of the JSON", () => new Response('[{"id":"gra')],
  ["a status that the contract does not name", () => json([], 206)],
])("%s is unreadable", async (_, answer) => {
  expect((await failed(gateway(answer).send(appsList))).kind).toBe("unreadable");
});

test("an error page of something in between is judged by its status", async () => {
  const { send } = gateway(() => new Response("<html>Bad gateway</html>", { status: 502 }));
  expect(await failed(send(appsList))).toMatchObject({ kind: "unavailable", code: "", message: "" });
});

test("no answer is unreachable", async () => {
  const { send } = gateway(() => Promise.reject(new TypeError("Failed to fetch")));
  expect((await failed(send(appsList))).kind).toBe("unreachable");
});

test("a read is given up after 15 seconds, a change after 30", async () => {
  const send = createSend({
    fetch: (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    proof: () => "",
    now: Date.now,
    onFailure: () => undefined,
  });
  const ended: string[] = [];
  void failed(send(appsList)).then(({ kind }) => ended.push(`read ${kind}`));
  void failed(send(routeDelete, { params: { routeId: "r" } })).then(({ kind }) => ended.push(`change ${kind}`));
  await vi.advanceTimersByTimeAsync(14_900);
  expect(ended).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(ended).toEqual(["read slow"]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(ended).toEqual(["read slow", "change slow"]);
});

test("who no longer wants the answer is told no failure", async () => {
  const given = new AbortController();
  const { send, failures } = gateway(() => {
    given.abort(new Error("left the screen"));
    return Promise.reject(new DOMException("aborted", "AbortError"));
  });
  expect((await failed(send(appsList, undefined, { signal: given.signal }))).message).toBe("left the screen");
  expect(failures).toEqual([]);
});
