import { ERRORS, type ErrorCode } from "@nekzus/contract/errors";
import { cspOf, fill, type Pages } from "../kit/pages.ts";
import { errorBody } from "../kit/problem.ts";
import { isNavigation } from "./decide/head.ts";
import { endAfterBody } from "./forward/discard.ts";
import type { Visit } from "./request.ts";

/** Headers of every answer of our own (10 §1.2). */
export function ownHeaders(version: string): Record<string, string> {
  return {
    "X-API-Version": version,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  };
}

export type Refuse = {
  code: ErrorCode;
  message: string;
  headers?: Record<string, string>;
};

/**
 * Answers with an error: in the one error shape, or as a small page when a browser wants to show it. An answer that
 * has begun is cut instead. The rest of the request's body is read and thrown away.
 */
export function refuse(
  pages: Pages,
  { state, id, req, res, head, body }: Visit,
  { code, message, headers }: Refuse,
): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, remedy } = ERRORS[code];
  const page = isNavigation(req.method, head);
  const text = page
    ? fill(pages.problem, {
        title: titleOf(status),
        message,
        hint: remedy,
        link: "",
        action: "Try again",
        code,
        request: id,
      })
    : `${JSON.stringify(errorBody(code, message))}\n`;
  res.writeHead(status, {
    ...ownHeaders(state.snapshot.version),
    "X-Request-ID": id,
    "Content-Type": page ? "text/html; charset=utf-8" : "application/json",
    ...(page ? { "Content-Security-Policy": cspOf(pages.problem) } : {}),
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  const shown = req.method === "HEAD" ? undefined : text;
  // A client that asked first will not send its body now.
  if (body.kind === "none" || head.expectsContinue) res.end(shown);
  else endAfterBody(req, res, shown);
}

function titleOf(status: number): string {
  if (status === 401) return "Sign in first";
  if (status === 403) return "Not allowed";
  if (status === 404) return "Nothing here";
  if (status === 421) return "Unknown address";
  if (status === 504) return "The app did not answer";
  if (status >= 500) return "The app cannot be reached";
  return "This request was refused";
}
