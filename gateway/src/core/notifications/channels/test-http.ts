import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Mood } from "./channel-conformance.ts";

export type HttpReceived = { path: string; headers: IncomingHttpHeaders; body: Buffer };

export type HttpReceiver = {
  port: number;
  got: HttpReceived[];
  become(mood: Mood): Promise<void>;
  /** The status and headers of the next answers. */
  answer(status: number, headers?: Record<string, string>): void;
  close(): Promise<void>;
};

/** A web server that keeps what it is sent. */
export async function startReceiver(tls?: { key: string; cert: string }): Promise<HttpReceiver> {
  const got: HttpReceived[] = [];
  let next: [number, Record<string, string>] | undefined = [200, {}];
  const handle: Parameters<typeof createServer>[1] = (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      if (!next) return;
      if (next[0] < 300) got.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(...next).end("{}");
    });
  };
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return {
    port: (server.address() as AddressInfo).port,
    got,
    async become(mood) {
      if (mood === "away") await close();
      else next = mood === "silent" ? undefined : [{ takes: 200, busy: 503, refuses: 403 }[mood], {}];
    },
    answer(status, headers = {}) {
      next = [status, headers];
    },
    close,
  };
}
