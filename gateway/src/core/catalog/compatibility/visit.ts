import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { parseListenAddress } from "@nekzus/contract/config";
import type { Clock } from "../../../kit/clock.ts";
import { randomId } from "../../../kit/ids.ts";
import { APPS_COOKIE } from "../../../wire/cookies.ts";
import { APPS_AUDIENCE, signToken } from "../../../wire/token.ts";
import { VISITOR } from "../../../wire/visitor.ts";

/** Life of a token, in seconds: one check and the clock's steps. */
const TOKEN_SECONDS = 60;
/** Cookies of the app that are kept during a check, and the longest. */
const MOST_COOKIES = 50;
const MAX_COOKIE = 4096;
const MAX_HEADER = 64 * 1024;

/** Our own listener of the apps, as this machine reaches it. */
export type OwnListener = {
  /** An address of this machine. */
  host: string;
  port: number;
  secure: boolean;
};

/** An address of this machine at which a listener at `listenAddress` (`:8444`, `[::1]:8444`) takes connections. */
export function reachableAt(listenAddress: string): string {
  const host = parseListenAddress(listenAddress)?.host ?? "";
  if (host === "::") return "::1";
  return host === "" || host === "0.0.0.0" ? "127.0.0.1" : host;
}

/** By what the core signs tokens. */
export type TokenMaker = { key: string; issuer: string; instanceId: string };

export type VisitAnswer = {
  status: number;
  /** By lower-case name. */
  headers: IncomingMessage["headers"];
  body: Buffer;
  /** The body was longer than asked for, and cut off. */
  truncated: boolean;
  /** The error code, if the gateway answered instead of the app. */
  refusal: string | undefined;
  message: string | undefined;
};

export type Visit = {
  /** Origin by which the app's pages are seen, `https://nas.local:8444`. */
  origin: string;
  /**
   * Asks for a path of the app with its query. `dest` is what a browser would say it wants. Throws when no whole answer
   * came, with a reason for people.
   */
  ask(path: string, want: { dest: Dest; referer?: string; maxBytes: number; timeoutMs: number }): Promise<VisitAnswer>;
};

export type Dest = "document" | "script" | "style" | "manifest";

const ACCEPT: Record<Dest, string> = {
  document: "text/html,application/xhtml+xml,*/*;q=0.8",
  script: "*/*",
  style: "text/css,*/*;q=0.1",
  manifest: "application/manifest+json,*/*;q=0.8",
};

/**
 * Begins a visit of one app through our own listener, so that what comes is what a visitor gets: the same decisions, the
 * same rewriting. No other address is ever contacted. `host`: the apps' public host and port.
 */
export function beginVisit(options: {
  listener: OwnListener;
  token: TokenMaker;
  clock: Clock;
  appId: string;
  host: string;
}): Visit {
  const { listener, clock, appId, host } = options;
  const { secure } = listener;
  const now = Math.floor(clock.now() / 1000);
  const credential = signToken(
    {
      iss: options.token.issuer,
      iid: options.token.instanceId,
      aud: APPS_AUDIENCE,
      typ: "apps",
      sub: VISITOR.id,
      gen: VISITOR.generation,
      app: appId,
      jti: randomId(),
      scopes: [],
      iat: now,
      exp: now + TOKEN_SECONDS,
    },
    options.token.key,
  );
  const cookies = new Map<string, string>();
  const name = secure ? APPS_COOKIE.secure : APPS_COOKIE.plain;

  function keep(set: readonly string[]): void {
    for (const cookie of set) {
      const pair = cookie.split(";", 1)[0] as string;
      const equals = pair.indexOf("=");
      if (equals < 1 || pair.length > MAX_COOKIE) continue;
      if (cookies.size < MOST_COOKIES) cookies.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
    }
  }

  return {
    origin: `http${secure ? "s" : ""}://${host}`,
    async ask(path, { dest, referer, maxBytes, timeoutMs }) {
      const kept = [...cookies].map(([key, value]) => `; ${key}=${value}`).join("");
      const answer = await exchange(
        listener,
        {
          path,
          servername: host.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""),
          headers: {
            host,
            accept: ACCEPT[dest],
            "accept-encoding": "identity",
            "user-agent": "Nekzus-Check/1.0",
            "sec-fetch-dest": dest,
            // Not a navigation: the gateway's own refusals are to be read by a program.
            "sec-fetch-mode": "no-cors",
            "sec-fetch-site": "same-origin",
            cookie: `${name}=${credential}${kept}`,
            ...(referer !== undefined && { referer }),
          },
        },
        { maxBytes, timeoutMs, clock },
      );
      keep(answer.headers["set-cookie"] ?? []);
      return answer;
    },
  };
}

type Question = { path: string; servername: string; headers: Record<string, string> };

function exchange(
  { host, port, secure }: OwnListener,
  { path, servername, headers }: Question,
  { maxBytes, timeoutMs, clock }: { maxBytes: number; timeoutMs: number; clock: Clock },
): Promise<VisitAnswer> {
  return new Promise((done, fail) => {
    const common = { host, port, path, headers, agent: false as const, maxHeaderSize: MAX_HEADER };
    // The certificate says nothing here: the socket is our own supervisor's, and public names need not be in it.
    const request = secure
      ? overHttps({ ...common, rejectUnauthorized: false, ...(isIP(servername) ? { servername: "" } : { servername }) })
      : overHttp(common);
    const timer = clock.after(Math.max(1, timeoutMs), () => {
      request.destroy(new Error("it did not answer in time"));
    });
    const end = (settle: () => void) => {
      timer.cancel();
      request.destroy();
      settle();
    };
    request.on("error", (error) => end(() => fail(error)));
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const finish = (truncated: boolean) => end(() => done(answerOf(response, Buffer.concat(parts), truncated)));
      response.on("data", (part: Buffer) => {
        const room = maxBytes - size;
        size += part.length;
        parts.push(part.length > room ? part.subarray(0, room) : part);
        if (size > maxBytes) finish(true);
      });
      response.on("end", () => finish(false));
      response.on("error", (error) => end(() => fail(error)));
      response.on("aborted", () => end(() => fail(new Error("the answer was cut"))));
    });
    request.end();
  });
}

function answerOf(response: IncomingMessage, body: Buffer, truncated: boolean): VisitAnswer {
  const { statusCode: status = 0, headers } = response;
  const said = headers["x-api-version"] === undefined ? undefined : refusalIn(body);
  return { status, headers, body, truncated, refusal: said?.code, message: said?.message };
}

/** What the gateway said in the one error shape. An app that sends our header by itself says nothing of that kind. */
function refusalIn(body: Buffer): { code: string; message: string } | undefined {
  try {
    const { error } = JSON.parse(body.toString()) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.code === "string" && typeof error.message === "string"
      ? { code: error.code, message: error.message }
      : undefined;
  } catch {
    return undefined;
  }
}
