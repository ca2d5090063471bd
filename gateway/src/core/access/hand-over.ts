import type { auth } from "@nekzus/contract";
import type { Clock } from "../../kit/clock.ts";
import type { Page } from "../../kit/pages.ts";
import { Problem } from "../../kit/problem.ts";
import { APPS_COOKIE } from "../../wire/cookies.ts";
import type { Principal } from "../../wire/principal.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import { missingScopes } from "../../wire/route-access.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import type { Answer, Call } from "../http/binding.ts";
import { pathWithin } from "./app-path.ts";
import { setCookie } from "./cookie-headers.ts";
import { PRIVATE_ANSWER, usedUp } from "./hand-over-answers.ts";
import { createHandOverCodes } from "./hand-over-codes.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { subjectId } from "./users.ts";

/** What the hand-over needs to know of a route: where it is served, and who may use it. */
export type AppRoute = Pick<
  RouteEntry,
  "pathBase" | "hosts" | "byPath" | "stripPrefix" | "scopes" | "publicAccess" | "sensitive" | "networks" | "maintenance"
>;
/** The routes by which an app is reached, the one that stands for it first; none when there is no such app. */
export type FindRoutes = (appId: string) => readonly AppRoute[] | Promise<readonly AppRoute[]>;

/** The public origins as the caller of this request sees them, without a trailing slash. */
export type Origins = (request: { facts: RequestFacts; host: string | undefined }) => { api: string; apps: string };

export type HandOver = {
  /** Makes a code for one app and path. Needs a browser session; a cookie alone never gets here. */
  make(call: Call<typeof auth.handOver>): Promise<Answer<typeof auth.handOver>>;
  /** Redeems a code on the apps origin: sets the cookie there and moves on to the bound path. */
  enter(call: Call<typeof auth.enter>): Promise<Answer<typeof auth.enter>>;
};

/** Throws FORBIDDEN when this principal may not open the app by this route. */
export function checkMayOpen(
  principal: Principal,
  route: Pick<AppRoute, "scopes" | "publicAccess" | "sensitive">,
  appId: string,
): void {
  const missing = missingScopes(principal, { ...route, appId });
  if (missing.length) throw new Problem("FORBIDDEN", `You may not open this app. You lack ${missing.join(" and ")}.`);
}

/** Takes a signed-in browser from the origin of the API to the origin of the apps (design, section 7). */
export function createHandOver(parts: {
  clock: Clock;
  sessions: Sessions;
  tokens: Tokens;
  findRoutes: FindRoutes;
  origins: Origins;
  problemPage: Page;
}): HandOver {
  const { tokens, findRoutes, origins, problemPage } = parts;
  const codes = createHandOverCodes<{ path: string }>(parts);

  return {
    async make({ body, caller, header }) {
      const { sessionId, principal, facts } = caller;
      if (sessionId === undefined) {
        throw new Problem("UNAUTHORIZED", "Only a browser session with its proof can open apps in the browser.");
      }
      const routes = await findRoutes(body.appId);
      const route = routeFor(routes, body.path);
      if (!route) throw new Problem("APP_NOT_FOUND", `There is no app with the id ${body.appId} that has a route.`);
      checkMayOpen(principal, route, body.appId);
      const path = body.path === undefined ? route.pathBase : pathWithin(route.pathBase, body.path);
      const { api, apps } = origins({ facts, host: header("host") });
      const [name] = route.hosts;
      // Not served by path any more: the app's own name makes the hand-over there.
      if (!route.byPath && name) return { body: { url: atHost(api, name, route, path) } };
      return { body: { url: `${apps}/apps/.nekzus/enter?code=${codes.make(sessionId, { path })}` } };
    },

    async enter({ query, caller, header }) {
      const { facts } = caller;
      const own = origins({ facts, host: header("host") });
      const redeemed = foreignPage(own, header("sec-fetch-site")) ? undefined : await codes.redeem(query.code);
      if (!redeemed) {
        return usedUp(problemPage, {
          message: "It opens an app once, and only for a few seconds after it was made.",
          hint: "Open the app again from the dashboard.",
          link: `${own.api}/`,
          action: "Go to the dashboard",
          request: facts.id,
        });
      }
      const { user, id, expiresAt } = redeemed.session;
      const subject = { id: subjectId(user.id), generation: user.generation, scopes: user.scopes };
      const { token, expiresIn } = tokens.mintApps(subject, { id, expiresAt });
      return {
        status: 303,
        headers: {
          ...PRIVATE_ANSWER,
          "set-cookie": setCookie(APPS_COOKIE, facts.secure, token, expiresIn),
          location: redeemed.bound.path,
        },
      };
    },
  };
}

/**
 * The route that the edge will choose for a path: the longest prefix. Without a path, or with one that none of them
 * has, the route that stands for the app.
 */
function routeFor(routes: readonly AppRoute[], path: string | undefined): AppRoute | undefined {
  const [main] = routes;
  if (path === undefined) return main;
  const [asked = ""] = path.split("?", 1);
  return (
    routes
      .filter(({ pathBase }) => asked.startsWith(pathBase) || `${asked}/` === pathBase)
      .reduce(
        (best, route) => (best && best.pathBase.length >= route.pathBase.length ? best : route),
        undefined as AppRoute | undefined,
      ) ?? main
  );
}

/** The same page of the app at its host name, where it is not below the prefix if the prefix is taken away. */
function atHost(api: string, name: string, route: AppRoute, path: string): string {
  const { protocol, port } = new URL(api);
  const { pathBase, stripPrefix } = route;
  const inner = path.slice(path.startsWith(pathBase) ? pathBase.length : pathBase.length - 1);
  const rest = stripPrefix ? `/${inner}` : path;
  return `${protocol}//${name}${port && `:${port}`}${rest}`;
}

/**
 * Did a page of another site send the browser here, perhaps to sign it in as somebody else? Told only where both
 * origins have one host name, since then the way from our own page is never `cross-site`.
 */
function foreignPage(own: { api: string; apps: string }, site: string | undefined): boolean {
  return site === "cross-site" && URL.parse(own.api)?.hostname === URL.parse(own.apps)?.hostname;
}
