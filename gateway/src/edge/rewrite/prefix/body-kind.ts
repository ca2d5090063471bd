import { type BodyRewriter, bodyOf, type PageScript } from "./body-rewriter.ts";
import { createCssRewriter } from "./css.ts";
import { createHtmlRewriter } from "./html.ts";
import { createManifestRewriter, createSpeculationRulesRewriter } from "./manifest.ts";
import { baseAt, type PrefixedApp } from "./prefixed-app.ts";
import { createUrlBaseRewriter } from "./url-base.ts";

/** How a body is changed. `url-base`: a start document of Sonarr and its family. */
export type BodyKind = "html" | "css" | "manifest" | "speculation-rules" | "url-base";

/** An answer's body and what it was asked for. */
export type BodyFacts = {
  status: number;
  /** Value of Content-Type. */
  contentType: string | undefined;
  /** Value of Content-Disposition: what is saved as a file is left as it is. */
  contentDisposition: string | undefined;
  /** Path of the request, without query. */
  path: string;
  /** Value of the request's Sec-Fetch-Dest. Browsers send none over plain HTTP. */
  fetchDest: string | undefined;
};

const KINDS: Readonly<Record<string, BodyKind>> = {
  "text/html": "html",
  "text/css": "css",
  "application/manifest+json": "manifest",
  "application/x-web-app-manifest+json": "manifest",
  "application/speculationrules+json": "speculation-rules",
};

/** Targets of a request in which a script of ours belongs into HTML. */
const PAGE_DESTS: ReadonlySet<string> = new Set(["document", "iframe", "frame", "fencedframe", "embed", "object"]);

/**
 * How the body must be changed; undefined when it passes as it is: other types, parts (206), what is saved as a file,
 * UTF-16 and UTF-32.
 */
export function bodyKind(facts: BodyFacts): BodyKind | undefined {
  const { status, contentType, path, fetchDest } = facts;
  if (status < 200 || status === 204 || status === 206 || status === 304 || !contentType) return undefined;
  if (/^[\t ]*attachment/i.test(facts.contentDisposition ?? "")) return undefined;
  if (/charset[\t ]*=[\t "']*(?:utf-?(?:16|32)|ucs|iso-10646)/i.test(contentType)) return undefined;
  const type = (contentType.split(";", 1)[0] as string).trim().toLowerCase();
  const kind = KINDS[type];
  if (kind) return kind;
  if (type !== "application/json" && type !== "text/json" && !isScript(type)) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name === (isScript(type) ? "initialize.js" : "initialize.json")) return "url-base";
  if (isScript(type)) return undefined;
  return fetchDest === "manifest" || MANIFEST_NAMES.has(name) ? "manifest" : undefined;
}

/** Names under which apps serve their manifest as plain JSON. */
const MANIFEST_NAMES: ReadonlySet<string> = new Set(["manifest.json", "site.webmanifest", "manifest.webmanifest"]);

function isScript(type: string): boolean {
  return type === "application/javascript" || type === "text/javascript" || type === "application/x-javascript";
}

/**
 * Whether our script goes into HTML that was asked for with this Sec-Fetch-Dest: into all of it, into whole pages only
 * (nobody said), or into none, as it is a piece for a script.
 */
export function pageScriptFor(fetchDest: string | undefined): "always" | "whole-pages" | "never" {
  if (fetchDest === undefined) return "whole-pages";
  return PAGE_DESTS.has(fetchDest) ? "always" : "never";
}

/** Makes the rewriter for one body. `script` goes into HTML only; `path` is that by which the client knows it, without query. */
export function createBodyRewriter(kind: BodyKind, app: PrefixedApp, script?: PageScript, path?: string): BodyRewriter {
  const base = path === undefined ? undefined : baseAt(app, path);
  switch (kind) {
    case "html":
      return bodyOf(createHtmlRewriter(app, script, base));
    case "css":
      return bodyOf(createCssRewriter(app, base));
    case "manifest":
      return bodyOf(createManifestRewriter(app, base));
    case "speculation-rules":
      return bodyOf(createSpeculationRulesRewriter(app, base));
    case "url-base":
      return bodyOf(createUrlBaseRewriter(app));
  }
}
