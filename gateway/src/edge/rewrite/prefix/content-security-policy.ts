import { intoPrefix } from "../../../wire/prefix-rule.ts";
import { isOriginOf, type PrefixedApp } from "./prefixed-app.ts";

/** The script that the gateway puts into pages, as a policy must name it. */
export type PolicyScript = {
  /** Its whole address, `https://nas.local:8444/apps/.nekzus/prefix.js`. */
  source: string;
  /** From `scriptNonce`; the same stands on the tag. */
  nonce: string | undefined;
  /** What the answer's policies name by checksums. */
  summed: Summed;
};

/** What stands in a page and is let in by its checksum: with another byte in it, it would not be. */
export type Summed = { scripts: boolean; styles: boolean };

/** The policy of Trusted Types that our script makes for the addresses that it changes. */
const TRUSTED_TYPES_POLICY = "nekzus-prefix";

/** Directives that decide on a script element with an address, the most special first (CSP 3, section 6.8.1). */
const FOR_SCRIPTS = ["script-src-elem", "script-src", "default-src"];
/** The same for `<style>`. */
const FOR_STYLES = ["style-src-elem", "style-src", "default-src"];

/**
 * The value of a Content-Security-Policy (also -Report-Only, also of a `<meta>`) for an app in its prefix: sources with
 * paths, and the upstream's own origin, lead into the prefix; with `script`, our script may run. Everything else stays,
 * byte for byte. A value may hold several policies, with commas between them.
 */
export function policyInPrefix(app: PrefixedApp, value: string, script?: PolicyScript): string {
  return value
    .split(",")
    .map((policy) => {
      const moved = policy
        .split(";")
        .map((directive) => sourcesInPrefix(app, directive))
        .join(";");
      return script ? withScript(moved, script) : moved;
    })
    .join(",");
}

/** A policy of the route's own, which knows the prefix, with what lets our script run. */
export function policyWithScript(value: string, script: PolicyScript): string {
  return value
    .split(",")
    .map((policy) => withScript(policy, script))
    .join(",");
}

/**
 * The nonce that our script needs under these policies (values of all Content-Security-Policy headers): where a policy
 * says 'strict-dynamic', addresses do not count. It is the first that such a policy has; `fresh` makes one when none
 * has any. Undefined when the address is enough.
 */
export function scriptNonce(values: readonly string[], fresh: () => string): string | undefined {
  let needed = false;
  for (const policy of values.flatMap((value) => value.split(","))) {
    const sources = effective(policy.split(";"), FOR_SCRIPTS)?.sources;
    if (!sources || !isStrictDynamic(sources)) continue;
    needed = true;
    for (const source of sources) {
      const nonce = /^'nonce-([a-z0-9+/_-]+={0,2})'$/i.exec(source)?.[1];
      if (nonce) return nonce;
    }
  }
  return needed ? fresh() : undefined;
}

/** What these policies (values of all Content-Security-Policy headers) name by checksums. */
export function summedIn(values: readonly string[]): Summed {
  const policies = values.flatMap((value) => value.split(",")).map((policy) => policy.split(";"));
  const names = (list: readonly string[]) =>
    policies.some((directives) => effective(directives, list)?.sources.some((source) => /^'sha\d+-/i.test(source)));
  return { scripts: names(FOR_SCRIPTS), styles: names(FOR_STYLES) };
}

function sourcesInPrefix(app: PrefixedApp, directive: string): string {
  let isName = true;
  return directive.replace(/[^\t\n\f\r ]+/g, (word) => {
    if (!isName) return sourceInPrefix(app, word);
    isName = false;
    return word;
  });
}

function sourceInPrefix(app: PrefixedApp, source: string): string {
  if (source.startsWith("'")) return source;
  const [, scheme = "", host = "", path = ""] =
    /^([a-z][a-z0-9+.-]*:(?=\/\/))?(?:\/\/)?([^/]*)(.*)$/is.exec(source) ?? [];
  if (!host) return intoPrefix(app.rule, source);
  const origin = `${scheme}//${host}`;
  const moved = path && intoPrefix(app.rule, path);
  if (isOriginOf(app.upstreamOrigins, origin)) {
    const [own] = app.rule.origins;
    if (!own) return "'self'";
    return (/^ws/i.test(scheme) ? own.replace(/^http/, "ws") : own) + moved;
  }
  if (moved === path || !isOriginOf(app.rule.origins, origin)) return source;
  return source.slice(0, source.length - path.length) + moved;
}

type Directive = { name: string; at: number; sources: string[] };

/** The directive of that name; of several the first counts. */
function named(directives: readonly string[], name: string): Directive | undefined {
  for (let at = 0; at < directives.length; at++) {
    const [own, ...sources] = (directives[at] as string).split(/[\t\n\f\r ]+/).filter(Boolean);
    if (own?.toLowerCase() === name) return { name, at, sources };
  }
  return undefined;
}

/** The directive that decides, of these names. */
function effective(directives: readonly string[], names: readonly string[]): Directive | undefined {
  for (const name of names) {
    const found = named(directives, name);
    if (found) return found;
  }
  return undefined;
}

function withScript(policy: string, { source, nonce }: PolicyScript): string {
  const directives = policy.split(";");
  const types = named(directives, "trusted-types");
  if (types) add(directives, types, TRUSTED_TYPES_POLICY);
  const found = effective(directives, FOR_SCRIPTS);
  if (!found) return directives.join(";");
  const needed = isStrictDynamic(found.sources) && nonce ? `'nonce-${nonce}'` : source;
  if (found.name !== "default-src") add(directives, found, needed);
  else if (!found.sources.includes(needed)) {
    // What only the default says is said again for scripts, so that nothing else is opened.
    const whole = directives.join(";").trimEnd();
    return `${whole}${whole.endsWith(";") ? "" : ";"} ${directiveWith("script-src", found.sources, needed)}`;
  }
  return directives.join(";");
}

function add(directives: string[], { name, at, sources }: Directive, source: string): void {
  if (sources.includes(source) || (name === "trusted-types" && sources.includes("*"))) return;
  const lead = /^[\t\n\f\r ]*/.exec(directives[at] as string)?.[0] ?? "";
  directives[at] = lead + directiveWith(name, sources, source);
}

/** 'none' means none only when it stands alone. */
function directiveWith(name: string, sources: readonly string[], source: string): string {
  return [name, ...sources.filter((one) => one.toLowerCase() !== "'none'"), source].join(" ");
}

function isStrictDynamic(sources: readonly string[]): boolean {
  return sources.some((source) => source.toLowerCase() === "'strict-dynamic'");
}
