import type { Findings } from "./findings.ts";
import type { Page } from "./page.ts";
import { leaves, type Place } from "./scripts.ts";
import type { VisitAnswer } from "./visit.ts";

/** What apps answer to a host name that they do not know: Syncthing, Transmission, qBittorrent, Django, Next.js … */
const HOST_REFUSED =
  /host check error|rpc-host-whitelist|invalid host header|disallowedhost|invalid http_host|untrusted domain|trusted_domains|host validation failed|not allowed by .{0,40}allowedhosts|allowed_?hosts|misdirected/i;
/** How much of an answer is looked at for such words, in characters. */
const WORDS = 20_000;

/** The words by which the app refuses the host name that it was asked by; undefined when it does not. */
export function hostRefusal({ status, body }: VisitAnswer): string | undefined {
  if (![400, 403, 409, 421].includes(status)) return undefined;
  return HOST_REFUSED.exec(body.subarray(0, WORDS).toString("latin1"))?.[0];
}

/** Is it, or does it lead to, a sign-in of the app itself? */
export function isSignIn(path: string): boolean {
  return /\/(?:login|log-in|signin|sign-in|auth|account\/login)(?:[/?#.]|$)/i.test(path);
}

/** Looks at the header of an answer as it reached the visitor. */
export function findInHeader(path: string, { headers }: VisitAnswer, place: Place, findings: Findings): void {
  for (const cookie of headers["set-cookie"] ?? []) {
    const name = cookie.split("=", 1)[0]?.trim() ?? "";
    if (/^__host-/i.test(name)) {
      findings.add({ kind: "host-cookie", path, certainty: "certain", text: name });
      continue;
    }
    const given = /;\s{0,10}path\s{0,10}=\s{0,10}([^;]{0,500})/i.exec(cookie)?.[1]?.trim();
    if (given?.startsWith("/") && leaves(given, place)) {
      findings.add({ kind: "wide-cookie", path, certainty: "certain", text: `${name}; Path=${given}` });
    }
  }
}

/** Looks at the page itself: policies, what it names outside the prefix, what it names without TLS. */
export function findInPage(
  { page, path, url }: { page: Page; path: string; url: URL },
  { headers }: VisitAnswer,
  place: Place,
  findings: Findings,
): void {
  const policies = [headers["content-security-policy"] ?? "", ...page.policies].filter(Boolean);
  for (const policy of policies.flatMap((value) => String(value).split(","))) {
    const reason = place.helped && page.hasPageScript ? barsPageScript(policy, url) : undefined;
    if (reason) findings.add({ kind: "policy", path, certainty: "certain", text: reason });
  }
  if (place.helped && !page.hasPageScript) findings.add({ kind: "not-rewritten", path, certainty: "certain" });
  const referrer = page.referrerPolicy ?? String(headers["referrer-policy"] ?? "").toLowerCase();
  if (place.helped && /no-referrer$|^origin$|^strict-origin$/.test(referrer.split(",").at(-1)?.trim() ?? "")) {
    findings.add({ kind: "no-referrer", path, certainty: "certain", text: referrer });
  }

  const base = page.base === undefined ? url : (URL.parse(page.base, url) ?? url);
  for (const { address, fetched, line } of page.addresses) {
    const target = URL.parse(address, base);
    if (!target) continue;
    const found = { path, line, text: address, certainty: "certain" } as const;
    if (target.origin === url.origin) {
      if (!leaves(target.pathname, place)) continue;
      findings.add({ ...found, kind: "leaves-prefix", coveredBy: place.helped ? "way-back" : "nothing" });
    } else if (fetched && target.protocol === "http:" && url.protocol === "https:") {
      findings.add({ ...found, kind: "mixed-content" });
    }
  }
}

/** The directive that keeps the gateway's script from running, or from being of use; undefined when none does. */
function barsPageScript(policy: string, url: URL): string | undefined {
  const directives = new Map<string, string[]>();
  for (const directive of policy.split(";").slice(0, 100)) {
    const [name = "", ...values] = directive.trim().split(/\s+/);
    if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), values);
  }
  const sandbox = directives.get("sandbox");
  if (sandbox && !(sandbox.includes("allow-scripts") && sandbox.includes("allow-same-origin"))) return "sandbox";
  const name = ["script-src-elem", "script-src", "default-src"].find((one) => directives.has(one));
  if (name === undefined) return undefined;
  const sources = directives.get(name) as string[];
  // A nonce that the gateway took over stands on its tag.
  const allowed = sources.some(
    (source) =>
      ["'self'", "*", url.protocol, url.host].includes(source.toLowerCase()) ||
      source.toLowerCase().startsWith(url.origin) ||
      /^'nonce-/i.test(source),
  );
  return allowed ? undefined : [name, ...sources].join(" ");
}

/** Looks at the addresses of a web app manifest. Whatever is no manifest says nothing. */
export function findInManifest(path: string, text: string, url: URL, place: Place, findings: Findings): void {
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    for (const name of ["start_url", "scope"]) {
      const value = manifest[name];
      const target = typeof value === "string" ? URL.parse(value, url) : null;
      if (!target || target.origin !== url.origin || !leaves(target.pathname, place)) continue;
      findings.add({ kind: "leaves-prefix", path, certainty: "certain", text: `${name}: ${value}` });
    }
  } catch {}
}
