import { catalog as contract } from "@nekzus/contract";
import { expect, test } from "vitest";
import type { Storage } from "../storage/storage.ts";
import { eachStorage } from "../storage/test-storages.ts";
import { ADMIN, openTestCatalog, WRITER } from "./test-catalog.ts";

type RouteInput = Omit<Parameters<typeof contract.routePut.body.parse>[0] & object, "appId" | "to">;
const body = (fields: RouteInput = {}) =>
  contract.routePut.body.parse({ appId: "films", to: "http://grafana.test:3000", ...fields });

/** Options that are refused, and what is named. */
const REFUSED: [string, RouteInput][] = [
  ["connectTimeout", { connectTimeout: "99ms" }],
  ["connectTimeout", { connectTimeout: "3m" }],
  ["cache.ttl", { cache: { ttl: "1ms" } }],
  ["rateLimit.burst", { rateLimit: { burst: 5 } }],
  ["allowNetworks.0", { allowNetworks: ["home"] }],
  ["allowNetworks.0", { allowNetworks: ["10.0.0.0/"] }],
  ["denyNetworks.1", { denyNetworks: ["fd00::/8", "fd00::/129"] }],
  ["removeRequestHeaders.0", { removeRequestHeaders: ["Cookie"], persistCookies: true }],
  ["setRequestHeaders.x-a", { setRequestHeaders: { "X-A": "1", "x-a": "2" } }],
  ...["Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "X-Forwarded-For", "X_Forwarded_Proto"].map(
    (name): [string, RouteInput] => [`setRequestHeaders.${name}`, { setRequestHeaders: { [name]: "1" } }],
  ),
  ...["X-Nekzus-User", "X_Nekzus.Hop", "x-nekzus-facts", "X-Real-IP", "Cookie", "Sec-WebSocket-Key", "Expect"].map(
    (name): [string, RouteInput] => [`setRequestHeaders.${name}`, { setRequestHeaders: { [name]: "1" } }],
  ),
  ...["host", "x-forwarded-for", "x-nekzus-hop", "content-length", "upgrade"].map((name): [string, RouteInput] => [
    "removeRequestHeaders.0",
    { removeRequestHeaders: [name] },
  ]),
  ...["Set-Cookie", "Strict-Transport-Security", "Clear-Site-Data", "Service-Worker-Allowed", "Content-Length"].map(
    (name): [string, RouteInput] => [`setResponseHeaders.${name}`, { setResponseHeaders: { [name]: "1" } }],
  ),
  ...["X-Nekzus-Hop", "Transfer-Encoding", "Content-Encoding", "Alt-Svc"].map((name): [string, RouteInput] => [
    `setResponseHeaders.${name}`,
    { setResponseHeaders: { [name]: "1" } },
  ]),
];

/** Options that only an administrator may give a route. */
const FOR_ADMINS: RouteInput[] = [
  { setRequestHeaders: { "Remote-User": "anna" } },
  { setRequestHeaders: { "X-Anything": "1" } },
  { allowNetworks: ["192.168.1.0/24"] },
  { denyNetworks: ["192.168.1.66"] },
  { setResponseHeaders: { "Access-Control-Allow-Origin": "*" } },
];

/** Values that no header may have. */
const BAD_VALUES = ["a\r\nX: 1", "a\nb", "a\0b", " a", "a ", "é", "a".repeat(4001)];

test.each(BAD_VALUES)("the contract refuses the value %j", (value) => {
  expect(contract.routePut.body.safeParse({ ...body(), setRequestHeaders: { "X-A": value } }).success).toBe(false);
  expect(contract.routePut.body.safeParse({ ...body(), setResponseHeaders: { "X-A": value } }).success).toBe(false);
});

/** Everything that the table of routes holds. */
async function stored(storage: Storage): Promise<string> {
  return JSON.stringify(await storage.db.selectFrom("routes").selectAll().execute());
}

eachStorage((_name, open) => {
  test("options that would do harm, or nothing, are refused by name", async () => {
    const { catalog } = openTestCatalog(await open());
    for (const [path, fields] of REFUSED) {
      const refusal = { code: "VALIDATION_FAILED", details: [{ path }] };
      await expect(catalog.putRoute(ADMIN, "films", body(fields)), path).rejects.toMatchObject(refusal);
    }
  });

  test("only an administrator tells an app what it may believe, lets networks in, or opens answers to other sites", async () => {
    const { catalog } = openTestCatalog(await open());
    for (const fields of FOR_ADMINS) {
      await expect(catalog.putRoute(WRITER, "films", body(fields))).rejects.toMatchObject({ code: "FORBIDDEN" });
      await catalog.putRoute(ADMIN, "films", body(fields));
      // Leaving it out is a change as well, and so is getting rid of it together with the route.
      await expect(catalog.putRoute(WRITER, "films", body())).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(catalog.deleteRoute(WRITER, "films")).rejects.toMatchObject({ code: "FORBIDDEN" });
      await catalog.patchRoute(WRITER, "films", { maxBodyBytes: 5, maintenance: true });
      await catalog.deleteRoute(ADMIN, "films");
    }
  });

  test("values of request headers are sealed, never answered, and stay when the hidden value is sent back", async () => {
    const storage = await open();
    const { catalog } = openTestCatalog(storage);
    const secret = "Basic b25seS1mb3ItdGhlLWFwcA";
    const made = await catalog.putRoute(ADMIN, "films", body({ setRequestHeaders: { Authorization: secret } }));
    const hidden = { Authorization: "[hidden]" };
    expect(made.setRequestHeaders).toEqual(hidden);
    expect((await catalog.getRoute(ADMIN, "films")).setRequestHeaders).toEqual(hidden);
    expect(await stored(storage)).not.toContain(secret);

    // The same again, hidden or not, changes nothing.
    expect((await catalog.putRoute(ADMIN, "films", body({ setRequestHeaders: hidden }))).version).toBe(1);
    const same = body({ setRequestHeaders: { Authorization: secret } });
    expect((await catalog.putRoute(ADMIN, "films", same)).version).toBe(1);
    const changed = { setRequestHeaders: { ...hidden, "X-Key": "k" }, removeRequestHeaders: ["X_Debug"] };
    await catalog.patchRoute(ADMIN, "films", changed);
    const [entry] = await catalog.routeEntries();
    expect(entry?.requestHeaders).toEqual({
      set: ["Authorization", secret, "X-Key", "k"],
      withheld: ["x-debug", "authorization", "x-key"],
    });
    await expect(
      catalog.patchRoute(ADMIN, "films", { setRequestHeaders: { "X-New": "[hidden]" } }),
    ).rejects.toMatchObject({ code: "VALIDATION_FAILED", details: [{ path: "setRequestHeaders.X-New" }] });
    expect(JSON.stringify(await catalog.listRoutes(ADMIN))).not.toContain(secret);
  });

  test("who may change addresses cannot have an app's credentials sent elsewhere, nor guess them", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(ADMIN, "films", body({ setRequestHeaders: { Authorization: "Basic Zm9v" } }));
    for (const change of [
      { to: "http://other.test:3000" },
      { to: "http://grafana.test:3001" },
      { to: "https://grafana.test:3000" },
      { insecureSkipVerify: true },
      { serverName: "other.test" },
      { setRequestHeaders: { Authorization: "Basic Zm9v" } },
    ]) {
      await expect(catalog.patchRoute(WRITER, "films", change)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const hidden = { Authorization: "[hidden]" };
    const kept = await catalog.patchRoute(WRITER, "films", {
      to: "http://grafana.test:3000/base",
      setRequestHeaders: hidden,
    });
    expect(kept).toMatchObject({ to: "http://grafana.test:3000/base", setRequestHeaders: hidden });
  });

  test("edges get every option decided, and nothing of what is not set", async () => {
    const { catalog } = openTestCatalog(await open());
    await catalog.putRoute(ADMIN, "films", body());
    const [plain] = await catalog.routeEntries();
    expect(plain).toMatchObject({ connectTimeoutMs: 10_000, maxBodyBytes: 0, setResponseHeaders: [] });
    for (const field of ["requestHeaders", "networks", "rateLimit", "cache", "maintenance"])
      expect(plain).not.toHaveProperty(field);

    const options = {
      connectTimeout: "1500ms",
      maxBodyBytes: 1000,
      setResponseHeaders: { "X-Frame-Options": "DENY" },
      removeResponseHeaders: ["Server"],
      allowNetworks: ["192.168.1.0/24"],
      rateLimit: { perMinute: 60 },
      cache: { enabled: true, ttl: "5m" },
      maintenance: true,
    };
    await catalog.putRoute(ADMIN, "films", body(options));
    expect(await catalog.routeEntries()).toMatchObject([
      {
        connectTimeoutMs: 1500,
        maxBodyBytes: 1000,
        setResponseHeaders: ["X-Frame-Options", "DENY"],
        removeResponseHeaders: ["server", "x-frame-options"],
        networks: { allow: ["192.168.1.0/24"], deny: [] },
        rateLimit: { perMinute: 60, burst: 60 },
        cache: { ttlMs: 300_000, maxBytes: 1_048_576 },
        maintenance: { message: "The app is being worked on and will be back." },
      },
    ]);
    const merged = await catalog.patchRoute(ADMIN, "films", { maxBodyBytes: 2000 });
    expect(merged).toMatchObject({ ...options, maxBodyBytes: 2000, removeResponseHeaders: ["server"] });
  });
});
