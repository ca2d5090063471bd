import { intoPrefix } from "../../wire/prefix-rule.ts";
import { RESERVED_PATH } from "../../wire/reserved-path.ts";
import { fieldOf } from "../http1/fields.ts";
import type { Visit } from "../request.ts";
import { authorise, identify, shownCredential } from "./identity.ts";
import { isRefusal, readTarget } from "./target.ts";

/** First segments of paths that are the gateway's own where apps share its origin. */
const OURS: ReadonlySet<string> = new Set([
  "",
  ".nekzus",
  "api",
  "apps",
  "assets",
  "docs",
  "healthz",
  "livez",
  "metrics",
  "pair",
  "readyz",
  "ui",
  "ws",
]);

/**
 * Where a request belongs that an app's page sent past its prefix, `import("/chart.js")`: nothing of ours is at its path, and
 * its Referer is a page of an app whose prefix is put before everything else. The answer is a path below that prefix;
 * undefined when there is no such app, or when who asks may not use it: a stranger learns nothing of which apps exist.
 * `now`: in ms since 1970.
 *
 * Only browsers say truly where a request comes from, and no page can make them name another site. What it leads to is
 * checked as if it had been asked for in the first place.
 */
export function strayPath(visit: Visit, now: number): string | undefined {
  const { request, head, door, state, target, secure, client } = visit;
  const { sharedOrigin } = state.snapshot;
  if (!isStray(visit, door.name === "apps" ? "apps" : sharedOrigin ? "both" : "api")) return undefined;
  const page = ownPage(fieldOf(request.headers, "referer"), `${secure ? "https" : "http"}://${head.host}`);
  const match = page === undefined ? undefined : state.routes.match(page);
  if (match?.kind !== "route" || !match.route.rewriteHTML) return undefined;
  const { route } = match;
  const shown = shownCredential(head, door.name, secure, sharedOrigin);
  const { principal } = identify(shown, state.credentials, now, route.appId, client);
  if (authorise(principal, route) !== "allow") return undefined;
  const inside = intoPrefix({ prefix: route.pathBase, exclude: route.excludePaths, origins: [] }, target.path);
  return inside === target.path ? undefined : inside + target.query;
}

/** May a path that a page of an app asks for be meant for the app? `here`: whose origin this is. */
function isStray({ target: { path }, head: { fetchSite } }: Visit, here: "apps" | "api" | "both"): boolean {
  if (here === "api" || path.startsWith("/apps/") || path.startsWith(RESERVED_PATH)) return false;
  if (fetchSite !== undefined && fetchSite !== "same-origin") return false;
  return here === "apps" || !OURS.has(path.split("/", 2)[1] as string);
}

/** The path that a Referer names at this origin, judged as strictly as one that is asked for. */
function ownPage(referer: string | undefined, origin: string): string | undefined {
  if (referer === undefined || !referer.toLowerCase().startsWith(`${origin.toLowerCase()}/`)) return undefined;
  const target = readTarget(referer.slice(origin.length), "");
  return isRefusal(target) ? undefined : target.path;
}
