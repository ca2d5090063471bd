import { LRUCache } from "lru-cache";
import { atMost } from "../../kit/at-most.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Outbound, OutboundAnswer } from "../../kit/outbound.ts";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { AppTarget, Catalog } from "./catalog.ts";
import { imageType } from "./icon-images.ts";
import { iconLinks } from "./icon-links.ts";

/** Limits of one search (20 §2.3). */
const SEARCH_MS = 10_000;
const IMAGE_BYTES = 1024 * 1024;
const HTML_BYTES = 64 * 1024;
const REDIRECTS = 3;
/** Searches at the same time. */
const SEARCHES_AT_ONCE = 8;

const CACHE_BYTES = 32 * 1024 * 1024;
const KEEP_FOUND_MS = 24 * 3_600_000;
const KEEP_MISSING_MS = 5 * 60_000;

/** An SVG can carry scripts: opened on its own it must run nothing and load nothing. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

type Icon = { body: Buffer; type: string };
type Search = { icon: Icon | undefined };

export type Icons = {
  /** The icon of an app with its headers. Throws `APP_NOT_FOUND`, `FAVICON_NOT_FOUND`. */
  icon(principal: Principal, appId: string): Promise<{ body: Buffer; headers: Record<string, string> }>;
};

/**
 * Finds the icon that an app itself offers. Only the host and port of the app's route are asked; an address that
 * somebody wrote into the app's `icon` is never fetched. What counts as an image is told by its bytes.
 */
export function createIcons(options: { catalog: Pick<Catalog, "target">; outbound: Outbound; clock: Clock }): Icons {
  const { catalog, outbound, clock } = options;
  const limited = atMost(SEARCHES_AT_ONCE);
  const searching = new Map<string, Promise<Search>>();
  const cache = new LRUCache<string, Search>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (search, key) => key.length + (search.icon?.body.length ?? 0) + 100,
    ttlResolution: 0,
    perf: { now: () => clock.monotonic() + 1 },
  });

  function search(target: AppTarget): Promise<Search> {
    // Another upstream or other options may mean another icon.
    const key = JSON.stringify([target.app.id, target.upstream, target.route.pathBase, target.route.stripPrefix]);
    const known = cache.get(key) ?? searching.get(key);
    if (known) return Promise.resolve(known);
    const work = limited(() => find(target))
      .then((icon) => {
        const result = { icon };
        cache.set(key, result, { ttl: icon ? KEEP_FOUND_MS : KEEP_MISSING_MS });
        return result;
      })
      .finally(() => searching.delete(key));
    searching.set(key, work);
    return work;
  }

  async function find({ route, upstream }: AppTarget): Promise<Icon | undefined> {
    const until = clock.monotonic() + SEARCH_MS;
    const host = upstream.host.includes(":") ? `[${upstream.host}]` : upstream.host;
    const origin = new URL(`http${upstream.secure ? "s" : ""}://${host}:${upstream.port}`);

    async function get(url: URL, accept: string, maxBytes: number): Promise<OutboundAnswer | undefined> {
      const timeoutMs = until - clock.monotonic();
      if (timeoutMs <= 0 || url.host !== origin.host || url.protocol !== origin.protocol) return undefined;
      const answer = await outbound
        .fetchFrom({
          url,
          allow: [upstream.addressClass],
          headers: { "user-agent": "Nekzus/1.0", accept },
          maxBytes,
          timeoutMs,
          redirects: REDIRECTS,
          sameHostOnly: true,
          insecureSkipVerify: upstream.insecureSkipVerify,
        })
        .catch(() => undefined);
      return answer?.status === 200 ? answer : undefined;
    }

    async function image(url: URL): Promise<Icon | undefined> {
      const answer = await get(url, "image/*", IMAGE_BYTES);
      const type = answer && !answer.truncated ? imageType(answer.body) : undefined;
      return answer && type ? { body: answer.body, type } : undefined;
    }

    /** Behind a stripped prefix the app may still name its icons by their public path. */
    function withoutPrefix(url: URL): URL {
      if (!route.stripPrefix || !url.pathname.startsWith(route.pathBase)) return url;
      return new URL(`${upstream.path}/${url.pathname.slice(route.pathBase.length)}${url.search}`, origin);
    }

    async function named(path: string): Promise<Icon | undefined> {
      const page = await get(new URL(path, origin), "text/html", HTML_BYTES);
      if (!page || !String(page.headers["content-type"]).includes("html")) return undefined;
      for (const link of iconLinks(page.body.toString(), page.finalUrl)) {
        const icon = await image(withoutPrefix(link));
        if (icon) return icon;
      }
      return undefined;
    }

    return (
      (await image(new URL(`${upstream.path}/favicon.ico`, origin))) ??
      (await image(new URL(`${upstream.path}/favicon.png`, origin))) ??
      (await named(`${upstream.path}/`)) ??
      // An app that keeps its prefix has its pages below it.
      (route.stripPrefix ? undefined : await named(upstream.path + route.pathBase))
    );
  }

  return {
    async icon(principal, appId) {
      const target = await catalog.target(principal, appId);
      if (!target) throw new Problem("APP_NOT_FOUND", `No app with a route has the id "${appId}".`);
      const { icon } = await search(target);
      if (!icon) throw new Problem("FAVICON_NOT_FOUND", `The app "${appId}" offers no icon.`);
      return {
        body: icon.body,
        headers: {
          "Content-Type": icon.type,
          "Cache-Control": "private, max-age=86400",
          "X-Content-Type-Options": "nosniff",
          ...(icon.type === "image/svg+xml" && { "Content-Security-Policy": SVG_POLICY }),
        },
      };
    },
  };
}
