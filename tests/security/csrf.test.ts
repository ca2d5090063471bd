// No page of another origin changes anything: every mutation of the contract, by cookie, by position and without any
// credential, and by the cookie of the apps (CWE-352).
import { ENDPOINTS } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { call, judge, SAMPLE } from "../contract/calls.ts";
import { type EchoApp, startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { type BrowserSession, enterApp, startSession } from "../harness/session.ts";

let gateway: Gateway;
let app: EchoApp;
let session: BrowserSession;

beforeAll(async () => {
  [gateway, app] = await Promise.all([startGateway({ config: { auth: { local_access: true } } }), startEchoApp()]);
  await gateway.addRoute(SAMPLE, app.url);
  session = await startSession(gateway);
});

const changing = ENDPOINTS.filter(({ method }) => method !== "GET");
/** What browsers send along for pages that are not ours. The last two are our own host on another port. */
const pages = (): Record<string, string>[] => [
  { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "null", "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "none", origin: "https://evil.example" },
  { origin: `http://127.0.0.1:${gateway.apiPort}` },
  { origin: `https://127.0.0.1:${gateway.apiPort}.evil.example` },
  { origin: `https://127.0.0.1:${gateway.appsPort}`, "sec-fetch-site": "same-site" },
  { origin: `https://127.0.0.1:${gateway.apiPort}`, "sec-fetch-site": "same-site" },
];

/** Which apps and routes there are, and how often each was changed. */
async function state(): Promise<unknown> {
  const lists = await Promise.all(["apps", "routes"].map((name) => gateway.admin("GET", `/api/v1/${name}`)));
  return lists.map(({ json }) =>
    (json as { id?: string; routeId?: string; version: number }[]).map(({ id, routeId, version }) => [
      id ?? routeId,
      version,
    ]),
  );
}

test("a session's cookie and proof are of no use to a foreign page", async () => {
  const before = await state();
  const { cookie, proof } = session;
  for (const page of pages()) {
    for (const endpoint of changing) {
      const answer = await call(gateway, endpoint, { headers: { cookie, "x-nekzus-proof": proof, ...page } });
      expect([endpoint.id, page, judge(endpoint, answer)]).toEqual([endpoint.id, page, "ORIGIN_NOT_ALLOWED"]);
    }
  }
  expect(await state()).toEqual(before);
});

test("a session without Origin and Sec-Fetch-Site changes nothing either", async () => {
  const { cookie, proof } = session;
  for (const extra of [{}, { "sec-fetch-site": "none" }] as Record<string, string>[]) {
    for (const endpoint of changing) {
      const answer = await call(gateway, endpoint, { headers: { cookie, "x-nekzus-proof": proof, ...extra } });
      expect([endpoint.id, judge(endpoint, answer)]).toEqual([endpoint.id, "ORIGIN_NOT_ALLOWED"]);
    }
  }
});

test("without proof or without anything, this machine is no credential for a page", async () => {
  const before = await state();
  for (const page of pages()) {
    for (const endpoint of changing) {
      const expected = endpoint.access.kind === "open" ? "ORIGIN_NOT_ALLOWED" : "UNAUTHORIZED";
      for (const headers of [page, { ...page, cookie: session.cookie }]) {
        const answer = await call(gateway, endpoint, { headers });
        expect([endpoint.id, page, judge(endpoint, answer)]).toEqual([endpoint.id, page, expected]);
      }
    }
  }
  expect(await state()).toEqual(before);
});

test("what a form can send is no JSON", async () => {
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=b", ""]) {
    for (const endpoint of changing.filter(({ body }) => body)) {
      const headers = { ...session.headers, "content-type": type };
      const answer = await call(gateway, endpoint, { headers });
      expect([endpoint.id, type, judge(endpoint, answer)]).toEqual([endpoint.id, type, "UNSUPPORTED_MEDIA_TYPE"]);
    }
  }
});

test("our own page may; the proof counts also with an Origin alone", async () => {
  const { cookie, proof } = session;
  const own = { cookie, "x-nekzus-proof": proof, origin: `https://127.0.0.1:${gateway.apiPort}` };
  for (const headers of [own, { ...own, "sec-fetch-site": "same-origin" }]) {
    const answer = await gateway.api("PATCH", `/api/v1/apps/${SAMPLE}`, { headers, body: { group: "home" } });
    expect(answer.status).toBe(200);
  }
});

test("a foreign page cannot make an app act by the apps cookie", async () => {
  const cookie = await enterApp(gateway, session, SAMPLE);
  const path = `/apps/${SAMPLE}/change`;
  expect((await gateway.apps("POST", path, { headers: { cookie, "sec-fetch-site": "same-origin" } })).status).toBe(200);
  const before = app.seen.length;
  for (const page of pages().slice(0, 5)) {
    const answer = await gateway.apps("POST", path, { headers: { cookie, ...page } });
    expect([page, answer.status]).toEqual([page, 403]);
  }
  expect(app.seen).toHaveLength(before);
});
