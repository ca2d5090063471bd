import { type AddressInfo, createServer, type Socket } from "node:net";
import { whenDone } from "./cleanup.ts";

/** An app of bytes: what it received, by connection, and how to reach it. */
export type RawApp = { url: string; port: number; received: string[]; sockets: Socket[]; close(): void };

/**
 * Starts an app that answers whatever `answer` writes, each time the whole head of a request has come. `received` holds
 * all that came on each connection.
 */
export async function startRawApp(
  answer: (socket: Socket, request: string, connection: number) => void,
): Promise<RawApp> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    received.push("");
    let pending = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received[connection] += chunk.toString("latin1");
      pending += chunk.toString("latin1");
      if (!pending.includes("\r\n\r\n")) return;
      const request = pending;
      pending = "";
      answer(socket, request, connection);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  whenDone(close);
  return { url: `http://127.0.0.1:${port}`, port, received, sockets, close };
}

/** A whole answer with this body and these further header lines. */
export function plainAnswer(body: string, ...headers: string[]): string {
  return [`HTTP/1.1 200 OK`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, "", body].join("\r\n");
}
