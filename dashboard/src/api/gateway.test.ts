import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { appsList, routesList } from "./endpoints.gen.ts";
import { asFailure, type FailureKind } from "./failure.ts";
import { connection, send, session } from "./gateway.ts";

/** What the gateway answers, by path; undefined is silence. */
let answers: Record<string, number | undefined> = {};
let asked: string[] = [];

beforeEach(() => {
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const status = answers[path];
    if (status === undefined) throw new TypeError("Failed to fetch");
    return new Response("{}", { status });
  });
  // Without storage the page itself holds the proof.
  vi.stubGlobal("localStorage", undefined);
  asked = [];
  session.begin("p1");
});
afterEach(() => vi.unstubAllGlobals());

const kindOf = (work: Promise<unknown>): Promise<FailureKind | "none"> =>
  work.then(
    () => "none",
    (error) => asFailure(error).kind,
  );

/** Lets what was started in the background come to its end. */
const settle = () => vi.waitFor(() => expect(asked.length).toBeGreaterThan(0)).then(() => new Promise(setImmediate));

test.each([200, 403, 429, 500, 502, 503, undefined])(
  "calls answered with 401 while the identity check says %s: still signed in",
  async (status) => {
    answers = { "/api/v1/apps": 401, "/api/v1/routes": 401, "/api/v1/auth/me": status, "/api/v1/healthz": 200 };
    expect(await Promise.all([kindOf(send(appsList)), kindOf(send(routesList))])).toEqual(["signed-out", "signed-out"]);
    await settle();
    expect(asked.filter((path) => path === "/api/v1/auth/me")).toHaveLength(1);
    expect(session.state.get()).toEqual({ signedIn: true });
  },
);

test("only 401 to the identity check ends the session", async () => {
  session.confirm();
  answers = { "/api/v1/apps": 401, "/api/v1/auth/me": 401 };
  await kindOf(send(appsList));
  await settle();
  expect(session.state.get()).toEqual({ signedIn: false, reason: "ended" });
});

test("silence everywhere takes the link away and nobody is signed out", async () => {
  answers = {};
  expect(await kindOf(send(appsList))).toBe("unreachable");
  await vi.waitFor(() => expect(connection.link.get().state).toBe("away"), { timeout: 5000 });
  expect(session.state.get().signedIn).toBe(true);
  answers = { "/api/v1/healthz": 200 };
  connection.retryNow();
  await vi.waitFor(() => expect(connection.link.get().state).toBe("live"));
});
