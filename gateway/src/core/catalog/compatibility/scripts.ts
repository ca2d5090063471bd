import type { FindingKind, Findings, Seen } from "./findings.ts";
import { createLines } from "./lines.ts";

/** The route, as the finders need to know it. */
export type Place = {
  /** `/apps/grafana/` */
  prefix: string;
  /** Is the gateway's script in the pages, and is what leaves the prefix led back? */
  helped: boolean;
  websocket: boolean;
  /** Beginnings of paths that are meant to leave the prefix. */
  exclude: readonly string[];
};

/** A script or the text of a style sheet, and where it was found. */
export type Source = { path: string; text: string; firstLine?: number };

/**
 * A string that begins with one slash, with what stands before it. All repetitions are bounded and nothing overlaps, so
 * that a hostile file costs time in proportion to its length.
 */
const LITERAL = /(["'`])(\/(?![/*"'`\s])[^"'`\s\\<>(){}[\];,]{1,200})/g;
/** How much before a string tells what it is used for, in characters. */
const BEFORE = 40;
/** Strings of one script that are looked at. */
const MOST_LITERALS = 20_000;

type Use = { kind: FindingKind; covered: "page-script" | "way-back"; certainty: "certain" | "likely" };

/** What stands before a string, and what that makes of it. The first that fits counts. */
const USES: readonly [before: RegExp, use: Use][] = [
  [/\bimport\s?\(\s?$/, { kind: "import", covered: "way-back", certainty: "certain" }],
  [/(?:\bfrom|\bimport)\s?$/, { kind: "import", covered: "way-back", certainty: "likely" }],
  [/\bimportScripts\(\s?$/, { kind: "worker", covered: "page-script", certainty: "certain" }],
  [/serviceWorker\s?\.\s?register\(\s?$/, { kind: "worker", covered: "page-script", certainty: "certain" }],
  [/\bnew (?:Shared)?Worker\(\s?$/, { kind: "worker", covered: "page-script", certainty: "certain" }],
  [/\bnew URL\(\s?$/, { kind: "new-url", covered: "page-script", certainty: "likely" }],
  [/location(?:\.href)?\s?=\s?$/, { kind: "navigation", covered: "page-script", certainty: "certain" }],
  [/location\.(?:assign|replace)\(\s?$/, { kind: "navigation", covered: "page-script", certainty: "certain" }],
  [/\bopen\(\s?$/, { kind: "navigation", covered: "page-script", certainty: "likely" }],
  [
    /\b(?:__webpack_require__|[a-zA-Z_$])\.p\s?=\s?$/,
    { kind: "public-path", covered: "page-script", certainty: "likely" },
  ],
  [/\bfetch\(\s?$/, { kind: "path-in-script", covered: "page-script", certainty: "certain" }],
  [/\bnew (?:EventSource|WebSocket)\(\s?$/, { kind: "path-in-script", covered: "page-script", certainty: "certain" }],
  [/\.open\(\s?["'][A-Z]{3,7}["']\s?,\s?$/, { kind: "path-in-script", covered: "page-script", certainty: "certain" }],
];

/** A path that apps ask for, and hardly ever the name of something else. */
const ASKED_FOR =
  /^\/(?:api|ws|wss|socket\.io|sockjs|graphql|rest|rpc|v\d|auth|oauth|login|logout|static|assets|media|uploads?|images?|img|js|css|fonts?|icons?|favicon|public|dist|build|_next|_nuxt|signalr|hub)(?:[/?#.]|$)|\.(?:js|mjs|css|json|png|svg|ico|webmanifest|wasm)(?:[?#]|$)/i;

/** A bundler that loads the app's parts from `/`. */
const ROOT_PUBLIC_PATH =
  /\b(?:__webpack_require__|[a-zA-Z_$])\.p\s?=\s?["']\/["']|function\(\w\)\{return["']\/["']\s?\+\s?\w\}/;
const OPENS_WEBSOCKET = /\bnew WebSocket\(|["'`]wss?:\/\/|\bsocket\.io\b|\/sockjs\b/;

/** Looks for what leaves the prefix in a script. It is read as text: nothing of it runs. */
export function findInScript({ path, text, firstLine = 1 }: Source, place: Place, findings: Findings): void {
  const lineAt = createLines(text, firstLine);
  const bare = place.prefix.slice(0, -1);
  const add = (seen: Omit<Seen, "path" | "coveredBy">, at: number, covered: Seen["coveredBy"]) =>
    findings.add({ ...seen, path, ...lineAt(at), coveredBy: place.helped ? (covered ?? "nothing") : "nothing" });

  LITERAL.lastIndex = 0;
  let looked = 0;
  for (let match = LITERAL.exec(text); match && looked < MOST_LITERALS; match = LITERAL.exec(text)) {
    looked++;
    const [, quote = "", found = ""] = match;
    const end = match.index + match[0].length;
    const isPattern = quote === "`" && found.endsWith("$") && text[end] === "{";
    if (!isPattern && text[end] !== quote) continue;
    LITERAL.lastIndex = end + 1;
    const literal = isPattern ? found.slice(0, -1) : found;
    if (literal === bare || literal.startsWith(place.prefix)) {
      findings.add({ kind: "knows-prefix", path, certainty: "likely", ...lineAt(match.index), text: bare });
      continue;
    }
    if (place.exclude.some((beginning) => literal.startsWith(beginning))) continue;
    const before = text.slice(Math.max(0, match.index - BEFORE), match.index);
    const use = USES.find(([expression]) => expression.test(before))?.[1];
    if (use) add({ kind: use.kind, certainty: use.certainty, text: literal }, match.index, use.covered);
    else if (ASKED_FOR.test(literal)) {
      add({ kind: "path-in-script", certainty: "possible", text: literal }, match.index, "page-script");
    }
  }

  const rooted = ROOT_PUBLIC_PATH.exec(text);
  if (rooted) add({ kind: "public-path", certainty: "likely", text: rooted[0] }, rooted.index, "page-script");
  const socket = place.websocket ? null : OPENS_WEBSOCKET.exec(text);
  if (socket) {
    findings.add({ kind: "websocket-off", path, certainty: "likely", ...lineAt(socket.index), text: socket[0] });
  }
}

const URL_IN_CSS = /(?:\burl\(\s{0,20}["']?|@import\s{1,20}["'])(\/(?!\/)[^"')\s]{0,300})/gi;
const MOST_IN_CSS = 5000;

/** Looks for addresses that leave the prefix in a style sheet as it reached the visitor. */
export function findInStyle({ path, text, firstLine = 1 }: Source, place: Place, findings: Findings): void {
  const lineAt = createLines(text, firstLine);
  URL_IN_CSS.lastIndex = 0;
  let looked = 0;
  for (let match = URL_IN_CSS.exec(text); match && looked < MOST_IN_CSS; match = URL_IN_CSS.exec(text)) {
    looked++;
    const address = match[1] as string;
    if (!leaves(address, place)) continue;
    findings.add({
      ...{ kind: "leaves-prefix", path, certainty: "certain", text: address },
      ...lineAt(match.index),
      coveredBy: place.helped ? "way-back" : "nothing",
    });
  }
}

/** Does this path leave the prefix without being meant to? */
export function leaves(path: string, { prefix, exclude }: Place): boolean {
  if (path.startsWith(prefix) || path === prefix.slice(0, -1) || path.startsWith("/apps/.nekzus/")) return false;
  return !exclude.some((beginning) => path.startsWith(beginning));
}
