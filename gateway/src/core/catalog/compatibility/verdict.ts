import type { compatibility as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Preset } from "../presets/presets.ts";
import type { Finding, FindingKind } from "./findings.ts";
import type { Walked } from "./walk.ts";

type Report = z.output<typeof contract.PrefixReport>;
type Words = Pick<Report, "verdict" | "ok" | "message" | "advice">;

/** The options of the route that decide on the advice. */
export type RouteFacts = { stripPrefix: boolean; rewriteHTML: boolean; preserveHost: boolean; websocket: boolean };

/** What a base path of its own, or a host name, helps against. */
const BREAKS_BY_PREFIX: ReadonlySet<FindingKind> = new Set([
  "leaves-prefix",
  "import",
  "worker",
  "public-path",
  "redirect-elsewhere",
  "wrong-type",
  "policy",
  "not-rewritten",
]);

/** Puts what was found into a verdict, a sentence and an advice. `preset` has its placeholders filled in. */
export function judge(walked: Walked, findings: readonly Finding[], route: RouteFacts, preset?: Preset): Words {
  const kinds = new Set(findings.filter(({ severity }) => severity !== "info").map(({ kind }) => kind));
  const breaking = findings.filter(({ severity }) => severity === "breaks");
  const advice = [...adviceFor(kinds, route), ...presetAdvice(preset, route)];
  if (!walked.loaded) {
    return {
      verdict: "not-loaded",
      ok: false,
      message: `No page of the app could be looked at. ${walked.reason ?? ""}`.trim(),
      advice: sentences(advice, "Test the connection of this route: it says whether the address answers at all."),
    };
  }
  if (breaking.some(({ kind }) => BREAKS_BY_PREFIX.has(kind))) {
    return {
      verdict: "needs-own-base",
      ok: false,
      message: `Parts of the app leave its prefix and cannot be led back: ${named(breaking)}.`,
      advice: sentences(
        advice,
        "Tell the app its base path if it has a setting for it, or give it a host name of its own: there nothing needs to be changed.",
      ),
    };
  }
  if (kinds.size > 0 || preset?.mode === "host-name") {
    const what = kinds.size
      ? `there is something to remark: ${named(findings.filter(({ kind }) => kinds.has(kind)))}`
      : "its makers do not support it below a path";
    return {
      verdict: "works-with-remarks",
      ok: true,
      message: `The app opens below its prefix, but ${what}.`,
      advice: sentences(advice, "Try what you use most. Where something is missing, a host name of its own helps."),
    };
  }
  return {
    verdict: "works",
    ok: true,
    message: "The app opens below its prefix, and nothing was seen that leaves it for good.",
    advice: sentences(advice, "Nothing needs to be done."),
  };
}

function adviceFor(kinds: ReadonlySet<FindingKind>, route: RouteFacts): string[] {
  const advice: string[] = [];
  if (kinds.has("host-refused")) {
    advice.push(
      route.preserveHost
        ? "Switch off preserveHost, so that the app sees its own address, or add the gateway's name to the host names that the app allows."
        : "Add the host of the upstream's address to the host names that the app allows.",
    );
  }
  if (kinds.has("websocket-off")) advice.push("Switch on WebSockets for this route.");
  if (kinds.has("wide-cookie")) {
    advice.push("Switch on rewriteCookiePaths, so that its cookies stay with the app.");
  }
  if (kinds.has("redirect-loop") && route.stripPrefix) {
    advice.push("It seems to know its base path by itself: switch off stripPrefix.");
  }
  const lost = kinds.has("leaves-prefix") || kinds.has("redirect-elsewhere") || kinds.has("asset-error");
  if (lost && !route.stripPrefix) {
    advice.push(
      "The app does not know its prefix: switch on stripPrefix, and the gateway puts it before its addresses.",
    );
  } else if (lost && !route.rewriteHTML) {
    advice.push("Switch on rewriteHTML, so that the gateway puts the prefix before the app's addresses.");
  }
  if (kinds.has("mixed-content"))
    advice.push("Tell the app that it is reached by https; it is sent X-Forwarded-Proto.");
  return advice;
}

function presetAdvice(preset: Preset | undefined, route: RouteFacts): string[] {
  if (!preset) return [];
  const settings = preset.settings.map(({ name, value, place }) => `${name} = ${value} (${place})`).join("; ");
  const said = settings && `${preset.name} has settings for this: ${settings}.`;
  const headers = Object.entries(preset.requestHeaders).map(([header, value]) => `${header}: ${value}`);
  const sends = headers.length ? [`${preset.name} wants the header ${headers.join(", ")}.`] : [];
  const differs =
    preset.route.stripPrefix !== undefined && preset.route.stripPrefix !== route.stripPrefix
      ? [`With them, switch ${preset.route.stripPrefix ? "on" : "off"} stripPrefix.`]
      : [];
  if (preset.mode === "host-name") return [`${preset.name} wants a host name of its own. ${preset.note}`.trim()];
  return [...(said ? [said, ...differs] : []), ...sends];
}

function sentences(advice: readonly string[], otherwise: string): string {
  return advice.length ? advice.join(" ") : otherwise;
}

const NAMES: Readonly<Record<FindingKind, string>> = {
  "leaves-prefix": "addresses in the page",
  "path-in-script": "paths in scripts",
  import: "imported modules",
  "new-url": "addresses made in scripts",
  navigation: "ways to other pages",
  worker: "workers",
  "public-path": "parts that are loaded from the root",
  "websocket-off": "WebSockets",
  "host-cookie": "cookies for the whole host",
  "wide-cookie": "cookies that go to other apps",
  policy: "its security policy",
  "not-rewritten": "a page without the gateway's script",
  "no-referrer": "hidden referrers",
  "host-refused": "a refused host name",
  "sign-in": "a sign-in",
  "redirect-elsewhere": "a redirect",
  "redirect-loop": "a redirect in a circle",
  "mixed-content": "addresses without TLS",
  "asset-error": "missing files",
  "wrong-type": "pages in place of files",
  "knows-prefix": "its prefix",
  incomplete: "limits that were reached",
};

function named(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ kind }) => NAMES[kind]))].join(", ");
}
