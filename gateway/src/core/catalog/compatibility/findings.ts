import type { compatibility as contract } from "@nekzus/contract";
import type { z } from "zod";

/** Something that a check saw. */
export type Finding = z.output<typeof contract.PrefixFinding>;
export type FindingKind = Finding["kind"];

/** A finding as a finder tells it: the collector says what it means. */
export type Seen = Pick<Finding, "kind" | "path" | "certainty"> &
  Partial<Pick<Finding, "line" | "column" | "text" | "coveredBy">>;

/** Longest text that is reported of a file, in characters. */
const MAX_TEXT = 160;
const MAX_PATH = 300;
/** Different findings of one kind in one file, and in all. */
const MOST_OF_A_KIND = 10;
const MOST = 200;

export type Findings = {
  add(seen: Seen): void;
  /** The most serious first. */
  all(): Finding[];
};

type Meaning = {
  /** How serious it is where nothing covers it. */
  severity: Finding["severity"];
  message: string;
};

const MEANINGS: Readonly<Record<FindingKind, Meaning>> = {
  "leaves-prefix": { severity: "breaks", message: "An address in the page leads out of the prefix." },
  "path-in-script": { severity: "remark", message: "A script names a path at the root of the host." },
  import: { severity: "breaks", message: "A script imports a module from the root of the host." },
  "new-url": { severity: "remark", message: "A script makes an address at the root of the host." },
  navigation: { severity: "remark", message: "A script goes to a path at the root of the host." },
  worker: { severity: "breaks", message: "A script starts a worker from the root of the host." },
  "public-path": { severity: "breaks", message: "The app loads parts of itself from the root of the host." },
  "websocket-off": {
    severity: "breaks",
    message: "The app opens WebSockets, which are switched off for this route.",
  },
  "host-cookie": {
    severity: "remark",
    message: "A cookie named __Host-… is shared by all apps on this host: browsers take it for the whole host only.",
  },
  "wide-cookie": { severity: "remark", message: "A cookie of the app goes to all apps on this host." },
  policy: { severity: "breaks", message: "The page's security policy keeps the gateway's script from running." },
  "not-rewritten": { severity: "breaks", message: "The page came without the gateway's script." },
  "no-referrer": {
    severity: "remark",
    message: "The app hides where its requests come from, so that those that leave the prefix cannot be led back.",
  },
  "host-refused": { severity: "breaks", message: "The app refuses the host name that it was asked by." },
  "sign-in": {
    severity: "info",
    message: "The app asks for a sign-in of its own; what lies behind it was not looked at.",
  },
  "redirect-elsewhere": { severity: "breaks", message: "The app sends visitors to an address outside its prefix." },
  "redirect-loop": { severity: "breaks", message: "The app sends visitors in a circle." },
  "mixed-content": {
    severity: "breaks",
    message: "A secure page names something at an address without TLS: browsers refuse it, or ask for it with TLS.",
  },
  "asset-error": { severity: "breaks", message: "A file that the page needs was not found or failed." },
  "wrong-type": { severity: "breaks", message: "Instead of the file a page came: the app does not know this address." },
  "knows-prefix": { severity: "info", message: "The app knows its prefix and makes its addresses with it." },
  incomplete: { severity: "info", message: "Not everything was read: a limit was reached." },
};

/** How serious it is where it is led back, or only looks like an address: nothing is broken for good. */
const WEAKER: Record<Finding["severity"], Finding["severity"]> = { breaks: "remark", remark: "remark", info: "info" };
const RANK: Record<Finding["severity"], number> = { breaks: 0, remark: 1, info: 2 };

/** Collects what finders see: the same in the same file once, with a count, and never more than fits a report. */
export function createFindings(): Findings {
  const all = new Map<string, Finding>();
  const ofKind = new Map<string, number>();

  return {
    add({ coveredBy = "nothing", ...seen }) {
      const path = seen.path.slice(0, MAX_PATH);
      const text = seen.text === undefined ? undefined : oneLine(seen.text);
      const key = JSON.stringify([seen.kind, path, text, coveredBy]);
      const same = all.get(key);
      if (same) {
        same.count++;
        return;
      }
      const group = `${seen.kind} ${path}`;
      const others = ofKind.get(group) ?? 0;
      if (others >= MOST_OF_A_KIND || all.size >= MOST) return;
      ofKind.set(group, others + 1);
      const { severity, message } = MEANINGS[seen.kind];
      all.set(key, {
        ...seen,
        path,
        ...(text !== undefined && { text }),
        coveredBy,
        severity: severityOf(severity, seen.certainty, coveredBy),
        message,
        count: 1,
      });
    },
    all: () => [...all.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity]),
  };
}

function severityOf(
  severity: Finding["severity"],
  certainty: Finding["certainty"],
  coveredBy: Finding["coveredBy"],
): Finding["severity"] {
  if (coveredBy === "page-script") return "info";
  // It costs a second request, and works for what a browser fetches with a Referer.
  if (coveredBy === "way-back") return WEAKER[severity];
  return certainty === "possible" ? WEAKER[severity] : severity;
}

function oneLine(text: string): string {
  return text
    .slice(0, MAX_TEXT * 2)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim()
    .slice(0, MAX_TEXT);
}
