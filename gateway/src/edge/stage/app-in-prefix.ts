import type { RouteEntry, Upstream } from "../../wire/snapshot.ts";
import type { PrefixedApp } from "../rewrite/prefix/prefixed-app.ts";

/**
 * The app of a route that strips its prefix, for clients that reach it at `origin` (`https://nas.local:8444`, lower case).
 * `appsOrigin`: the configured one, if there is any.
 */
export function appInPrefix(route: RouteEntry, origin: string, appsOrigin: string | undefined): PrefixedApp {
  return {
    rule: {
      prefix: route.pathBase,
      exclude: route.excludePaths,
      origins: [...spellings(origin), ...(appsOrigin === undefined ? [] : spellings(appsOrigin.toLowerCase()))],
    },
    // Nobody reaches a socket by an address.
    upstreamOrigins: route.upstream.socket ? [] : [originOf(route.upstream)],
  };
}

function originOf({ secure, host, port }: Upstream): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `http${secure ? "s" : ""}://${name}${port === (secure ? 443 : 80) ? "" : `:${port}`}`.toLowerCase();
}

/** An origin, and how else apps spell it: with the port that goes without saying, or without it. */
function spellings(origin: string): string[] {
  const port = origin.startsWith("https:") ? ":443" : ":80";
  if (origin.endsWith(port)) return [origin.slice(0, -port.length), origin];
  return /:\d+$/.test(origin) ? [origin] : [origin, origin + port];
}
