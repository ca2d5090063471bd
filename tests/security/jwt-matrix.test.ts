// A token counts only if it is exactly one that this gateway made for this use: CWE-347 (none, CVE-2015-9235; swapped
// algorithms, CVE-2016-5431), CWE-345 (issuer, audience, type, instance), CWE-613 (expired, revoked, old generation).
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { APPS_AUDIENCE, signToken, type TokenClaims } from "../../gateway/src/wire/token.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { addPerson, setPassword } from "../harness/people.ts";
import { enterApp, startSession } from "../harness/session.ts";

/** Configured, so that this test can sign as the gateway does. */
const SECRET = "tjW7Zk1xQeR9vB4mLs0uYc3HnPaD6fGi";
const KEY = Buffer.from(SECRET).toString("base64url");
const HEADER = { alg: "HS256", typ: "JWT", kid: "nekzus" };

let gateway: Gateway;
let good: TokenClaims;

beforeAll(async () => {
  const app = await startEchoApp();
  gateway = await startGateway({ config: { auth: { hs256_secret: SECRET } } });
  await gateway.addRoute("echo", app.url);
  good = claimsOf(await gateway.signIn());
});

function claimsOf(token: string): TokenClaims {
  return JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as TokenClaims;
}

/** A token with another header, signed as that header says. */
function forged(header: object, claims: object, signature: (payload: string) => string): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = `${encoded(header)}.${encoded(claims)}`;
  return `${payload}.${signature(payload)}`;
}
const hmac = (algorithm: string) => (payload: string) =>
  createHmac(algorithm, Buffer.from(SECRET)).update(payload).digest("base64url");

/** What the API, its guard for scopes, and the way to an app make of a token: the code of each. */
async function judged(token: string): Promise<unknown[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answers = await Promise.all([
    gateway.api("GET", "/api/v1/auth/me", { headers }),
    gateway.api("GET", "/api/v1/apps", { headers }),
    gateway.api("GET", "/apps/echo/", { headers }),
    gateway.apps("GET", "/apps/echo/", { headers }),
  ]);
  return answers.map(({ status, json }) =>
    status === 401 ? (json as { error: { code: string } }).error.code : status,
  );
}
const everywhere = (code: string | number) => [code, code, code, code];

test("the token that the gateway made, and one signed like it, are good", async () => {
  expect(await judged(signToken(good, KEY))).toEqual(everywhere(200));
  expect(await judged(forged(HEADER, good, hmac("sha256")))).toEqual(everywhere(200));
});

test("other algorithms and keys", async () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = rsa.publicKey.export({ format: "jwk" });
  const none = () => "";
  const bad: Record<string, string> = {
    none: forged({ ...HEADER, alg: "none" }, good, none),
    "none with our signature": forged({ ...HEADER, alg: "none" }, good, hmac("sha256")),
    NoNe: forged({ ...HEADER, alg: "NoNe" }, good, none),
    "no signature": forged(HEADER, good, none),
    "no third part": signToken(good, KEY).split(".").slice(0, 2).join("."),
    HS384: forged({ ...HEADER, alg: "HS384" }, good, hmac("sha384")),
    HS512: forged({ ...HEADER, alg: "HS512" }, good, hmac("sha512")),
    "RS256 with a key of its own": forged({ ...HEADER, alg: "RS256", jwk }, good, (payload) =>
      sign("sha256", Buffer.from(payload), rsa.privateKey).toString("base64url"),
    ),
    "another kid": forged({ ...HEADER, kid: "../../dev/null" }, good, hmac("sha256")),
    "another order of the header": forged({ typ: "JWT", alg: "HS256", kid: "nekzus" }, good, hmac("sha256")),
    "wrong key": signToken(good, Buffer.from(`${SECRET}!`).toString("base64url")),
    "empty key": signToken(good, ""),
    "key of zeros": signToken(good, Buffer.alloc(32).toString("base64url")),
  };
  for (const [what, token] of Object.entries(bad)) {
    expect([what, await judged(token)]).toEqual([what, everywhere("UNAUTHORIZED")]);
  }
});

test("changed texts", async () => {
  const token = signToken(good, KEY);
  const [header = "", payload = "", signature = ""] = token.split(".");
  const changed = (at: number) =>
    `${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
  // The last character carries two bits that mean nothing: another spelling of the same signature.
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet[alphabet.indexOf(signature.at(-1) as string) ^ 1] as string;
  const member = Buffer.from(JSON.stringify({ ...good, sub: "user:2" })).toString("base64url");
  const bad: Record<string, string> = {
    "first bit": `${header}.${payload}.${changed(0)}`,
    "last bits": `${header}.${payload}.${signature.slice(0, -1)}${last}`,
    "cut signature": `${header}.${payload}.${signature.slice(0, -4)}`,
    "other claims": `${header}.${member}.${signature}`,
    "four parts": `${token}.${signature}`,
    padding: `${token}=`,
    "only dots": "..",
    long: `${header}.${"A".repeat(5000)}.${signature}`,
  };
  for (const [what, text] of Object.entries(bad)) {
    expect([what, await judged(text)]).toEqual([what, everywhere("UNAUTHORIZED")]);
  }
});

test("right signature, wrong claims", async () => {
  const now = Math.floor(Date.now() / 1000);
  const without = (name: keyof TokenClaims) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const bad: Record<string, object> = {
    issuer: { ...good, iss: "somebody" },
    audience: { ...good, aud: "somebody" },
    "audience as a list": { ...good, aud: [good.aud] },
    "apps cookie as a token": { ...good, aud: APPS_AUDIENCE, typ: "apps" },
    "apps type": { ...good, typ: "apps" },
    "unknown type": { ...good, typ: "refresh" },
    instance: { ...good, iid: "nkz_another" },
    "from the future": { ...good, iat: now + 3600, exp: now + 7200 },
    "an end that is no number": { ...good, exp: "9999999999" },
    "scopes that are no list": { ...good, scopes: "read:*" },
    "a list of claims": [good],
    ...Object.fromEntries(
      (["iss", "aud", "sub", "typ", "jti", "iid", "gen", "scopes", "iat", "exp"] as const).map((name) => [
        `without ${name}`,
        without(name),
      ]),
    ),
  };
  for (const [what, claims] of Object.entries(bad)) {
    const token = forged(HEADER, claims, hmac("sha256"));
    expect([what, await judged(token)]).toEqual([what, everywhere("UNAUTHORIZED")]);
  }
  expect(await judged(signToken({ ...good, iat: now - 100, exp: now - 1 }, KEY))).toEqual(everywhere("TOKEN_EXPIRED"));
});

test("subjects that are gone or have changed", async () => {
  for (const claims of [
    { ...good, sub: "user:999" },
    { ...good, sub: "user:01" },
    { ...good, sub: "local" },
    { ...good, sub: "device:1" },
    { ...good, gen: good.gen + 1 },
    { ...good, gen: good.gen - 1 },
  ]) {
    const what = `${claims.sub} ${claims.gen}`;
    expect([what, await judged(signToken(claims, KEY))]).toEqual([what, everywhere("TOKEN_REVOKED")]);
  }
});

test("a token gives no more than it was made for, and no more than its owner has", async () => {
  const narrow = { ...good, scopes: ["read:catalog"] };
  expect(await judged(signToken(narrow, KEY))).toEqual([200, 200, 403, 403]);
  const member = claimsOf(await gateway.signIn(await addPerson(gateway, "ben")));
  const wide = signToken({ ...member, scopes: good.scopes }, KEY);
  expect(await judged(wide)).toEqual([200, 200, 403, 403]);
  const headers = { authorization: `Bearer ${wide}` };
  expect((await gateway.api("DELETE", "/api/v1/routes/echo", { headers })).status).toBe(403);
});

test("signed out and another password: withdrawn at once", async () => {
  const person = await addPerson(gateway, "cora", { apps: ["echo"] });
  const [token, kept] = [await gateway.signIn(person), await gateway.signIn(person)];
  expect(await judged(token)).toEqual(everywhere(200));
  expect(
    (await gateway.api("POST", "/api/v1/auth/logout", { headers: { authorization: `Bearer ${token}` } })).status,
  ).toBe(200);
  expect(await judged(token)).toEqual(everywhere("TOKEN_REVOKED"));
  expect(await judged(kept)).toEqual(everywhere(200));
  await setPassword(gateway, "cora", "another password");
  await expect.poll(() => judged(kept)).toEqual(everywhere("TOKEN_REVOKED"));
});

test("the apps cookie opens apps on their origin, and nothing by any other way", async () => {
  const session = await startSession(gateway);
  const cookie = await enterApp(gateway, session, "echo");
  const token = cookie.slice(cookie.indexOf("=") + 1);
  expect((await gateway.apps("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(200);
  expect((await gateway.api("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(401);
  expect(await judged(token)).toEqual(everywhere("UNAUTHORIZED"));
  const asCookie = { cookie: cookie.replace(token, await gateway.signIn()) };
  expect((await gateway.apps("GET", "/apps/echo/", { headers: asCookie })).status).toBe(401);
  await gateway.api("POST", "/api/v1/auth/logout", { headers: session.headers });
  expect((await gateway.apps("GET", "/apps/echo/", { headers: { cookie } })).status).toBe(401);
});
