import type { IncomingHttpHeaders } from "node:http";
import { Problem } from "../../kit/problem.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { Caller } from "../http/binding.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

type FromPage = {
  method: string;
  facts: Pick<RequestFacts, "secure">;
  headers: IncomingHttpHeaders;
  caller: Pick<Caller, "sessionId">;
  /** Is it a request to open a WebSocket? */
  upgrade?: boolean;
};

/**
 * Throws ORIGIN_NOT_ALLOWED when the page behind a request may not change anything (design, section 7).
 *
 * Browsers send cookies on their own and reach whatever this machine reaches, so every mutation by a cookie, by
 * `local` or without any credential (sign-in, setup) is checked: `Sec-Fetch-Site: same-origin`, or an Origin that is
 * our own; another site, also one that only shares our host name, is refused. With a cookie one of the two must be
 * there. A token or API key is not sent by a browser on its own, and a page of another site cannot add one without a
 * CORS permission that we do not give: such requests are not checked.
 *
 * WebSockets know no same-origin rule: browsers open one from any page and say from which, so that each is checked. A
 * program sends no Origin.
 */
export function checkOrigin(request: FromPage): void {
  if (originAllowed(request)) return;
  const what = request.upgrade ? "open a WebSocket" : "change something";
  throw new Problem("ORIGIN_NOT_ALLOWED", `Only pages of the gateway's own origin may ${what} here.`);
}

function originAllowed({ method, facts, headers, caller, upgrade }: FromPage): boolean {
  if (upgrade) return headers.origin === undefined || isOurs(headers.origin, headers.host, facts.secure);
  if (READING.has(method.toUpperCase())) return true;
  const byCookie = caller.sessionId !== undefined;
  const explicit = headers.authorization !== undefined || headers["x-api-key"] !== undefined;
  if (explicit && !byCookie) return true;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return true;
  // `none` is a person's own doing, such as a bookmark: it proves nothing about the page.
  if (site !== undefined && site !== "none") return false;
  if (headers.origin !== undefined) return isOurs(headers.origin, headers.host, facts.secure);
  return !byCookie;
}

/** Compares by the rules for addresses, so that a default port or capital letters make no difference. */
function isOurs(origin: string, host: string | undefined, secure: boolean): boolean {
  const own = URL.parse(`${secure ? "https" : "http"}://${host ?? ""}`);
  return own !== null && URL.parse(origin)?.origin === own.origin;
}
