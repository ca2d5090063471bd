import { isUnchanged } from "../../kit/if-none-match.ts";

/** One form of a file: as it is, or compressed. */
export type Form = {
  readonly encoding: "br" | "gzip" | "identity";
  readonly body: Buffer;
  /** For ETag, quotes included. Another one for each form, since their bytes differ (RFC 9110, section 8.8.3.3). */
  readonly etag: string;
};

/** A file that is held in memory in every form in which it can be sent. */
export type WebFile = {
  /** For Content-Type. */
  readonly type: string;
  /** For Cache-Control. */
  readonly cache: string;
  /** Best first. One of them is `identity`. */
  readonly forms: readonly Form[];
};

type FileAnswer = { status: 200 | 304; body?: Buffer; headers: Record<string, string> };

/**
 * Answers with the form that the client likes best, or with 304 when it has just that already. `header` gives the
 * request's headers by their lower-case names; `more` are headers to send along.
 */
export function answerFile(
  file: WebFile,
  header: (name: string) => string | undefined,
  more: Readonly<Record<string, string>> = {},
): FileAnswer {
  const form = chooseForm(file.forms, header("accept-encoding"));
  const headers: Record<string, string> = {
    ...more,
    "Content-Type": file.type,
    "Cache-Control": file.cache,
    ETag: form.etag,
    // Also where there is one form only: another build of the file may have more.
    Vary: "Accept-Encoding",
  };
  if (isUnchanged(header("if-none-match"), form.etag)) return { status: 304, headers };
  if (form.encoding !== "identity") headers["Content-Encoding"] = form.encoding;
  return { status: 200, body: form.body, headers };
}

/**
 * The form with the highest weight in Accept-Encoding (RFC 9110, section 12.5.3), and the first of equals. The file
 * as it is where nothing else is wanted, and also where it is refused: an answer is better than none.
 */
export function chooseForm(forms: readonly Form[], acceptEncoding: string | undefined): Form {
  const weights = readWeights(acceptEncoding ?? "");
  let best: Form | undefined;
  let bestWeight = 0;
  for (const form of forms) {
    const weight = weights.get(form.encoding) ?? weights.get("*") ?? (form.encoding === "identity" ? UNNAMED : 0);
    if (weight <= bestWeight) continue;
    best = form;
    bestWeight = weight;
  }
  best ??= forms.find(({ encoding }) => encoding === "identity");
  if (!best) throw new Error("a file has no plain form");
  return best;
}

/** Weight of the plain form when it is not named: welcome, but less than anything that is. */
const UNNAMED = 0.0001;

function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [, coding, weight = "1"] =
      /^\s*([a-z0-9*-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/.exec(part) ?? [];
    // What cannot be read is no wish for anything.
    if (coding !== undefined) weights.set(coding === "x-gzip" ? "gzip" : coding, Number(weight));
  }
  return weights;
}
