import type { RouteEntry } from "../wire/snapshot.ts";
import type { Refuse } from "./answer.ts";
import { isNavigation } from "./decide/head.ts";
import { signInRedirect } from "./host-sign-in.ts";
import type { Visit } from "./request.ts";

export type Detours = {
  /** No principal: a browser is led to the sign-in, everybody else is told. */
  askToSignIn(visit: Visit, route: RouteEntry | undefined): void;
  /** A public app is served to everybody, but only where apps live. */
  sendToAppsOrigin(visit: Visit): void;
  /** The prefix of a route gets its slash, and the query stays. */
  addSlash(visit: Visit): void;
  /** A request that an app's page sent past its prefix goes where it belongs, with its method and body. */
  leadInto(visit: Visit, path: string): void;
};

/** Where a request goes that is not for an app yet. */
export function createDetours({
  refuse,
  showOpenPage,
}: {
  refuse(visit: Visit, answer: Refuse): void;
  /** Answers the page that obtains a hand-over and moves on to the apps origin. */
  showOpenPage(visit: Visit, appId: string): void;
}): Detours {
  return {
    askToSignIn(visit, route) {
      const { door, state, target, head, request } = visit;
      if (!isNavigation(request.method, head) || visit.upgrade) {
        refuse(visit, {
          code: "UNAUTHORIZED",
          message: "Sign in first: show a token or an API key, or open the app from the dashboard.",
          headers: { "WWW-Authenticate": 'Bearer realm="nekzus"' },
        });
      } else if (visit.hostRoute) {
        request.answer(302, signInRedirect(visit), "");
      } else if (door.name === "api" || state.snapshot.sharedOrigin) {
        const first = target.path.slice("/apps/".length).split("/", 1)[0] ?? "";
        showOpenPage(visit, route?.appId ?? first);
      } else {
        redirect(visit, 302, originOf(visit, state.snapshot.apiOrigin) + target.path + target.query);
      }
    },

    sendToAppsOrigin(visit) {
      const { target, state } = visit;
      if (visit.upgrade) {
        refuse(visit, {
          code: "UNAUTHORIZED",
          message: "Without a credential, WebSockets of apps open on the apps' origin.",
        });
        return;
      }
      redirect(visit, 307, originOf(visit, state.snapshot.appsOrigin) + target.path + target.query);
    },

    addSlash,

    leadInto: (visit, path) => redirect(visit, 307, path),
  };
}

function addSlash(visit: Visit): void {
  const { method } = visit.request;
  const { path, query } = visit.target;
  redirect(visit, method === "GET" || method === "HEAD" ? 301 : 308, `${path}/${query}`);
}

function redirect({ request, state }: Visit, status: number, location: string): void {
  const headers = ["Location", location, "Cache-Control", "no-store", "X-API-Version", state.snapshot.version];
  request.answer(status, headers, "");
}

/** One of our origins as the browser can reach it; `:8443` means the host that it used. */
function originOf({ head, secure }: Visit, origin: string): string {
  if (!origin.startsWith(":")) return origin;
  return `${secure ? "https" : "http"}://${head.host.replace(/:\d+$/, "")}${origin}`;
}
