import { cspOf, fill, type Page } from "../../kit/pages.ts";

/** The code is in the address: it must reach neither a cache nor the Referer of the next request. */
export const PRIVATE_ANSWER = { "cache-control": "no-store", "referrer-policy": "no-referrer" } as const;

/** What a page says to somebody whose code is not taken. */
type UsedUp = { message: string; hint: string; link: string; action: string; request: string };

/** The answer to a code that is used up, too old, or not for this browser: a page with a way on. */
export function usedUp(problemPage: Page, words: UsedUp) {
  return {
    status: 400,
    body: fill(problemPage, { title: "This link is used up", code: "BAD_REQUEST", ...words }),
    headers: {
      ...PRIVATE_ANSWER,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": cspOf(problemPage),
    },
  } as const;
}
