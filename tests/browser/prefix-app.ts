import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { prefixTag, workerPrologue } from "../../gateway/src/edge/rewrite/prefix-tag.ts";
import { loadPages } from "../../gateway/src/kit/pages.ts";
import { whenDone } from "../harness/cleanup.ts";

export const PREFIX = "/apps/x/";
const EXCLUDE = ["/kept/"];
/** As strict as a page can be that still has styles of its own, frames, workers and trusted values. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "connect-src 'self' ws:",
  "object-src 'self'",
  "base-uri 'self'",
].join("; ");
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
const TYPES: Record<string, string> = {
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  html: "text/html",
  events: "text/event-stream",
};

/** An app that knows no prefix, below one: what it was asked, and what was asked beside it. */
export type PrefixApp = { origin: string; inside: Set<string>; outside: string[] };

/**
 * Serves pages as the gateway does in prefix mode, with the tag, the prologue of workers and the way back by Referer,
 * but leaves their markup alone: what stays in the prefix is the script's work. `more` is added to the pages' policy.
 */
export async function startPrefixApp(files: Readonly<Record<string, string>>, more = ""): Promise<PrefixApp> {
  const { prefixScript } = loadPages();
  const tag = prefixTag("1", { prefix: PREFIX, exclude: EXCLUDE });
  const prologue = workerPrologue(prefixScript.body.toString(), { prefix: PREFIX, exclude: EXCLUDE });
  const app: PrefixApp = { origin: "", inside: new Set(), outside: [] };

  function seen({ url = "", headers }: IncomingMessage): { path: string; back: boolean } | undefined {
    if (url.startsWith("/apps/.nekzus/") || url === "/favicon.ico" || url.startsWith("/kept/")) return undefined;
    if (url.startsWith(PREFIX)) {
      app.inside.add(url.slice(PREFIX.length - 1));
      return { path: url.slice(PREFIX.length - 1), back: false };
    }
    app.outside.push(`${headers["sec-fetch-dest"]} ${url}`);
    return { path: url, back: headers.referer?.startsWith(app.origin + PREFIX) ?? false };
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.startsWith("/apps/.nekzus/prefix.js")) {
      response.setHeader("content-type", prefixScript.type).end(prefixScript.body);
      return;
    }
    const visit = seen(request);
    if (!visit) response.writeHead(204).end();
    else if (visit.back) response.writeHead(307, { location: PREFIX + visit.path.slice(1) }).end();
    else send(visit.path, request, response);
  }

  function send(path: string, request: IncomingMessage, response: ServerResponse): void {
    const name = path.replace(/\?.*/, "");
    const type = TYPES[/\.(\w+)$/.exec(name)?.[1] ?? ""] ?? "text/plain";
    const text = files[name] ?? (type === "image/svg+xml" ? PICTURE : type === "text/plain" ? path : "");
    const worker = /worker/.test(String(request.headers["sec-fetch-dest"]));
    response.setHeader("content-type", `${type}; charset=utf-8`);
    if (type === "text/html") response.setHeader("content-security-policy", POLICY + more);
    if (worker) response.setHeader("content-security-policy", "default-src 'self'; connect-src 'self' ws:");
    if (request.method === "POST" && type === "text/plain") request.pipe(response);
    else response.end(type === "text/html" ? `<!doctype html>${tag}${text}` : worker ? prologue + text : text);
  }

  const server = createServer(answer);
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    seen(request);
    socket.close();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  app.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  whenDone(() => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  return app;
}
