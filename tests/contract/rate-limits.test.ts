import { LIMITS } from "@nekzus/contract";
import { beforeAll, expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import type { Answer } from "../harness/request.ts";
import { startSession } from "../harness/session.ts";

/** The limits that nobody configured: those of the public API page. */
let gateway: Gateway;
let admin: Record<string, string>;
/** Each test comes from an address of its own, and so has buckets of its own. */
let addresses = 1;
const newAddress = () => `127.0.7.${addresses++}`;

beforeAll(async () => {
  gateway = await startGateway({ config: { rate_limits: {} } });
  admin = { authorization: `Bearer ${await gateway.signIn()}` };
});

/** Asks until it is refused, and answers everything that came back. */
async function drain(ask: (count: number) => Promise<Answer>, most: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.at(-1)?.status !== 429 && answers.length <= most) answers.push(await ask(answers.length));
  return answers;
}

const CLASSES = [
  ["general", "/api/v1/auth/setup-status", "GET"],
  ["metrics", "/metrics", "GET"],
  ["health", "/livez", "GET"],
  ["auth", "/api/v1/auth/login", "POST"],
] as const;

test.each(CLASSES)(
  "class %s: burst and refill are the page's, and the headers tell the truth",
  async (name, path, method) => {
    const { burst, perSecond } = LIMITS[name];
    const localAddress = newAddress();
    const began = performance.now();
    const ask = () => gateway.api(method, path, { localAddress, body: method === "POST" ? {} : undefined });
    const answers = await drain(ask, 2 * burst);
    const seconds = (performance.now() - began) / 1000;

    const allowed = answers.length - 1;
    expect(allowed).toBeGreaterThanOrEqual(burst);
    expect(allowed).toBeLessThanOrEqual(Math.floor(burst + seconds * perSecond));
    expect(answers[0]?.headers).toMatchObject({
      "x-ratelimit-limit": String(burst),
      "x-ratelimit-remaining": String(burst - 1),
    });
    const refused = answers.at(-1) as Answer;
    expect(refused.json).toMatchObject({ error: { code: "RATE_LIMIT_EXCEEDED" } });
    expect(refused.headers["x-ratelimit-remaining"]).toBe("0");
    const retryAfter = Number(refused.headers["retry-after"]);
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(Math.ceil(1 / perSecond));
    expect(retryAfter).toBeGreaterThanOrEqual(Math.floor(1 / perSecond - seconds));
    const reset = Number(refused.headers["x-ratelimit-reset"]) - Date.now() / 1000;
    expect(reset).toBeGreaterThan(burst / perSecond - 3);
    expect(reset).toBeLessThan(burst / perSecond + 2);
  },
);

test("after Retry-After seconds the next request is let through", async () => {
  const localAddress = newAddress();
  const ask = () => gateway.api("GET", "/livez", { localAddress });
  const refused = (await drain(ask, 200)).at(-1) as Answer;
  await new Promise((done) => setTimeout(done, 1000 * Number(refused.headers["retry-after"])));
  expect((await ask()).status).toBe(200);
});

test("no header moves a client to another bucket", async () => {
  const localAddress = newAddress();
  const forged = (count: number) => ({
    "x-forwarded-for": `203.0.113.${count}`,
    "x-real-ip": `203.0.113.${count}`,
    forwarded: `for=203.0.113.${count}`,
    "x-client-ip": `203.0.113.${count}`,
    "x-nekzus-facts": `x 203.0.113.${count} 10 api`,
  });
  const { burst } = LIMITS.general;
  const answers = await drain(
    (count) => gateway.api("GET", "/api/v1/auth/setup-status", { localAddress, headers: forged(count) }),
    2 * burst,
  );
  expect(answers.at(-1)?.status).toBe(429);
  expect(answers.length).toBeLessThan(burst + 10);
  const other = await gateway.api("GET", "/api/v1/auth/setup-status", { localAddress: newAddress() });
  expect(other.headers["x-ratelimit-remaining"]).toBe(String(burst - 1));
});

test("the limit comes before the credential, and a bad credential buys nothing", async () => {
  const localAddress = newAddress();
  const answers = await drain(() => gateway.api("GET", "/api/v1/apps", { localAddress }), 2 * LIMITS.general.burst);
  expect(answers.slice(0, -1).every(({ status }) => status === 401)).toBe(true);
  for (const headers of [{ authorization: "Bearer x" }, { cookie: "__Host-nekzus-session=x" }, admin]) {
    expect((await gateway.api("GET", "/api/v1/apps", { localAddress, headers })).status).toBe(429);
  }
});

test("a dashboard session has a bucket of its own, twenty times larger", async () => {
  const { cookie, headers } = await startSession(gateway);
  const localAddress = newAddress();
  await drain(() => gateway.api("GET", "/api/v1/apps", { localAddress }), 2 * LIMITS.general.burst);
  const answer = await gateway.api("GET", "/api/v1/apps", { localAddress, headers });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "x-ratelimit-limit": String(20 * LIMITS.general.burst),
    "x-ratelimit-remaining": String(20 * LIMITS.general.burst - 1),
  });
  // A cookie without its proof is nobody's session.
  expect((await gateway.api("GET", "/api/v1/apps", { localAddress, headers: { cookie } })).status).toBe(429);
});

test("apps and pages are not counted", async () => {
  const app = await startEchoApp();
  const put = { method: "PUT", body: { appId: "echo", to: app.url, publicAccess: true }, headers: admin };
  const localAddress = newAddress();
  expect((await gateway.api("PUT", "/api/v1/routes/echo", { ...put, localAddress })).status).toBe(200);
  for (const path of ["/apps/echo/", "/", "/apps/absent/"]) {
    const answers = await drain(() => gateway.api("GET", path, { localAddress }), 40);
    expect([path, answers.length]).toEqual([path, 41]);
    expect(answers[40]?.headers).not.toHaveProperty("x-ratelimit-limit");
  }
});
