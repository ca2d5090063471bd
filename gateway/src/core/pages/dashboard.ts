import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Form, WebFile } from "./web-file.ts";

/** The built dashboard. */
export type Dashboard = {
  /** Its page, as it lies on the disk now; undefined where no dashboard was ever seen. */
  page(): WebFile | undefined;
  /** A script, style, font or picture by its name. */
  asset(name: string): WebFile | undefined;
};

/** What is served out of the folder `assets`, by the end of the name. */
export const ASSET_TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** Names hold a hash of the content: it never changes (RFC 8246). */
const FOREVER = "public, max-age=31536000, immutable";
/** Kept, but asked for each time: it names the scripts of the newest build. */
const ASK_FIRST = "no-cache";

type Held = { stamp: string; page: WebFile; assets: ReadonlyMap<string, WebFile> };

/**
 * Serves the dashboard that was built into `folder`: `index.html` and, beside it, `assets` with files that may have
 * `.br` and `.gz` forms. All of it is held in memory. Whether there is a newer build is looked up with each view of
 * the page, so that a build needs no restart; while one is being put in its place the last one is served. Names that
 * clients send never become paths.
 */
export function createDashboard(folder: string): Dashboard {
  let held: Held | undefined;

  function newest(): Held | undefined {
    const stamp = stampOf(folder);
    if (stamp === undefined || stamp === held?.stamp) return held;
    try {
      held = read(folder, stamp);
    } catch {
      // It is replaced at this very moment; the next one who asks looks again.
    }
    return held;
  }

  return {
    page: () => newest()?.page,
    // What is not there may have come with a build that nobody has viewed yet.
    asset: (name) => held?.assets.get(name) ?? newest()?.assets.get(name),
  };
}

/** Another text for another build; undefined where there is none. */
function stampOf(folder: string): string | undefined {
  const page = statSync(join(folder, "index.html"), { throwIfNoEntry: false });
  const assets = statSync(join(folder, "assets"), { throwIfNoEntry: false });
  return page && assets && `${page.ino} ${page.mtimeMs} ${page.size} ${assets.ino} ${assets.mtimeMs}`;
}

function read(folder: string, stamp: string): Held {
  const place = join(folder, "assets");
  const names = new Set(readdirSync(place));
  const assets = new Map<string, WebFile>();
  for (const name of names) {
    const type = ASSET_TYPES[extname(name)];
    if (type === undefined) continue;
    const compressed = (end: string) => (names.has(name + end) ? readFileSync(join(place, name + end)) : undefined);
    const forms = formsOf(readFileSync(join(place, name)), compressed(".br"), compressed(".gz"));
    assets.set(name, { type, cache: FOREVER, forms });
  }
  // Small, and under one name with changing content: compressed here, it can never be another build's.
  const html = readFileSync(join(folder, "index.html"));
  const forms = formsOf(html, brotliCompressSync(html), gzipSync(html));
  return { stamp, page: { type: "text/html; charset=utf-8", cache: ASK_FIRST, forms }, assets };
}

function formsOf(plain: Buffer, br: Buffer | undefined, gzip: Buffer | undefined): Form[] {
  const tag = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  return [
    ...(br ? [{ encoding: "br", body: br, etag: `"${tag}-br"` } as const] : []),
    ...(gzip ? [{ encoding: "gzip", body: gzip, etag: `"${tag}-gz"` } as const] : []),
    { encoding: "identity", body: plain, etag: `"${tag}"` },
  ];
}
