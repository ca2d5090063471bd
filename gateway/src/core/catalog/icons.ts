import type { Clock } from "../../kit/clock.ts";
import { isUnchanged } from "../../kit/if-none-match.ts";
import type { Outbound } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { Catalog } from "./catalog.ts";
import { createIconSearch } from "./icon-search.ts";
import type { IconUploads } from "./icon-uploads.ts";

/** An SVG can carry scripts: opened on its own it must run nothing and load nothing. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Short, because an icon may change under the same address; asking again with the ETag costs little. */
const CACHE_CONTROL = "private, max-age=300";

/** What a browser kept for one person is not for the next one who signs in there. */
const CREDENTIALS = "Authorization, X-API-Key, X-Nekzus-Proof";

/** The image is left out of a 304. */
export type IconAnswer = { status: 200 | 304; body?: Buffer; headers: Record<string, string> };

export type Icons = {
  /**
   * The icon of an app with its headers: the one that a person uploaded, else what the app itself offers. 304 when it
   * is still what the caller named with `If-None-Match`. Throws `APP_NOT_FOUND`, `FAVICON_NOT_FOUND`.
   */
  icon(principal: Principal, appId: string, ifNoneMatch?: string): Promise<IconAnswer>;
};

/** Answers the icons of apps. */
export function createIcons(options: {
  catalog: Pick<Catalog, "target" | "isVisible">;
  uploads: Pick<IconUploads, "version" | "read">;
  outbound: Outbound;
  clock: Clock;
}): Icons {
  const { catalog, uploads } = options;
  const search = createIconSearch(options);

  return {
    async icon(principal, appId, ifNoneMatch) {
      const target = await catalog.target(principal, appId);
      if (!target && !(await catalog.isVisible(principal, appId)))
        throw new Problem("APP_NOT_FOUND", `No app has the id "${appId}".`);
      const uploaded = await uploads.version(appId);
      if (uploaded && isUnchanged(ifNoneMatch, tagOf(uploaded))) return unchanged(uploaded);
      const icon = (uploaded ? await uploads.read(appId) : undefined) ?? (target && (await search(target)));
      if (!icon) throw new Problem("FAVICON_NOT_FOUND", `The app "${appId}" offers no icon.`);
      if (isUnchanged(ifNoneMatch, tagOf(icon.version))) return unchanged(icon.version);
      return {
        status: 200,
        body: icon.body,
        headers: {
          "Content-Type": icon.type,
          "X-Content-Type-Options": "nosniff",
          ...caching(icon.version),
          ...(icon.type === "image/svg+xml" && { "Content-Security-Policy": SVG_POLICY }),
        },
      };
    },
  };
}

function unchanged(version: string): IconAnswer {
  return { status: 304, headers: caching(version) };
}

function caching(version: string): Record<string, string> {
  return { "Cache-Control": CACHE_CONTROL, Vary: CREDENTIALS, ETag: tagOf(version) };
}

function tagOf(version: string): string {
  return `"${version}"`;
}
