import { LRUCache } from "lru-cache";
import { atMost } from "../../kit/at-most.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Outbound, OutboundAnswer } from "../../kit/outbound.ts";
import { originOf, wayTo } from "./ask-upstream.ts";
import type { AppTarget } from "./catalog.ts";
import { type Icon, iconVersion, imageType } from "./icon-images.ts";
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

type Search = { icon: Icon | undefined };

/**
 * Finds the icon that an app itself offers; undefined when it offers none. Only the host and port of the app's route
 * are asked; an address that somebody wrote into the app's `icon` is never fetched. What counts as an image is told by
 * its bytes. What was found is kept for a day, what was not for five minutes.
 */
export function createIconSearch(options: {
  outbound: Outbound;
  clock: Clock;
}): (target: AppTarget) => Promise<Icon | undefined> {
  const { outbound, clock } = options;
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
    const origin = new URL(originOf(upstream));

    async function get(url: URL, accept: string, maxBytes: number): Promise<OutboundAnswer | undefined> {
      const timeoutMs = until - clock.monotonic();
      if (timeoutMs <= 0 || url.host !== origin.host || url.protocol !== origin.protocol) return undefined;
      const answer = await outbound
        .fetchFrom({
          ...wayTo(upstream),
          url,
          headers: { "user-agent": "Nekzus/1.0", accept },
          maxBytes,
          timeoutMs,
          redirects: REDIRECTS,
          sameHostOnly: true,
        })
        .catch(() => undefined);
      return answer?.status === 200 ? answer : undefined;
    }

    async function image(url: URL): Promise<Icon | undefined> {
      const answer = await get(url, "image/*", IMAGE_BYTES);
      const type = answer && !answer.truncated ? imageType(answer.body) : undefined;
      return answer && type ? { body: answer.body, type, version: iconVersion(answer.body) } : undefined;
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

  return async (target) => (await search(target)).icon;
}
