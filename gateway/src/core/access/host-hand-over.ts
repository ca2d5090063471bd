import type { auth } from "@nekzus/contract";
import type { Clock } from "../../kit/clock.ts";
import { sameSecret } from "../../kit/ids.ts";
import type { Page } from "../../kit/pages.ts";
import { Problem } from "../../kit/problem.ts";
import { APPS_COOKIE, cookieValue, ENTRY_COOKIE } from "../../wire/cookies.ts";
import { RESERVED_PATH } from "../../wire/reserved-path.ts";
import type { Answer, Call } from "../http/binding.ts";
import { pathWithin } from "./app-path.ts";
import { setCookie } from "./cookie-headers.ts";
import { type AppRoute, checkMayOpen, type Origins } from "./hand-over.ts";
import { PRIVATE_ANSWER, usedUp } from "./hand-over-answers.ts";
import { createHandOverCodes } from "./hand-over-codes.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { subjectId } from "./users.ts";

/** The route that has a host name (lower case, without port). */
export type FindRouteAt = (host: string) => RouteAtHost | undefined | Promise<RouteAtHost | undefined>;
type RouteAtHost = Pick<AppRoute, "scopes" | "publicAccess" | "sensitive"> & { appId: string };

/** What a code of this kind opens: one path at one host, for the browser that asked there. */
type Bound = { host: string; appId: string; path: string; state: string };

export type HostHandOver = {
  /** Makes a code for one host name and path. Needs a browser session; a cookie alone never gets here. */
  make(call: Call<typeof auth.handOverToHost>): Promise<Answer<typeof auth.handOverToHost>>;
  /** Redeems a code at its host: sets the cookie there, good for this one app, and moves on to the bound path. */
  enter(call: Call<typeof auth.enterHost>): Promise<Answer<typeof auth.enterHost>>;
};

/**
 * Takes a signed-in browser from the origin of the API to the host name of an app. The browser was there before and got
 * a value that it shows again when it comes back (`state`): a code that somebody else made signs nobody in.
 */
export function createHostHandOver(parts: {
  clock: Clock;
  sessions: Sessions;
  tokens: Tokens;
  findRouteAt: FindRouteAt;
  origins: Origins;
  problemPage: Page;
}): HostHandOver {
  const { tokens, findRouteAt, origins, problemPage } = parts;
  const codes = createHandOverCodes<Bound>(parts);

  return {
    async make({ body, caller, header }) {
      const { sessionId, principal, facts } = caller;
      if (sessionId === undefined) {
        throw new Problem("UNAUTHORIZED", "Only a browser session with its proof can open apps in the browser.");
      }
      const { name, port } = splitHost(body.host);
      const route = await findRouteAt(name);
      if (!route) throw new Problem("APP_NOT_FOUND", "No app has this host name.");
      checkMayOpen(principal, route, route.appId);
      const path = pathWithin("/", body.path);
      if (path.startsWith(RESERVED_PATH)) throw new Problem("FORBIDDEN", `${RESERVED_PATH} belongs to the gateway.`);
      const own = origins({ facts, host: header("host") });
      const here = splitHost(header("host") ?? "").port;
      // Nobody but we may get the code: at a port that is not ours another program of this machine could listen.
      const known = [own.api, own.apps].map((url) => new URL(url).port);
      const host = `${name}${known.includes(port) ? colon(port) : colon(here)}`;
      const code = codes.make(sessionId, { host: name, appId: route.appId, path, state: body.state });
      return { body: { url: `${schemeOf(facts.secure)}://${host}${RESERVED_PATH}enter?code=${code}` } };
    },

    async enter({ query, caller, header }) {
      const { facts } = caller;
      const used = header("host") ?? "";
      const state = cookieValue(header("cookie"), facts.secure ? ENTRY_COOKIE.secure : ENTRY_COOKIE.plain);
      const redeemed = await codes.redeem(query.code);
      const isMeant =
        redeemed?.bound.host === splitHost(used).name && state !== undefined && sameSecret(state, redeemed.bound.state);
      if (!redeemed || !isMeant) {
        return usedUp(problemPage, {
          message: "It opens an app once, for a few seconds, and only in the browser that asked for it.",
          hint: "Open the app again. If this page comes back, allow cookies for this address.",
          link: "/",
          action: "Open the app again",
          request: facts.id,
        });
      }
      const { bound, session } = redeemed;
      const { user, id, expiresAt } = session;
      const subject = { id: subjectId(user.id), generation: user.generation, scopes: user.scopes };
      const { token, expiresIn } = tokens.mintApps(subject, { id, expiresAt }, bound.appId);
      return {
        status: 303,
        headers: {
          ...PRIVATE_ANSWER,
          "set-cookie": setCookie(APPS_COOKIE, facts.secure, token, expiresIn),
          // Whole, because a path that begins with two slashes would lead to another host.
          location: `${schemeOf(facts.secure)}://${used}${bound.path}`,
        },
      };
    },
  };
}

/** A Host header in its parts, the name in lower case; `port` is empty for the scheme's own. */
function splitHost(host: string): { name: string; port: string } {
  const [, name = "", port = ""] = /^([^:]*|\[[^\]]*\])(?::(\d+))?$/.exec(host) ?? [];
  return { name: name.toLowerCase(), port };
}

function colon(port: string): string {
  return port && `:${port}`;
}

function schemeOf(secure: boolean): string {
  return secure ? "https" : "http";
}
