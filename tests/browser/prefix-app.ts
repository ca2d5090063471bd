import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser, BrowserContext } from "playwright-core";
import { WebSocketServer } from "ws";
import { whenDone } from "../harness/cleanup.ts";
import type { Gateway } from "../harness/gateway.ts";
import { launchBrowser } from "./browser.ts";

/** As strict as a page can be that still has styles of its own, frames, workers and trusted values. */
export const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'self'",
  "base-uri 'self'",
].join("; ");
const MADE_UP: Record<string, string> = {
  "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><g id="part"/></svg>',
  "text/html": "<title>made up</title>",
};
const TYPES: Record<string, string> = {
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  html: "text/html",
  events: "text/event-stream",
  webmanifest: "application/manifest+json",
};

/** A file of an app: its text, or more. A hint goes before it (103); the rest follows once another path was asked for. */
export type PrefixFile =
  | string
  | {
      body?: string;
      status?: number;
      headers?: Record<string, string | string[]>;
      coding?: "gzip" | "br";
      hint?: string;
      rest?: { after: string; body: string };
    };

/** An app that believes to be at `/`, behind the gateway and below a prefix. */
export type PrefixApp = {
  /** `/apps/x/` */
  prefix: string;
  /** The address of its root in the browser. */
  root: string;
  /** What it was asked for, as it sees it: paths with queries. */
  asked: Set<string>;
  /** The address of the app itself, which no browser should need. */
  ownOrigin: string;
};

/**
 * Starts an app and gives it a route that strips its prefix; everybody may open it. A file that is not there is made up
 * by the ending of its name. Pages without headers of their own get `POLICY`.
 */
export async function startPrefixApp(
  gateway: Gateway,
  id: string,
  files: Readonly<Record<string, PrefixFile>> | ((ownOrigin: string) => Readonly<Record<string, PrefixFile>>),
): Promise<PrefixApp> {
  const prefix = `/apps/${id}/`;
  const app: PrefixApp = {
    prefix,
    root: `https://127.0.0.1:${gateway.appsPort}${prefix}`,
    asked: new Set(),
    ownOrigin: "",
  };
  let known: Readonly<Record<string, PrefixFile>> = {};
  /**
   * Pages that wait for another path to be asked for. One that hinted waits for what it hinted at: a browser leaves a
   * hint when the page is there before it took it up.
   */
  const held = new Map<string, () => void>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url as string;
    app.asked.add(url);
    held.get(url)?.();
    held.delete(url);
    const name = url.replace(/\?.*/, "");
    const type = TYPES[/\.(\w+)$/.exec(name)?.[1] ?? ""] ?? "text/plain";
    const found = known[name] ?? {};
    const file = typeof found === "string" ? { body: found } : found;
    const text = file.body ?? MADE_UP[type] ?? (type === "text/plain" ? name : "");
    const worker = /worker/.test(String(request.headers["sec-fetch-dest"]));
    response.statusCode = file.status ?? 200;
    response.setHeader("content-type", `${type}; charset=utf-8`);
    if (type === "text/html" && !file.headers) response.setHeader("content-security-policy", POLICY);
    if (worker) response.setHeader("content-security-policy", "default-src 'self'; connect-src 'self'");
    for (const [header, value] of Object.entries(file.headers ?? {})) response.setHeader(header, value);
    if (file.coding) response.setHeader("content-encoding", file.coding);
    if (file.hint) {
      response.writeEarlyHints({ link: file.hint });
      held.set(/<(.+)>/.exec(file.hint)?.[1] ?? "", () => response.end(text));
    } else if (file.rest) {
      const { after, body } = file.rest;
      held.set(after, () => response.end(body));
      response.write(text);
    } else if (request.method === "POST" && type === "text/plain") request.pipe(response);
    else if (file.coding === "gzip") response.end(gzipSync(text));
    else if (file.coding === "br") response.end(brotliCompressSync(text));
    else response.end(text);
  }

  const server = createServer(answer);
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    app.asked.add(request.url as string);
    socket.close();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  app.ownOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  known = typeof files === "function" ? files(app.ownOrigin) : files;
  await gateway.addRoute(id, app.ownOrigin, {
    stripPrefix: true,
    websocket: true,
    publicAccess: true,
    excludePaths: ["/kept/"],
  });
  return app;
}

/** A browser that starts service workers although nobody vouches for the gateway's certificate. */
export function launchTrustingBrowser(): Promise<Browser> {
  return launchBrowser(["--ignore-certificate-errors"]);
}

/**
 * Collects what is asked of the apps' origin beside the roots of apps and the gateway's own files. Whoever comes back by
 * the gateway's redirect has been outside, too.
 */
export function outsideOf(context: BrowserContext, root: string): string[] {
  const outside: string[] = [];
  const { origin } = new URL(root);
  const note = (url: string) => {
    const address = url.replace(/^ws/, "http");
    if (!address.startsWith(`${origin}/`) || address.startsWith(root)) return;
    if (!address.startsWith(`${origin}/apps/.nekzus/`)) outside.push(address.slice(origin.length));
  };
  context.on("request", (request) => note(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => note(socket.url())));
  return outside;
}
