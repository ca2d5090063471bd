import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { whenDone } from "./cleanup.ts";

/** What the app saw of a request. */
export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string };

export type EchoApp = { url: string; port: number; seen: Seen[]; server: Server; close(): void };

/**
 * A small app to stand behind the gateway. It answers what it saw as JSON; `/sse` streams an event every 20 ms,
 * `/ws` echoes WebSocket messages, `/status/N` answers that status, `/slow/MS` waits, `/bytes/N` sends N bytes,
 * `/header?name=value` answers with these headers. Closed when the test (or, from `beforeAll`, the file) has finished.
 */
export async function startEchoApp(): Promise<EchoApp> {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? "/", "http://app");
    const [, what, argument] = pathname.split("/");
    if (what === "sse") {
      res.writeHead(200, { "content-type": "text/event-stream" });
      let count = 0;
      const timer = setInterval(() => res.write(`data: ${++count}\n\n`), 20);
      res.on("close", () => clearInterval(timer));
      return;
    }
    const chunks: Buffer[] = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const entry = {
        method: req.method ?? "",
        url: req.url ?? "",
        headers: req.headers,
        rawHeaders: req.rawHeaders,
        body,
      };
      seen.push(entry);
      if (what === "status") return void res.writeHead(Number(argument)).end();
      if (what === "slow") return void setTimeout(() => res.end("slept"), Number(argument));
      if (what === "bytes") return void res.end(Buffer.alloc(Number(argument), "x"));
      if (what === "header") for (const [name, value] of searchParams) res.appendHeader(name, value);
      res.setHeader("content-type", "application/json");
      res.end(JSON.stringify(entry));
    });
  });
  const sockets = new WebSocketServer({ server, path: "/ws" });
  sockets.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    sockets.close();
    for (const client of sockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  };
  whenDone(close);
  return { url: `http://127.0.0.1:${port}`, port, seen, server, close };
}
