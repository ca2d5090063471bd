import type { BrowserContext, Locator, Page, Request, Route } from "playwright-core";

/** One way in which a call can fail. */
export type Fault = {
  name: string;
  /** What the page calls it. */
  said: RegExp;
  /** The sentence that says what that means. */
  why: RegExp;
  /** Answers in place of the gateway; where nothing is answered, the call hangs until the fault is taken away. */
  answer(route: Route): Promise<unknown> | undefined;
};

const JSON_TYPE = { "content-type": "application/json" };

function refused(status: number, code: string, headers: Record<string, string> = {}): Fault["answer"] {
  const error = { code, message: `Told by the test: ${code}.` };
  return (route) => route.fulfill({ status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ error }) });
}

function nonsense(body: string): Fault["answer"] {
  return (route) => route.fulfill({ status: 200, headers: JSON_TYPE, body });
}

const UNREADABLE = { said: /Could not read this/, why: /is not what this page expects/ };

/** What a gateway, or something before it, may answer to any call. Each said in words of its own. */
export const FAULTS: readonly Fault[] = [
  {
    name: "401",
    said: /You are not signed in/,
    why: /Told by the test: UNAUTHORIZED/,
    answer: refused(401, "UNAUTHORIZED"),
  },
  {
    name: "403",
    said: /You are not allowed to do this/,
    why: /Told by the test: FORBIDDEN/,
    answer: refused(403, "FORBIDDEN"),
  },
  {
    name: "429",
    said: /Too many requests/,
    why: /Told by the test: RATE_LIMIT_EXCEEDED|Too many tries/,
    answer: refused(429, "RATE_LIMIT_EXCEEDED", { "retry-after": "60" }),
  },
  {
    name: "500",
    said: /Something went wrong/,
    why: /Told by the test: INTERNAL_ERROR/,
    answer: refused(500, "INTERNAL_ERROR"),
  },
  {
    name: "503",
    said: /Not available at the moment/,
    why: /Told by the test: DATABASE_UNAVAILABLE/,
    answer: refused(503, "DATABASE_UNAVAILABLE"),
  },
  { name: "null", ...UNREADABLE, answer: nonsense("null") },
  { name: "an empty object", ...UNREADABLE, answer: nonsense("{}") },
  { name: "a list of an empty object", ...UNREADABLE, answer: nonsense("[{}]") },
  { name: "JSON that ends too early", ...UNREADABLE, answer: nonsense('[{"id":"bo') },
  { name: "texts for numbers", ...UNREADABLE, answer: textsForNumbers },
  {
    name: "nothing",
    said: /The gateway does not answer/,
    why: /Nothing came back from it/,
    answer: (route) => route.abort("connectionreset"),
  },
  {
    name: "silence",
    said: /The gateway takes too long/,
    why: /No complete answer came in time/,
    answer: () => undefined,
  },
];

/** The real answer, with every number in it as a text. */
async function textsForNumbers(route: Route): Promise<void> {
  const response = await route.fetch();
  const text = JSON.stringify(await response.json(), (_, value) => (typeof value === "number" ? String(value) : value));
  await route.fulfill({ response, body: text });
}

/** A call as the tables name it: `GET /apps`, without `/api/v1` and the query. */
export function callOf(request: Request): string {
  return `${request.method()} ${new URL(request.url()).pathname.replace("/api/v1", "")}`;
}

/** How far the page's clock is moved at a time: beyond every pause and every time limit of the dashboard, in ms. */
const HASTE_MS = 31_000;
/** The longest wait in real time, in ms. */
const PATIENCE_MS = 20_000;

/** Stands between the pages of a window and the API, and lets one call fail. */
export async function standBetween(window: BrowserContext) {
  let faulty: { call: string; fault: Fault; met: { isOver: boolean } } | undefined;
  let hanging: Route[] = [];
  /** Calls that the gateway itself is about to answer. */
  const open = new Set<Request>();
  for (const end of ["requestfinished", "requestfailed"] as const)
    window.on(end as "requestfinished", (request) => void open.delete(request));
  // The question whether the gateway is there is never made to fail, nor cut off by a clock that ran away from it.
  await window.addInitScript(() => {
    const ask = fetch.bind(globalThis);
    globalThis.fetch = (input, init) =>
      ask(input, String(input).endsWith("/healthz") ? { ...init, signal: null } : init);
  });
  const isCall = ({ pathname }: URL) => pathname.startsWith("/api/v1/") && pathname !== "/api/v1/healthz";
  await window.route(isCall, (route) => {
    if (faulty?.call !== callOf(route.request())) {
      open.add(route.request());
      return route.continue();
    }
    faulty.met.isOver = true;
    const answered = faulty.fault.answer(route);
    if (!answered) hanging.push(route);
    // The page may have given up by the time of the answer.
    return answered?.catch(() => undefined);
  });
  return {
    /** From now on every such call fails. What it answers tells whether one has. */
    fail(call: string, fault: Fault): { readonly isOver: boolean } {
      const met = { isOver: false };
      faulty = { call, fault, met };
      return met;
    },
    /** From now on the gateway answers everything. */
    async heal(): Promise<void> {
      faulty = undefined;
      const left = hanging;
      hanging = [];
      await Promise.all(left.map((route) => route.abort().catch(() => undefined)));
    },
    /**
     * Waits for what a page shows in the end, without the pauses in which it tries again and the limits of its patience:
     * moves its clock, unless that would run out for an answer that is on its way. Throws with `what` when it does not come.
     */
    async hasten(page: Page, wanted: Locator | (() => boolean), what: string): Promise<void> {
      await until(page, wanted, what, async (pause) => {
        if (pause > 40 && open.size === 0) await page.clock.fastForward(HASTE_MS);
      });
    },
  };
}

/** Waits for what a page shows, in the time that passes anyway. Throws with `what` when it does not come. */
export async function until(
  page: Page,
  wanted: Locator | (() => boolean),
  what: string,
  meanwhile?: (pause: number) => Promise<void>,
): Promise<void> {
  const isThere = () => (typeof wanted === "function" ? wanted() : wanted.first().isVisible());
  const end = performance.now() + PATIENCE_MS;
  for (let pause = 20; ; pause = Math.min(pause * 2, 320)) {
    if (await isThere()) return;
    if (performance.now() > end) throw new Error(`${what}\n${await shownOn(page)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
    await meanwhile?.(pause);
  }
}

/**
 * Makes the page read everything anew, as it does when somebody signed in in another window: all that a load does but
 * fetching the scripts.
 */
export function readAnew(page: Page): Promise<void> {
  return page.evaluate(() => void dispatchEvent(new StorageEvent("storage", { key: "nekzus.proof" })));
}

/** What a person reads there, for messages. */
async function shownOn(page: Page): Promise<string> {
  const texts = await page.locator('[role="dialog"], main').allInnerTexts();
  return texts.join("\n").slice(0, 600);
}
