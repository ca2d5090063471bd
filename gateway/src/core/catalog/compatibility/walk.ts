import { setImmediate as nextTurn } from "node:timers/promises";
import { atMost } from "../../../kit/at-most.ts";
import type { Clock } from "../../../kit/clock.ts";
import { pageTitle } from "../page-title.ts";
import { findInHeader, findInManifest, findInPage, hostRefusal, isSignIn } from "./answers.ts";
import type { Findings } from "./findings.ts";
import { type Page, readPage } from "./page.ts";
import { findInScript, findInStyle, type Place } from "./scripts.ts";
import type { Dest, Visit, VisitAnswer } from "./visit.ts";

/** Files that are read besides the page, how many at a time, and the most of each that is read, in bytes. */
const MOST_FILES = 40;
const AT_ONCE = 4;
const MAX_BYTES = 2 * 1024 * 1024;
const MOST_REDIRECTS = 8;
/** Longest time of a whole walk and of one answer, in ms. */
export const WALK_MS = 20_000;
const ANSWER_MS = 10_000;

const PAGE_SCRIPT = "/apps/.nekzus/prefix.js";

/** How a walk ended. `loaded`: a page of the app came. */
export type Walked = {
  loaded: boolean;
  /** Why no page came, in a sentence. */
  reason?: string;
  url: string;
  status?: number;
  title?: string | undefined;
  filesRead: number;
  /** Names of the headers of the page's answer. */
  headers: readonly string[];
};

/** What a walk works with. */
export type Walk = { visit: Visit; place: Place; findings: Findings; clock: Clock };

/** Opens the app's first page and reads what it names, within the prefix and within limits. */
export async function walkThrough(walk: Walk): Promise<Walked> {
  const { visit, place, findings, clock } = walk;
  const until = clock.monotonic() + WALK_MS;
  const left = () => Math.min(ANSWER_MS, until - clock.monotonic());
  const urlOf = (path: string) => visit.origin + path;
  const nothing = { loaded: false, filesRead: 0, headers: [] };

  const seen = new Set<string>();
  let path = place.prefix;
  let answer: VisitAnswer;
  for (;;) {
    seen.add(path);
    try {
      answer = await visit.ask(path, { dest: "document", maxBytes: MAX_BYTES, timeoutMs: left() });
    } catch (error) {
      return { ...nothing, url: urlOf(path), reason: `No page came: ${(error as Error).message}.` };
    }
    if (answer.refusal) {
      return { ...nothing, url: urlOf(path), status: answer.status, reason: answer.message ?? answer.refusal };
    }
    findInHeader(path, answer, place, findings);
    const next = redirectOf(answer, urlOf(path));
    if (!next) break;
    const to = next.pathname + next.search;
    const where = { path, text: String(next), certainty: "certain" } as const;
    if (next.origin !== visit.origin || !next.pathname.startsWith(place.prefix)) {
      const covered = next.origin === visit.origin && place.helped ? "way-back" : "nothing";
      findings.add({ ...where, kind: "redirect-elsewhere", coveredBy: covered });
      return {
        ...nothing,
        url: urlOf(path),
        status: answer.status,
        reason: `It sends visitors to ${shortened(next)}.`,
      };
    }
    if (seen.has(to) || seen.size > MOST_REDIRECTS) {
      findings.add({ ...where, kind: "redirect-loop" });
      return { ...nothing, url: urlOf(path), status: answer.status, reason: "It sends visitors in a circle." };
    }
    path = to;
  }

  const { status } = answer;
  const url = urlOf(path);
  const headers = Object.keys(answer.headers);
  const words = hostRefusal(answer);
  if (words) {
    findings.add({ kind: "host-refused", path, certainty: "likely", text: words });
    return { ...nothing, url, status, headers, reason: "It refuses the host name that it was asked by." };
  }
  if (status === 401 || isSignIn(path))
    findings.add({ kind: "sign-in", path, certainty: "likely", text: `status ${status}` });
  else if (status >= 400) return { ...nothing, url, status, headers, reason: `It answers with status ${status}.` };
  if (answer.truncated) findings.add({ kind: "incomplete", path, certainty: "certain", text: "the page is too large" });
  if (typeOf(answer) !== "text/html") {
    const loaded = status < 400 || status === 401;
    return {
      ...nothing,
      loaded,
      url,
      status,
      headers,
      ...(!loaded && { reason: `It answers with status ${status}.` }),
    };
  }

  const html = answer.body.toString();
  const page = readPage(html, PAGE_SCRIPT);
  findInPage({ page, path, url: new URL(url) }, answer, place, findings);
  for (const { kind, text, firstLine } of page.inline) {
    (kind === "script" ? findInScript : findInStyle)({ path, text, firstLine }, place, findings);
  }
  const filesRead = await readFiles({ ...walk, page, path, left });
  return { loaded: true, url, status, title: pageTitle(html), filesRead, headers };
}

type Files = Walk & { page: Page; path: string; left(): number };

/** Reads the files that the page names, those in the prefix only. Answers how many. */
async function readFiles({ visit, place, findings, page, path, left }: Files): Promise<number> {
  const here = new URL(visit.origin + path);
  const base = page.base === undefined ? here : (URL.parse(page.base, here) ?? here);
  const wanted = new Map<string, Dest>();
  for (const { address, dest } of page.assets) {
    const target = URL.parse(address, base);
    // What leaves the prefix was found in the page already, and other hosts are none of our business.
    if (!target || target.origin !== here.origin || !target.pathname.startsWith(place.prefix)) continue;
    wanted.set(target.pathname + target.search, dest);
  }
  const files = [...wanted].slice(0, MOST_FILES);
  if (wanted.size > files.length) {
    findings.add({
      kind: "incomplete",
      path,
      certainty: "certain",
      text: `${wanted.size} files, ${files.length} read`,
    });
  }
  const inTurn = atMost(AT_ONCE);
  let read = 0;
  let isLate = false;
  await Promise.all(
    files.map(([file, dest]) =>
      inTurn(async () => {
        if (left() <= 0) {
          isLate = true;
          return;
        }
        try {
          const answer = await visit.ask(file, { dest, referer: here.href, maxBytes: MAX_BYTES, timeoutMs: left() });
          if (readFile({ file, dest, answer }, { visit, place, findings })) read++;
        } catch (error) {
          const text = (error as Error).message;
          findings.add({ kind: "asset-error", path: file, certainty: "certain", text });
        }
        // Others of the core want to go on between two large files.
        await nextTurn();
      }),
    ),
  );
  if (isLate) findings.add({ kind: "incomplete", path, certainty: "certain", text: "the time was over" });
  return read;
}

/** Looks at one file. Answers whether it was what the page wanted. */
function readFile(
  { file, dest, answer }: { file: string; dest: Dest; answer: VisitAnswer },
  { visit, place, findings }: Pick<Walk, "visit" | "place" | "findings">,
): boolean {
  const { status, body, truncated } = answer;
  findInHeader(file, answer, place, findings);
  if (status >= 300) {
    const next = redirectOf(answer, visit.origin + file);
    // A manifest is asked for without cookies, and an app may want a sign-in for anything.
    if (next || status === 401 || dest === "manifest") return false;
    if (status === 429) {
      findings.add({
        kind: "incomplete",
        path: file,
        certainty: "certain",
        text: "the route's limit of requests was reached",
      });
      return false;
    }
    findings.add({ kind: "asset-error", path: file, certainty: "certain", text: `status ${status}` });
    return false;
  }
  if (typeOf(answer) === "text/html") {
    findings.add({ kind: "wrong-type", path: file, certainty: "certain", text: `text/html for a ${dest}` });
    return false;
  }
  if (truncated) findings.add({ kind: "incomplete", path: file, certainty: "certain", text: "the file is too large" });
  const source = { path: file, text: body.toString() };
  if (dest === "script") findInScript(source, place, findings);
  else if (dest === "style") findInStyle(source, place, findings);
  else findInManifest(file, source.text, new URL(visit.origin + file), place, findings);
  return true;
}

function redirectOf({ status, headers }: VisitAnswer, from: string): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  return URL.parse(headers.location, from) ?? undefined;
}

function typeOf({ headers }: VisitAnswer): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function shortened(url: URL): string {
  const text = String(url);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
