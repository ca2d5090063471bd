import { expect, test } from "vitest";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { createFindings } from "./findings.ts";
import type { Visit, VisitAnswer } from "./visit.ts";
import { WALK_MS, walkThrough } from "./walk.ts";

const ORIGIN = "https://nas.local:8444";
const PLACE = { prefix: "/apps/x/", helped: false, websocket: true, exclude: [] };

function answer(status: number, type: string, body: string, headers = {}): VisitAnswer {
  const none = { truncated: false, refusal: undefined, message: undefined };
  return { status, headers: { "content-type": type, ...headers }, body: Buffer.from(body), ...none };
}

/** Walks through an app that takes `takesMs` for each answer. */
async function walk(app: (path: string) => VisitAnswer, takesMs = 0) {
  const clock = createVirtualClock();
  const findings = createFindings();
  const asked: { path: string; timeoutMs: number }[] = [];
  const visit: Visit = {
    origin: ORIGIN,
    async ask(path, { timeoutMs }) {
      asked.push({ path, timeoutMs });
      await clock.advance(takesMs);
      return app(path);
    },
  };
  const walked = await walkThrough({ visit, place: PLACE, findings, clock });
  return { walked, asked, seen: findings.all().map(({ kind, text }) => `${kind} ${text ?? ""}`.trim()) };
}

const script = (n: number) => `<script src="${n}.js"></script>`;

test("a slow app is left when the time of the whole is over, and no answer is waited for longer", async () => {
  const page = Array.from({ length: 20 }, (_, n) => script(n)).join("");
  const app = (path: string) =>
    path === "/apps/x/" ? answer(200, "text/html", page) : answer(200, "text/javascript", "");
  const { walked, asked, seen } = await walk(app, 3000);
  expect(walked).toMatchObject({ loaded: true });
  expect(seen).toContain("incomplete the time was over");
  expect(asked.length).toBeLessThan(10);
  for (const { timeoutMs } of asked) expect(timeoutMs).toBeLessThanOrEqual(WALK_MS / 2);
});

test("the gateway's own refusal is no page of the app", async () => {
  const refusal = {
    ...answer(503, "application/json", ""),
    refusal: "APP_MAINTENANCE",
    message: "It is being mended.",
  };
  const { walked, seen } = await walk(() => refusal);
  expect(walked).toMatchObject({ loaded: false, status: 503, reason: "It is being mended." });
  expect(seen).toEqual([]);
});

test("a file that the route's limit withholds, one that asks for a sign-in, and a manifest that is missing", async () => {
  const page = `${script(1)}${script(2)}<link rel="manifest" href="m.json">`;
  const { walked, seen } = await walk((path) => {
    if (path === "/apps/x/") return answer(200, "text/html", page);
    return answer(path.endsWith("1.js") ? 429 : path.endsWith("2.js") ? 401 : 404, "text/plain", "");
  });
  expect(walked.filesRead).toBe(0);
  expect(seen).toEqual(["incomplete the route's limit of requests was reached"]);
});

test("an answer that is no page has nothing to read", async () => {
  expect((await walk(() => answer(200, "application/json", "{}"))).walked).toMatchObject({
    loaded: true,
    filesRead: 0,
  });
  expect((await walk(() => answer(404, "text/html", ""))).walked).toMatchObject({ loaded: false, status: 404 });
  expect((await walk(() => answer(401, "text/plain", ""))).seen).toEqual(["sign-in status 401"]);
});
