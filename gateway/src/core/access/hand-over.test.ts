import { auth } from "@nekzus/contract";
import { expect, test } from "vitest";
import { createTokenVerifier } from "../../wire/token.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { pathWithin } from "./app-path.ts";
import { cookieOf, openAccess, REMOTE, TOKENS } from "./test-access.ts";

const PASSWORD = "correct horse";
const AT_APPS = { facts: { ...REMOTE, listener: "apps" as const } };

test("a path must be the app's own and mean what it says", () => {
  const good = [
    "/apps/grafana/",
    "/apps/grafana",
    "/apps/grafana?orgId=1",
    "/apps/grafana/d/abc/x?from=now-1h&to=%2Fnow",
    "/apps/grafana/a%20b/c",
    "/apps/grafana/..x/...",
    "/apps/grafana/?next=https://elsewhere.example/../",
  ];
  for (const path of good) expect(pathWithin("/apps/grafana/", path)).toBe(path);
  const bad = [
    "",
    "/",
    "/apps/",
    "/apps/notes/",
    "/apps/grafanax",
    "/APPS/grafana/",
    "//evil.example/apps/grafana/",
    "https://evil.example/apps/grafana/",
    "\\\\evil.example",
    "/\\evil.example/apps/grafana/",
    "/apps/grafana/../notes/",
    "/apps/grafana/./x",
    "/apps/grafana/..",
    "/apps/grafana/..;/notes/",
    "/apps/grafana/%2e%2e/notes/",
    "/apps/grafana/.%2E/notes/",
    "/apps/grafana/..%2fnotes/",
    "/apps/grafana/a\\b",
    "/apps/grafana/%00",
    "/apps/grafana/%zz",
    "/apps/grafana/\r\nset-cookie: a=b",
    "/apps/grafana/?a=\n",
    "/apps/grafana/ x",
    "/apps/grafana/#x",
    "/apps/grafana/ä",
    "/apps/grafana/\u007f",
    "/apps%2fgrafana/",
    "/apps/.nekzus/enter?code=x",
  ];
  for (const path of bad) expect([path, canPass(path)]).toEqual([path, false]);
});

function canPass(path: string): boolean {
  try {
    pathWithin("/apps/grafana/", path);
    return true;
  } catch (error) {
    expect(["FORBIDDEN", "VALIDATION_FAILED"]).toContain((error as { code?: string }).code);
    return false;
  }
}

eachStorage((_name, open) => {
  async function signedIn(overrides: Parameters<typeof openAccess>[1] = {}) {
    const room = await openAccess(await open(), overrides);
    await room.access.users.add({ username: "ben", password: PASSWORD, role: "member", apps: ["grafana"] });
    const login = async () => {
      const answer = await room.send(auth.login, { body: { username: "ben", password: PASSWORD, session: true } });
      return { cookie: cookieOf(answer), "x-nekzus-proof": (answer.body as { proof: string }).proof };
    };
    const headers = await login();
    const handOver = async (body: { appId: string; path?: string }, by: Record<string, string> = headers) => {
      const answer = await room.send(auth.handOver, { body }, { headers: by });
      const { url } = answer.body as { url: string };
      expect(url).toMatch(/^https:\/\/home\.local:8444\/apps\/\.nekzus\/enter\?code=[\w-]{43}$/);
      return url.slice(url.indexOf("=") + 1);
    };
    const enter = (code: string, extra: Record<string, string> = {}) =>
      room.send(auth.enter, { query: { code } }, { ...AT_APPS, headers: extra });
    return { ...room, headers, login, handOver, enter };
  }

  test("a code opens its app once, with a cookie that is good for apps only and ends with the session", async () => {
    const { access, clock, headers, handOver, enter, revoked, send } = await signedIn();
    const answer = await enter(await handOver({ appId: "grafana", path: "/apps/grafana/d/1?x=y" }));
    expect(answer).toMatchObject({
      status: 303,
      headers: {
        location: "/apps/grafana/d/1?x=y",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "set-cookie": expect.stringMatching(
          /^__Host-nekzus-apps=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/,
        ),
      },
    });
    const token = cookieOf(answer).slice("__Host-nekzus-apps=".length);
    const asBearer = await access.identify({ facts: REMOTE, headers: { authorization: `Bearer ${token}` } });
    expect(asBearer.fault?.code).toBe("UNAUTHORIZED");
    const result = createTokenVerifier(TOKENS).verify(token, "nekzus-apps", clock.now());
    if ("fault" in result) return expect.unreachable();
    expect(result.claims.typ).toBe("apps");
    await send(auth.logout, {}, { headers });
    expect(revoked).toContain(result.claims.sid);
  });

  test("a used, old, foreign or orphaned code opens nothing and leads back to the dashboard", async () => {
    const { access, clock, send, login, handOver, enter } = await signedIn();
    const refused = async (code: string, headers?: Record<string, string>) => {
      const answer = await enter(code, headers);
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty("set-cookie");
      expect(answer.body).toContain('href="https://home.local:8443/"');
    };
    const used = await handOver({ appId: "grafana" });
    const both = await Promise.all([enter(used), enter(used)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 400]);
    await refused(used);
    await refused("guess");

    const old = await handOver({ appId: "grafana" });
    await clock.advance(30_000);
    await refused(old);

    const byStranger = await handOver({ appId: "grafana" });
    await refused(byStranger, { "sec-fetch-site": "cross-site" });
    expect((await enter(byStranger, { "sec-fetch-site": "same-site" })).status).toBe(303);

    const session = await login();
    const orphan = await handOver({ appId: "grafana" }, session);
    await send(auth.logout, {}, { headers: session });
    await refused(orphan);

    const voided = await handOver({ appId: "grafana" });
    await access.users.setPassword("ben", "another horse");
    await refused(voided);
  });

  test("a code is made only for a session with proof, an app that exists and is granted, and a path of that app", async () => {
    const { send, headers, handOver } = await signedIn();
    const { body } = await send(auth.login, { body: { username: "ben", password: PASSWORD } });
    const bearer = { authorization: `Bearer ${(body as { token: string }).token}` };
    await expect(handOver({ appId: "grafana" }, bearer)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(handOver({ appId: "grafana" }, { cookie: headers.cookie })).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
    await expect(handOver({ appId: "missing" })).rejects.toMatchObject({ code: "APP_NOT_FOUND" });
    await expect(handOver({ appId: "notes" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(handOver({ appId: "grafana", path: "/apps/notes/" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("an app with several routes opens at each of them, by the rule of that route", async () => {
    const { handOver, enter } = await signedIn();
    const openedAt = async (path?: string) =>
      (await enter(await handOver(path === undefined ? { appId: "grafana" } : { appId: "grafana", path }))).headers
        ?.location;
    expect(await openedAt()).toBe("/apps/grafana/");
    expect(await openedAt("/apps/dashboards/1?x=y")).toBe("/apps/dashboards/1?x=y");
    expect(await openedAt("/apps/dashboards")).toBe("/apps/dashboards");
    // The longest prefix decides, as it does at the edge.
    await expect(openedAt("/apps/grafana/admin/users")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(openedAt("/apps/grafana/../notes/")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });

  test("a code for a host name opens that app there, in the browser that asked, once and for that app only", async () => {
    const { clock, send, headers } = await signedIn();
    const path = "//odd/path?x=y";
    const made = async (body: Partial<{ host: string; path: string; state: string }> = {}) => {
      const asked = { host: "Grafana.home.local:8444", path, state: "a".repeat(22), ...body };
      const { url } = (await send(auth.handOverToHost, { body: asked }, { headers })).body as { url: string };
      return new URL(url);
    };
    const enter = (url: URL, state: string, host = url.host) => {
      const query = { code: url.searchParams.get("code") ?? "" };
      return send(auth.enterHost, { query }, { headers: { host, cookie: `__Host-nekzus-entry=${state}` } });
    };
    const url = await made();
    expect(url.href).toMatch(/^https:\/\/grafana\.home\.local:8444\/\.nekzus\/enter\?code=[\w-]{43}$/);
    const answer = await enter(url, "a".repeat(22));
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: `https://grafana.home.local:8444${path}`, "referrer-policy": "no-referrer" },
    });
    const token = cookieOf(answer).slice("__Host-nekzus-apps=".length);
    expect(createTokenVerifier(TOKENS).verify(token, "nekzus-apps", clock.now())).toMatchObject({
      claims: { typ: "apps", app: "grafana" },
    });

    const refusals = [
      enter(url, "a".repeat(22)),
      made().then((other) => enter(other, "b".repeat(22))),
      made().then((other) => enter(other, "a".repeat(22), "notes.home.local:8444")),
      made().then((other) => enter(other, "a".repeat(22), "home.local:8444")),
      made().then((other) => send(auth.enter, { query: { code: other.search.slice(6) } }, { headers })),
      made().then(async (other) => {
        await clock.advance(30_000);
        return enter(other, "a".repeat(22));
      }),
    ];
    for (const refused of refusals) {
      const { status, headers: sent } = await refused;
      expect([status, "set-cookie" in (sent ?? {})]).toEqual([400, false]);
    }
  });

  test("a code for a host name is sent to an app that may be opened, at a port of ours, to a plain path", async () => {
    const { send, headers } = await signedIn();
    const make = async (body: { host: string; path?: string }, by: Record<string, string> = headers) => {
      const asked = { path: "/", state: "a".repeat(22), ...body };
      const { url } = (await send(auth.handOverToHost, { body: asked }, { headers: by })).body as { url: string };
      return new URL(url).origin;
    };
    const own = { ...headers, host: "home.local:9000" };
    expect(await make({ host: "grafana.home.local:8443" }, own)).toBe("https://grafana.home.local:8443");
    expect(await make({ host: "grafana.home.local:9000" }, own)).toBe("https://grafana.home.local:9000");
    expect(await make({ host: "grafana.home.local:31337" }, own)).toBe("https://grafana.home.local:9000");
    expect(await make({ host: "grafana.home.local:31337" }, { ...headers, host: "home.local" })).toBe(
      "https://grafana.home.local",
    );
    for (const [body, code] of [
      [{ host: "evil.example" }, "APP_NOT_FOUND"],
      [{ host: "grafana.home.local@evil.example" }, "APP_NOT_FOUND"],
      [{ host: "" }, "APP_NOT_FOUND"],
      [{ host: "notes.home.local" }, "FORBIDDEN"],
      [{ host: "grafana.home.local", path: "/.nekzus/enter?code=x" }, "FORBIDDEN"],
      [{ host: "grafana.home.local", path: "https://evil.example/" }, "FORBIDDEN"],
      [{ host: "grafana.home.local", path: "/a/../b" }, "VALIDATION_FAILED"],
      [{ host: "grafana.home.local", path: "/a\r\nSet-Cookie: x=y" }, "VALIDATION_FAILED"],
    ] as const) {
      await expect(make(body)).rejects.toMatchObject({ code });
    }
    await expect(make({ host: "grafana.home.local" }, { cookie: headers.cookie })).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
  });

  test("a path of an app that has only a name by now leads to the same page at that name", async () => {
    const opened = await signedIn({
      findRoutes: () => [
        {
          pathBase: "/apps/grafana/",
          hosts: ["grafana.home.local"],
          byPath: false,
          stripPrefix: true,
          scopes: ["access:grafana"],
          publicAccess: false,
          sensitive: false,
        },
      ],
    });
    const leads = async (path?: string) => {
      const body = { appId: "grafana", ...(path !== undefined && { path }) };
      return (await opened.send(auth.handOver, { body }, { headers: opened.headers })).body;
    };
    expect(await leads()).toEqual({ url: "https://grafana.home.local:8443/" });
    expect(await leads("/apps/grafana/d/1?x=y")).toEqual({ url: "https://grafana.home.local:8443/d/1?x=y" });
    expect(await leads("/apps/grafana?x=y")).toEqual({ url: "https://grafana.home.local:8443/?x=y" });
  });

  test("a session holds twenty codes; the oldest gives way", async () => {
    const { handOver, enter } = await signedIn();
    const codes: string[] = [];
    for (let i = 0; i < 21; i++) codes.push(await handOver({ appId: "grafana" }));
    expect((await enter(codes[0] as string)).status).toBe(400);
    expect((await enter(codes[1] as string)).status).toBe(303);
    expect((await enter(codes[20] as string)).status).toBe(303);
  });
});
