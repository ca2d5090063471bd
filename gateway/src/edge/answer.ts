import { ERRORS, type ErrorCode } from "@nekzus/contract/errors";
import { cspOf, fill, type Pages } from "../kit/pages.ts";
import { errorBody } from "../kit/problem.ts";
import { isNavigation } from "./decide/head.ts";
import { httpDate } from "./http1/date.ts";
import { writeFields } from "./http1/fields.ts";
import { reasonOf } from "./http1/reason.ts";
import type { ClientRequest } from "./listen/client.ts";
import type { Visit } from "./request.ts";

/** Headers of every answer of our own (10 §1.2): names and values by turns. */
export function ownHeaders(version: string): string[] {
  return [
    "X-API-Version",
    version,
    "X-Content-Type-Options",
    "nosniff",
    "X-Frame-Options",
    "DENY",
    "Referrer-Policy",
    "no-referrer",
    "Cache-Control",
    "no-store",
  ];
}

export type Refuse = {
  code: ErrorCode;
  message: string;
  headers?: Record<string, string>;
};

/** Answers with an error: in the one error shape, or as a small page when a browser wants to show it. An answer that has begun is cut instead. */
export function refuse(pages: Pages, visit: Visit, { code, message, headers }: Refuse): void {
  const { state, id, request, head } = visit;
  if (request.answered) {
    request.abort();
    return;
  }
  const { status, remedy } = ERRORS[code];
  const page = isNavigation(request.method, head);
  const text = page
    ? fill(pages.problem, {
        title: titleOf(code),
        message,
        hint: remedy,
        link: "",
        action: "Try again",
        code,
        request: id,
      })
    : `${JSON.stringify(errorBody(code, message))}\n`;
  const all = ownHeaders(state.snapshot.version);
  all.push("X-Request-ID", id, "Content-Type", page ? "text/html; charset=utf-8" : "application/json");
  if (page) all.push("Content-Security-Policy", cspOf(pages.problem));
  if (headers) all.push(...Object.entries(headers).flat());
  request.answer(status, all, text);
}

/**
 * The whole answer to what is no request of HTTP/1.1, in the one error shape, ready to be sent. It ends the connection:
 * whatever follows such a message may be a part of it.
 */
export function malformedAnswer(version: string, code: ErrorCode, message: string): string {
  const { status } = ERRORS[code];
  const body = Buffer.from(`${JSON.stringify(errorBody(code, message))}\n`).toString("latin1");
  const headers = ["X-API-Version", version, "Content-Type", "application/json", "Connection", "close"];
  headers.push("Content-Length", String(body.length), "Date", httpDate(Date.now()));
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${writeFields(headers)}\r\n${body}`;
}

/** Answers a request that is refused for its form, before anything else is known of it. */
export function unfitAnswer(version: string, request: ClientRequest, code: ErrorCode, message: string): void {
  const headers = [...ownHeaders(version), "Content-Type", "application/json"];
  request.answer(ERRORS[code].status, headers, `${JSON.stringify(errorBody(code, message))}\n`);
}

function titleOf(code: ErrorCode): string {
  const { status } = ERRORS[code];
  if (code === "APP_MAINTENANCE") return "Back soon";
  if (status === 413) return "Too large";
  if (status === 429) return "Too many requests";
  if (status === 401) return "Sign in first";
  if (status === 403) return "Not allowed";
  if (status === 404) return "Nothing here";
  if (status === 421) return "Unknown address";
  if (status === 504) return "The app did not answer";
  if (status >= 500) return "The app cannot be reached";
  return "This request was refused";
}
