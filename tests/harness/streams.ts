import type { ClientRequest } from "node:http";
import { request } from "node:https";
import { WebSocket } from "ws";
import { whenDone } from "./cleanup.ts";

/** An event stream that was opened through the gateway. */
export type EventStream = {
  /** Bytes received until now. */
  received(): number;
  /** Is it still open? */
  open(): boolean;
  close(): void;
};

/** Opens an event stream and waits for its first bytes. */
export function openEvents(port: number, path: string, headers: Record<string, string>): Promise<EventStream> {
  return new Promise((done, fail) => {
    let received = 0;
    let open = true;
    const outgoing: ClientRequest = request({
      port,
      host: "127.0.0.1",
      path,
      headers,
      agent: false,
      rejectUnauthorized: false,
    });
    const close = () => outgoing.destroy();
    const stream: EventStream = { received: () => received, open: () => open, close };
    whenDone(close);
    outgoing.on("error", (error) => {
      open = false;
      fail(error);
    });
    outgoing.on("response", (incoming) => {
      if (incoming.statusCode !== 200) fail(new Error(`the stream was answered with ${incoming.statusCode}`));
      incoming.on("data", (chunk: Buffer) => {
        received += chunk.length;
        done(stream);
      });
      incoming.on("error", () => {});
      incoming.on("close", () => {
        open = false;
      });
    });
    outgoing.end();
  });
}

/** A WebSocket to an echo that was opened through the gateway. */
export type EchoSocket = {
  /** Sends a text and waits until it came back. */
  echo(text: string): Promise<string>;
  open(): boolean;
};

/** Opens a WebSocket that echoes. */
export async function openEcho(port: number, path: string, headers: Record<string, string>): Promise<EchoSocket> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, { headers, rejectUnauthorized: false });
  whenDone(() => socket.terminate());
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  socket.on("error", () => {});
  return {
    echo: (text) =>
      new Promise((done, fail) => {
        socket
          .once("message", (data) => done(String(data)))
          .once("close", () => fail(new Error("the socket was closed")));
        socket.send(text);
      }),
    open: () => socket.readyState === WebSocket.OPEN,
  };
}
