// No credential that was shown, right or wrong, in its place or out of it, is ever repeated: not in the log at its
// chattiest, in the access log, in metrics, in the text of an error, in a redirect, or towards an app (CWE-532, CWE-209, CWE-200, CWE-522).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startEchoApp } from "../harness/echo-app.ts";
import { ADMIN, startGateway } from "../harness/gateway.ts";
import { addPerson, bearer } from "../harness/people.ts";
import type { Answer } from "../harness/request.ts";
import { enterApp, handOver, startSession } from "../harness/session.ts";

const KEY = `nekzus_${"c0ffee".repeat(11).slice(0, 64)}`;
const WRONG = "canary-of-a-wrong-password";
const NEW = "canary-of-a-new-password";
const GARBAGE = "canary-of-a-garbled-credential";

test("what was shown stays where it was shown", async () => {
  const [gateway, app] = await Promise.all([startGateway({ config: { log: { level: "debug" } } }), startEchoApp()]);
  await gateway.addRoute("echo", app.url, { identityHeaders: true });
  await gateway.addRoute("open", app.url, { publicAccess: true, identityHeaders: true });
  await gateway.addRoute("dead", "http://127.0.0.1:9");
  const ben = await addPerson(gateway, "ben");
  const session = await startSession(gateway);
  const cookie = await enterApp(gateway, session, "echo");
  const code = await handOver(gateway, session, "echo");
  const { authorization } = await bearer(gateway);
  const token = authorization.slice("Bearer ".length);
  const [header, payload, signature] = token.split(".") as [string, string, string];
  const answers: Answer[] = [];
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    for (const at of [gateway.api, gateway.apps]) answers.push(await at(method, path, { headers, body }));
  };

  const tampered = `${header}.${payload}.${signature.slice(0, -2)}xx`;
  const credentials: Record<string, string>[] = [
    { authorization },
    { authorization: `Bearer ${tampered}` },
    { authorization: `bearer ${token}` },
    { authorization: `Bearer ${KEY}` },
    { "x-api-key": KEY },
    { "x-api-key": KEY, authorization },
    { authorization: GARBAGE },
    { "x-api-key": GARBAGE },
    session.headers,
    { ...session.headers, "x-nekzus-proof": GARBAGE },
    { cookie: `${cookie}; theme=dark; ${session.cookie}` },
    { cookie: `__Host-nekzus-session=${GARBAGE}`, "x-nekzus-proof": GARBAGE },
    { authorization, cookie: `${session.cookie}; ${cookie}`, "x-nekzus-proof": session.proof },
  ];
  for (const headers of credentials) {
    for (const path of [
      "/api/v1/auth/me",
      "/api/v1/absent",
      "/apps/echo/",
      "/apps/open/",
      "/apps/dead/",
      "/apps/absent/",
    ]) {
      await ask("GET", path, headers);
    }
    await ask("PUT", "/api/v1/routes/x", headers, { appId: "x" });
  }
  const body = { username: ADMIN.username, password: WRONG };
  await ask("POST", "/api/v1/auth/login", {}, body);
  await ask("POST", "/api/v1/auth/login", {}, JSON.stringify(body).slice(0, -1));
  await ask("POST", "/api/v1/auth/login", {}, { ...body, password: { nested: WRONG } });
  await ask("POST", "/api/v1/auth/setup", {}, { ...body, setupCode: WRONG });
  const change = { currentPassword: WRONG, newPassword: NEW };
  await ask("POST", "/api/v1/auth/password", session.headers, change);
  await ask("POST", "/api/v1/auth/password", session.headers, { ...change, newPassword: { nested: NEW } });
  await ask("POST", "/api/v1/auth/password", session.headers, JSON.stringify(change).slice(0, -1));
  // Where nobody should put them: an app may get them there, a log not.
  for (const secret of [KEY, token, tampered]) {
    const headers = { authorization, "user-agent": `me ${secret}`, referer: secret };
    await ask("GET", `/apps/dead/${secret}/x?token=${secret}`, headers);
    await ask("GET", "/apps/dead/", { authorization, "x-request-id": secret, traceparent: secret });
  }
  const own = await gateway.api("GET", "/api/v1/auth/sessions", { headers: session.headers });
  expect(own.json).toMatchObject([{ current: true }]);
  await ask("GET", `${code}x`, {});
  const entered = await gateway.apps("GET", code);
  await ask("GET", code, {});
  // Edges count once a second; the log is written by then.
  await expect
    .poll(async () => (await gateway.api("GET", "/metrics")).text)
    .toMatch(/nekzus_proxy_upstream_errors_total.*dead/);

  const readAccessLog = () => readFileSync(join(gateway.dataFolder, "logs/access.log"), "utf8");
  await gateway.api("GET", "/livez", { headers: { "x-request-id": "the-last-one" } });
  await expect.poll(readAccessLog).toContain("the-last-one");
  const accessLog = readAccessLog();
  expect(accessLog.split("\n").length).toBeGreaterThan(150);

  const secrets = {
    token,
    "signature of a token": signature,
    "tampered token": tampered.slice(-20),
    key: KEY,
    garbage: GARBAGE,
    "wrong password": WRONG,
    "new password": NEW,
    "right password": ADMIN.password,
    "other password": ben.password,
    "session cookie": session.cookie.split("=")[1] as string,
    "apps cookie": cookie.split("=")[1] as string,
    proof: session.proof,
    code: code.split("code=")[1] as string,
  };
  const places = {
    log: gateway.output(),
    "access log": accessLog,
    metrics: (await gateway.api("GET", "/metrics")).text,
    errors: answers
      .filter(({ status }) => status >= 300)
      .map(({ text, headers }) => text + JSON.stringify(headers))
      .join("\n"),
    upstream: JSON.stringify(app.seen.map(({ url, rawHeaders, body }) => [url, rawHeaders, body])).replaceAll(
      // What is not of our form is the app's own (ruling R20).
      JSON.stringify(GARBAGE),
      '""',
    ),
    sessions: own.text,
    redirect: JSON.stringify({ ...entered.headers, "set-cookie": "" }),
  };
  expect(app.seen.length).toBeGreaterThan(20);
  expect(places.errors.length).toBeGreaterThan(5000);
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([what, secret]) => (text.includes(secret) ? [`${what} in ${place}`] : [])),
  );
  expect(found).toEqual([]);
  expect(entered.headers["referrer-policy"]).toBe("no-referrer");
});
