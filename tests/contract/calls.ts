import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EndpointSpec, ERRORS, type ErrorCode, empty, isRaw, LIMITS } from "@nekzus/contract";
import { errorsOf } from "@nekzus/contract/openapi";
import { expect } from "vitest";
import { z } from "zod";
import type { Gateway } from "../harness/gateway.ts";
import type { Answer, RequestOptions } from "../harness/request.ts";

/** An app and a route of this id are made before the walk begins. */
export const SAMPLE = "sample";

/** A body that the endpoint takes. Every endpoint with a body has one here. */
const BODIES: Record<string, Record<string, unknown>> = {
  "auth.setup": { username: "second", password: "another long password" },
  "auth.login": { username: "nobody", password: "a wrong password" },
  "auth.hand-over": { appId: SAMPLE },
  "auth.hand-over-host": { host: "sample.home.example", path: "/", state: "what-the-edge-gave" },
  "pairings.create": { name: "Phone" },
  "pairings.approve": { phrase: "calm otter 7" },
  "apikeys.create": { name: "Backup", scopes: ["read:*"] },
  "apikeys.rotate": { overlapMinutes: 5 },
  pair: { code: "ABCDEFGH" },
  "auth.pair": { device: { id: "phone", platform: "ios" } },
  "devices.patch": { deviceName: "Phone" },
  "devices.pins": { newPin: `sha256/${"A".repeat(43)}=` },
  "admin.device-patch": { deviceName: "Phone" },
  "auth.password": { currentPassword: "a wrong password", newPassword: "another long password" },
  "preferences.patch": { theme: "dark" },
  "apps.put": { name: "Sample" },
  "apps.patch": { name: "Sample app" },
  "icons.put": { image: "R0lGODlhAQABAAAAACw=" },
  "routes.put": { appId: SAMPLE, to: "http://127.0.0.1:9" },
  "routes.patch": { websocket: true },
  "routes.test": { to: "http://127.0.0.1:9" },
  "webhooks.activity": { message: "Deployment completed" },
  "notices.read": { ids: ["absent"] },
  "webhooks.notify": { type: "custom_event", data: { title: "Build complete" } },
  "notifications.retry-many": { ids: [1] },
  "channels.create": { kind: "webhook", name: "Hook", url: "https://192.0.2.1/hook" },
  "channels.put": { kind: "device", name: "Paired devices" },
  "rules.create": { name: "Jobs", events: ["job_failed"], channels: [] },
  "rules.put": { name: "Jobs", events: ["job_failed"], channels: [] },
  "push.subscribe": {
    endpoint: "https://push.example.org/x",
    keys: {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
  },
  "proposals.approve": { port: 80, app: { name: "Sample" }, route: { pathBase: "/apps/sample/" } },
};
const QUERIES: Record<string, string> = {
  "auth.qr-status": "?code=ABCDEFGH",
  "apps.enter": "?code=none",
  "apps.enter-host": "?code=none",
};

/** What a parameter of a path is filled with. */
const PARAMETERS: Record<string, string> = {
  appId: SAMPLE,
  routeId: SAMPLE,
  name: "open.js",
  notificationId: "1",
  callId: "1",
};

/** The endpoint's path with its parameters filled in; ids that nothing has are called `absent`. */
export function pathOf({ path }: EndpointSpec): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => PARAMETERS[name] ?? "absent");
}

export function bodyOf({ id, body }: EndpointSpec): Record<string, unknown> | undefined {
  if (!body) return undefined;
  const found = BODIES[id];
  if (!found) throw new Error(`${id} takes a body: add a valid one to BODIES`);
  return found;
}

/** Calls an endpoint as it wants to be called, with what is given changed. */
export function call(gateway: Gateway, endpoint: EndpointSpec, change: Partial<RequestOptions> = {}): Promise<Answer> {
  const ask = endpoint.listener === "apps" ? gateway.apps : gateway.api;
  const path = pathOf(endpoint) + (QUERIES[endpoint.id] ?? "");
  return ask(change.method ?? endpoint.method, change.path ?? path, { body: bodyOf(endpoint), ...change });
}

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../gateway/package.json"), "utf8")) as {
  version: string;
};

const ErrorShape = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().min(1),
    details: z
      .array(z.strictObject({ path: z.string(), reason: z.string().min(1) }))
      .min(1)
      .optional(),
  }),
});

/** Judged before the limit (ruling R27). */
const BEFORE_THE_LIMIT: readonly ErrorCode[] = ["BAD_REQUEST", "HOST_NOT_ALLOWED", "METHOD_NOT_ALLOWED"];

/**
 * Holds an answer against the contract: version and safety headers, rate-limit headers, the documented schema, or the
 * one error shape with a code that is documented for the endpoint. Answers the code, if it was an error.
 */
export function judge(endpoint: EndpointSpec, answer: Answer): ErrorCode | undefined {
  const where = `${endpoint.id}: HTTP ${answer.status} ${answer.text.slice(0, 300)}`;
  expect(answer.headers, where).toMatchObject({ "x-api-version": version, "x-content-type-options": "nosniff" });
  expect(answer.headers, where).not.toHaveProperty("access-control-allow-origin");
  const documented = endpoint.answers[answer.status];
  const parsed = ErrorShape.safeParse(answer.json);
  if (!parsed.success) {
    if (documented === undefined) return expect.unreachable(`undocumented: ${where}`);
    if (documented === empty) expect(answer.text, where).toBe("");
    else if (isRaw(documented)) expect(answer.headers["content-type"], where).toBeTruthy();
    // What the schema does not name would be lost in parsing: nothing undocumented is answered.
    else expect(documented.parse(answer.json), where).toEqual(answer.json);
  }
  const code = parsed.data?.error.code;
  if (code) {
    expect(ERRORS[code].status, where).toBe(answer.status);
    expect(answer.headers["content-type"], where).toMatch(/^application\/json/);
    if (answer.status === 401) expect(answer.headers, where).toHaveProperty("www-authenticate");
    if (answer.status === 429) expect(Number(answer.headers["retry-after"]), where).toBeGreaterThan(0);
    if (code !== "METHOD_NOT_ALLOWED") expect(errorsOf(endpoint), where).toContain(code);
  }
  const limited = endpoint.limit !== "none" && !(code && BEFORE_THE_LIMIT.includes(code));
  expect("x-ratelimit-limit" in answer.headers, where).toBe(limited);
  if (limited) {
    const [limit, left, reset] = ["limit", "remaining", "reset"].map((name) => answer.headers[`x-ratelimit-${name}`]);
    expect(Number(limit), where).toBeGreaterThanOrEqual(LIMITS.auth.burst);
    expect(Number(left), where).toBeLessThan(Number(limit));
    expect(Number(reset), where).toBeGreaterThan(Date.now() / 1000 - 60);
  }
  return code;
}
