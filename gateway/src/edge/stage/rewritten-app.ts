import { randomId, sha256 } from "../../kit/ids.ts";
import type { Asset } from "../../kit/pages.ts";
import { fieldOf } from "../http1/fields.ts";
import type { Asking } from "../listen/client.ts";
import { PREFIX_SCRIPT_PATH, prefixScriptVersion } from "../prefix-script.ts";
import { type BodyKind, bodyKind, createBodyRewriter } from "../rewrite/prefix/body-kind.ts";
import type { BodyRewriter } from "../rewrite/prefix/body-rewriter.ts";
import { type PolicyScript, scriptNonce, summedIn } from "../rewrite/prefix/content-security-policy.ts";
import { MAX_TAG } from "../rewrite/prefix/html-tokenizer.ts";
import type { PrefixedApp } from "../rewrite/prefix/prefixed-app.ts";
import { prefixTag, workerPrologue } from "../rewrite/prefix-tag.ts";
import { askForRewriting } from "./ask.ts";
import type { MemoryBudget } from "./budget.ts";
import { chooseCoding, readCoding } from "./codings.ts";
import { type Change, rewrittenHeaders } from "./head.ts";
import { type Mode, marksOf, modeOf } from "./modes.ts";
import type { PageMemory } from "./page-memory.ts";
import { Recalling } from "./recalling.ts";
import { Rewriting, type RewritingCounts } from "./rewriting.ts";
import type { Answer, AnswerHeaders, StagedApp } from "./stage.ts";
import { tagOf304 } from "./validators.ts";
import { isWorkerScript, startsWorker, withPrologue } from "./worker-script.ts";

/** What answers of all apps are rewritten with. */
export type RewritingParts = {
  budget: MemoryBudget;
  memory: PageMemory;
  counts: RewritingCounts;
  /** The script for pages and workers. */
  script: Asset;
};

type Kind = BodyKind | "worker";

/** What a rewriter keeps at most of a body, in bytes: the longest tag or address that is read, or a small body whole. */
const KEPT: Readonly<Record<Kind, number>> = {
  html: MAX_TAG,
  css: 64 * 1024,
  manifest: 256 * 1024,
  "speculation-rules": 256 * 1024,
  "url-base": 64 * 1024,
  worker: 0,
};

/**
 * An app whose answers are rewritten, for those who reach it at `origin`. `version`: of the gateway, as another one may
 * rewrite in another way.
 */
export function createRewrittenApp(
  app: PrefixedApp,
  origin: string,
  version: string,
  { budget, memory, counts, script }: RewritingParts,
): StagedApp {
  const { rule, upstreamOrigins } = app;
  const scriptVersion = prefixScriptVersion(script);
  const marks = marksOf(version, scriptVersion, rule.prefix, ...rule.exclude, "", ...upstreamOrigins);
  /** All that the rewriting of a body depends on but the request. */
  const settings = sha256(JSON.stringify([version, scriptVersion, rule, upstreamOrigins]));
  let prologue: Buffer | undefined;

  /** Our script as a page of this answer may load it. `fresh` makes a nonce where the app's policy has none to share. */
  function scriptFor(mode: Mode, raw: readonly string[], fresh: () => string): PolicyScript | undefined {
    if (mode !== "always" && mode !== "whole-pages") return undefined;
    const policies = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === "content-security-policy");
    const nonce = policies.length ? scriptNonce(policies, fresh) : undefined;
    return { source: origin + PREFIX_SCRIPT_PATH, nonce, summed: summedIn(policies) };
  }

  function createRewriter(kind: Kind, mode: Mode, policy: PolicyScript | undefined, path: string): BodyRewriter {
    if (kind === "worker") {
      prologue ??= Buffer.from(workerPrologue(script.body.toString(), rule));
      return withPrologue(prologue);
    }
    // A piece of a page is relative to whatever page it goes into.
    if (!policy) return createBodyRewriter(kind, app, undefined, kind === "html" ? undefined : path);
    const { nonce, summed } = policy;
    const markup = prefixTag(scriptVersion, {
      ...rule,
      ...(nonce !== undefined && { nonce }),
      keepsSheets: summed.styles,
    });
    return createBodyRewriter(kind, app, { markup, wholePagesOnly: mode === "whole-pages", policy }, path);
  }

  /** A copy is as good as new; when it was rewritten here, so is what the answer says of it. */
  function begin304(request: Asking, answer: Answer, headers: AnswerHeaders): undefined {
    const { status, reason, raw } = answer;
    const mode = modeOf(request.head.fetchDest);
    const mark = marks[mode];
    const tag = tagOf304(fieldOf(request.headers, "if-none-match"), fieldOf(raw, "etag"), mark);
    if (tag === undefined) return beginUntouched(request, answer, headers);
    const policy = scriptFor(mode, raw, () => "");
    const change: Change = {
      mark,
      out: undefined,
      coded: fieldOf(raw, "vary") !== undefined,
      byDest: mode !== "never",
      tag,
      // A nonce of ours stands in the copy, and only there.
      withoutPolicies: policy?.nonce === "",
    };
    request.begin(status, reason, rewrittenHeaders(headers(raw, status, request.target, policy), change), undefined);
    return undefined;
  }

  return {
    requestHeaders: (headers, request) => askForRewriting(headers, request.head, marks[modeOf(request.head.fetchDest)]),

    begin(owner, request, answer, { answerHeaders }) {
      const { status, reason, raw, length } = answer;
      if (status === 304) return begin304(request, answer, answerHeaders);
      const kind = kindOf(request, answer);
      const coding = kind && length !== 0 ? readCoding(fieldOf(raw, "content-encoding")) : undefined;
      if (!kind || !coding) return beginUntouched(request, answer, answerHeaders);

      const path = pathOf(request);
      const mode = modeOf(request.head.fetchDest);
      let fresh: string | undefined;
      const nonce = () => {
        fresh = randomId();
        return fresh;
      };
      const policy = kind === "html" ? scriptFor(mode, raw, nonce) : undefined;
      // An app that thinks it worth no coding is not taught better: on a home network it is right.
      const coded = coding !== "identity";
      const out = coded ? chooseCoding(fieldOf(request.headers, "accept-encoding")) : undefined;
      const change: Change = { mark: marks[mode], out, coded, byDest: kind === "html" || kind === "worker" };
      const begin = (whole?: number) =>
        request.begin(
          status,
          reason,
          rewrittenHeaders(answerHeaders(raw, status, request.target, policy), change),
          whole,
        );
      if (request.method === "HEAD") {
        begin();
        return undefined;
      }
      // Nothing is read of a plain script of a worker. A nonce of ours, new each time, cannot be exchanged within a coding.
      const remembers = coded ? fresh === undefined : kind !== "worker";
      const summed = `${policy?.summed.scripts} ${policy?.summed.styles}`;
      const way = `${settings} ${kind} ${mode} ${coding} ${out} ${summed} ${fresh === undefined ? policy?.nonce : "*"}`;
      const recall = remembers ? memory.recall(way, path, length, fresh) : undefined;
      const rewrite = () =>
        new Rewriting(
          owner,
          request,
          {
            coding,
            out,
            kept: KEPT[kind],
            createRewriter: () => createRewriter(kind, mode, policy, path),
            begin,
            beginUntouched: () => beginUntouched(request, answer, answerHeaders),
            record: recall?.record(),
          },
          budget,
          counts,
        );
      if (!recall?.known) return rewrite();
      const recalled = {
        begin(whole?: number) {
          begin(whole);
          counts.rewritten();
        },
        rewrite,
      };
      return new Recalling(owner, request, recalled, recall, recall.known);
    },
  };
}

function pathOf({ target }: Asking): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

function kindOf(request: Asking, { status, raw }: Answer): Kind | undefined {
  const { fetchDest } = request.head;
  const contentType = fieldOf(raw, "content-type");
  if (startsWorker(fetchDest) && isWorkerScript(status, contentType)) return "worker";
  const contentDisposition = fieldOf(raw, "content-disposition");
  return bodyKind({ status, contentType, contentDisposition, path: pathOf(request), fetchDest });
}

function beginUntouched(request: Asking, answer: Answer, headers: AnswerHeaders): undefined {
  const { status, reason, raw, length } = answer;
  request.begin(status, reason, headers(raw, status, request.target), length);
}
