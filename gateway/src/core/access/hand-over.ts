import type { auth } from "@nekzus/contract";
import type { Clock } from "../../kit/clock.ts";
import { randomId, sha256 } from "../../kit/ids.ts";
import { cspOf, fill, type Page } from "../../kit/pages.ts";
import { Problem } from "../../kit/problem.ts";
import { grantsAll } from "../../kit/scopes.ts";
import { APPS_COOKIE } from "../../wire/cookies.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { Answer, Call } from "../http/binding.ts";
import { pathWithin } from "./app-path.ts";
import { setCookie } from "./cookie-headers.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { subjectId } from "./users.ts";

/** How long a code is good, in ms. */
const CODE_LIFETIME_MS = 30_000;
/** Codes of one session that wait to be redeemed; beyond it the oldest is dropped. */
const MAX_PER_SESSION = 20;
/** 256 bits. */
const CODE_BYTES = 32;

/** What the hand-over needs to know of a route: its prefix with a trailing slash, and who may use it. */
type HandOverRoute = { pathBase: string; scopes: readonly string[]; publicAccess: boolean };
/** The routes by which an app is reached, the one that stands for it first; none when there is no such app. */
export type FindRoutes = (appId: string) => readonly HandOverRoute[] | Promise<readonly HandOverRoute[]>;

/** The public origins as the caller of this request sees them, without a trailing slash. */
export type Origins = (request: { facts: RequestFacts; host: string | undefined }) => { api: string; apps: string };

export type HandOver = {
  /** Makes a code for one app and path. Needs a browser session; a cookie alone never gets here. */
  make(call: Call<typeof auth.handOver>): Promise<Answer<typeof auth.handOver>>;
  /** Redeems a code on the apps origin: sets the cookie there and moves on to the bound path. */
  enter(call: Call<typeof auth.enter>): Promise<Answer<typeof auth.enter>>;
};

/** Takes a signed-in browser from the origin of the API to the origin of the apps (design, section 7). */
export function createHandOver(parts: {
  clock: Clock;
  sessions: Sessions;
  tokens: Tokens;
  findRoutes: FindRoutes;
  origins: Origins;
  problemPage: Page;
}): HandOver {
  const { clock, sessions, tokens, findRoutes, origins, problemPage } = parts;
  /** SHA-256 of the code → what it is bound to. A map keeps the order in which codes were made. */
  const codes = new Map<string, { sessionId: string; path: string; expiresAt: number }>();

  function dropVoid(sessionId: string): void {
    const own: string[] = [];
    for (const [key, code] of codes) {
      if (code.expiresAt <= clock.now()) codes.delete(key);
      else if (code.sessionId === sessionId) own.push(key);
    }
    for (const key of own.slice(0, Math.max(0, own.length - MAX_PER_SESSION + 1))) codes.delete(key);
  }

  /** Each code is taken once, also when it turns out to be too old. */
  async function redeem(text: string): Promise<{ path: string; session: Session } | undefined> {
    const key = sha256(text);
    const code = codes.get(key);
    codes.delete(key);
    if (!code || code.expiresAt <= clock.now()) return undefined;
    const session = await sessions.alive(code.sessionId);
    return session && { path: code.path, session };
  }

  return {
    async make({ body, caller, header }) {
      const { sessionId, principal, facts } = caller;
      if (sessionId === undefined) {
        throw new Problem("UNAUTHORIZED", "Only a browser session with its proof can open apps in the browser.");
      }
      const routes = await findRoutes(body.appId);
      const route = routeFor(routes, body.path);
      if (!route) throw new Problem("APP_NOT_FOUND", `There is no app with the id ${body.appId} that has a route.`);
      const required = route.scopes.length ? route.scopes : [`access:${body.appId}`];
      if (!route.publicAccess && !grantsAll(principal.scopes, required)) {
        throw new Problem("FORBIDDEN", `You may not open this app. It needs ${required.join(" and ")}.`);
      }
      const path = body.path === undefined ? route.pathBase : pathWithin(route.pathBase, body.path);
      dropVoid(sessionId);
      const code = randomId("", CODE_BYTES);
      codes.set(sha256(code), { sessionId, path, expiresAt: clock.now() + CODE_LIFETIME_MS });
      const { apps } = origins({ facts, host: header("host") });
      return { body: { url: `${apps}/apps/.nekzus/enter?code=${code}` } };
    },

    async enter({ query, caller, header }) {
      const { facts } = caller;
      const own = origins({ facts, host: header("host") });
      // The code is in the address: it must reach neither a cache nor the Referer of the next request.
      const headers = { "cache-control": "no-store", "referrer-policy": "no-referrer" };
      const redeemed = foreignPage(own, header("sec-fetch-site")) ? undefined : await redeem(query.code);
      if (!redeemed) {
        return {
          status: 400,
          body: fill(problemPage, {
            title: "This link is used up",
            message: "It opens an app once, and only for a few seconds after it was made.",
            hint: "Open the app again from the dashboard.",
            link: `${own.api}/`,
            action: "Go to the dashboard",
            code: "BAD_REQUEST",
            request: facts.id,
          }),
          headers: {
            ...headers,
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": cspOf(problemPage),
          },
        };
      }
      const { user, id, expiresAt } = redeemed.session;
      const subject = { id: subjectId(user.id), generation: user.generation, scopes: user.scopes };
      const { token, expiresIn } = tokens.mintApps(subject, { id, expiresAt });
      return {
        status: 303,
        headers: {
          ...headers,
          "set-cookie": setCookie(APPS_COOKIE, facts.secure, token, expiresIn),
          location: redeemed.path,
        },
      };
    },
  };
}

/**
 * The route that the edge will choose for a path: the longest prefix. Without a path, or with one that none of them
 * has, the route that stands for the app.
 */
function routeFor(routes: readonly HandOverRoute[], path: string | undefined): HandOverRoute | undefined {
  const [main] = routes;
  if (path === undefined) return main;
  const [asked = ""] = path.split("?", 1);
  return (
    routes
      .filter(({ pathBase }) => asked.startsWith(pathBase) || `${asked}/` === pathBase)
      .reduce(
        (best, route) => (best && best.pathBase.length >= route.pathBase.length ? best : route),
        undefined as HandOverRoute | undefined,
      ) ?? main
  );
}

/**
 * Did a page of another site send the browser here, perhaps to sign it in as somebody else? Told only where both
 * origins have one host name, since then the way from our own page is never `cross-site`.
 */
function foreignPage(own: { api: string; apps: string }, site: string | undefined): boolean {
  return site === "cross-site" && URL.parse(own.api)?.hostname === URL.parse(own.apps)?.hostname;
}
