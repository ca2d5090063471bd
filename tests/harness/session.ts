import { ADMIN, type Gateway } from "./gateway.ts";

/** A browser session as the gateway's own page holds it. */
export type BrowserSession = {
  /** For a Cookie header. */
  cookie: string;
  proof: string;
  /** What the browser sends for the gateway's own page: cookie, proof, Origin and `Sec-Fetch-Site`. */
  headers: Record<string, string>;
};

/** Signs in as the gateway's own page does; `more` are further headers of the browser. */
export async function startSession(
  gateway: Gateway,
  credentials: { username: string; password: string } = ADMIN,
  more: Record<string, string> = {},
): Promise<BrowserSession> {
  const origin = `https://127.0.0.1:${gateway.apiPort}`;
  const own = { ...more, origin, "sec-fetch-site": "same-origin" };
  const answer = await gateway.api("POST", "/api/v1/auth/login", {
    body: { ...credentials, session: true },
    headers: own,
  });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  const cookie = cookieOf(answer.headers["set-cookie"]);
  const { proof } = answer.json as { proof: string };
  return { cookie, proof, headers: { ...own, cookie, "x-nekzus-proof": proof } };
}

/** The address with a single-use code that leads into an app, as path and query on the apps' listener. */
export async function handOver(gateway: Gateway, session: BrowserSession, appId: string, path?: string) {
  const body = { appId, ...(path === undefined ? {} : { path }) };
  const answer = await gateway.api("POST", "/api/v1/auth/hand-over", { body, headers: session.headers });
  if (answer.status !== 200) throw new Error(`the hand-over answered ${answer.status}: ${answer.text}`);
  const { pathname, search } = new URL((answer.json as { url: string }).url);
  return pathname + search;
}

/** Goes into an app and answers the cookie of the apps' origin, for a Cookie header. */
export async function enterApp(gateway: Gateway, session: BrowserSession, appId: string): Promise<string> {
  const answer = await gateway.apps("GET", await handOver(gateway, session, appId));
  if (answer.status !== 303) throw new Error(`entering answered ${answer.status}: ${answer.text}`);
  return cookieOf(answer.headers["set-cookie"]);
}

/** The Host header of an app's own name on a listener, and the address of it. */
type HostPlace = { host: string; port: number };

/**
 * Goes the way of a browser that types the address of an app's own host name: asks there, is sent to the API's page,
 * which obtains a code. Answers where the code is redeemed, and the cookie that belongs to it.
 */
export async function handOverAt(gateway: Gateway, session: BrowserSession, { host, port }: HostPlace, path = "/") {
  const ask = port === gateway.apiPort ? gateway.api : gateway.apps;
  const first = await ask("GET", path, { headers: { host: `${host}:${port}`, accept: "text/html" } });
  if (first.status !== 302) throw new Error(`the app's name answered ${first.status}: ${first.text}`);
  const page = new URL(first.headers.location ?? "");
  const body = Object.fromEntries(page.searchParams);
  const answer = await gateway.api("POST", "/api/v1/auth/hand-over/host", { body, headers: session.headers });
  if (answer.status !== 200) throw new Error(`the hand-over answered ${answer.status}: ${answer.text}`);
  const next = new URL((answer.json as { url: string }).url);
  return { page, next, entry: cookieOf(first.headers["set-cookie"]) };
}

/** Goes into an app at its own host name and answers the cookie of that host, for a Cookie header. */
export async function enterHost(gateway: Gateway, session: BrowserSession, place: HostPlace): Promise<string> {
  const { next, entry } = await handOverAt(gateway, session, place);
  const ask = place.port === gateway.apiPort ? gateway.api : gateway.apps;
  const headers = { host: next.host, cookie: entry };
  const answer = await ask("GET", next.pathname + next.search, { headers });
  if (answer.status !== 303) throw new Error(`entering answered ${answer.status}: ${answer.text}`);
  return cookieOf(answer.headers["set-cookie"]);
}

function cookieOf(lines: string[] | undefined): string {
  return (lines?.[0] ?? "").split(";", 1)[0] as string;
}
