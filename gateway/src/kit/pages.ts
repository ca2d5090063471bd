import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A page of our own, with the policy that it is served with. */
export type Page = { readonly html: string; readonly csp: string };

/** A script, style or picture of our own pages. */
export type Asset = {
  readonly body: Buffer;
  /** For Content-Type. */
  readonly type: string;
  /** For ETag, quotes included. */
  readonly etag: string;
};

export type Pages = {
  /** For a browser that navigates to an app on the API's origin. Placeholder: `app`. */
  readonly open: Page;
  /** `/docs`: the API for readers. */
  readonly docs: Page;
  /**
   * For errors in a browser. Placeholders: `title`, `message`, `hint`, `link` with `action`, `code`, `request`; an empty
   * link loads the same page again.
   */
  readonly problem: Page;
  /** The script for pages of apps in prefix mode. */
  readonly prefixScript: Asset;
  /** What `/assets/{name}` answers. */
  asset(name: string): Asset | undefined;
};

const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  webmanifest: "application/manifest+json",
};

/** Reads all pages and assets, once. Throws when one is missing, which means a damaged installation. */
export function loadPages(): Pages {
  const folder = pagesFolder();
  const page = (name: string): Page => {
    const html = readFileSync(join(folder, name), "utf8");
    return { html, csp: policyFor(html) };
  };
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[/^[a-z0-9-]+\.(js|css|svg|png|webmanifest)$/.exec(name)?.[1] ?? ""];
    if (!type) continue;
    const body = readFileSync(join(folder, name));
    assets.set(name, { body, type, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` });
  }
  const prefixScript = assets.get("prefix.js");
  if (!prefixScript) throw new Error("The file `pages/prefix.js` is missing: install Nekzus again.");
  return {
    prefixScript,
    open: page("open.html"),
    docs: page("docs.html"),
    problem: page("problem.html"),
    asset: (name) => assets.get(name),
  };
}

/** The Content-Security-Policy header of a page. */
export function cspOf(page: Page): string {
  return page.csp;
}

/** The page's text with each `{{name}}` replaced by its value, as text: markup in a value stays visible text. */
export function fill(page: Page, values: Readonly<Record<string, string>>): string {
  return page.html.replace(/\{\{([a-z]+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? ""));
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** The text as it may stand in markup and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] as string);
}

/**
 * Allows what the page brings and nothing else: its own styles by their hash, and files from our origin only when it
 * names a script. A page without one needs nothing but itself, so that it can be shown on any origin.
 */
function policyFor(html: string): string {
  const hashes = [...html.matchAll(/<style>(.*?)<\/style>/gs)].map(
    ([, style]) =>
      `'sha256-${createHash("sha256")
        .update(style as string)
        .digest("base64")}'`,
  );
  const scripted = html.includes("<script");
  const styles = [...(scripted ? ["'self'"] : []), ...hashes].join(" ");
  return [
    "default-src 'none'",
    ...(styles ? [`style-src ${styles}`] : []),
    ...(scripted
      ? ["script-src 'self'", "connect-src 'self'", "img-src 'self' blob:", "require-trusted-types-for 'script'"]
      : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Where the built dashboard lies: beside our own pages. A checkout has none before its first build. */
export function dashboardFolder(): string {
  return join(dirname(pagesFolder()), "dashboard");
}

/** The folder `pages` of the package: the program may lie in `src` or, bundled, in `dist`. */
function pagesFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "pages", "problem.html"))) return join(folder, "pages");
    if (folder === dirname(folder)) throw new Error("The folder `pages` is missing: install Nekzus again.");
  }
}
