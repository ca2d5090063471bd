import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { whenDone } from "../harness/cleanup.ts";

/** An app that leaves requests in every state there is, and knows what is open. */
export type EnduranceApp = {
  url: string;
  port: number;
  /** Requests that came, by path. */
  readonly asked: ReadonlyMap<string, number>;
  /** Connections that are open, and those of them with a request that has no whole answer. */
  open(): { connections: number; busy: number };
  /** Closes what is open. */
  cut(): void;
};

const END_OF_HEAD = "\r\n\r\n";
/** Length of the answer to `/half`, in bytes, and how much of it is sent. */
const HALF = { announced: 100_000, sent: Buffer.alloc(1000, "h") };

/**
 * Starts an app of few words. `/quick` answers, `/half` answers a part, `/silent` and a body that is not whole are not
 * answered; `/ws` switches to WebSocket and sends every byte back as it came.
 */
export async function startEnduranceApp(): Promise<EnduranceApp> {
  const asked = new Map<string, number>();
  const sockets = new Map<Socket, { busy: boolean }>();

  function answer(socket: Socket, state: { busy: boolean }, head: string): void {
    const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" HTTP/1.1"));
    asked.set(path, (asked.get(path) ?? 0) + 1);
    state.busy = true;
    if (path === "/quick") {
      state.busy = false;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    } else if (path === "/half") {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${HALF.announced}\r\n\r\n`);
      socket.write(HALF.sent);
    } else if (path === "/ws") {
      const key = /^sec-websocket-key: (\S+)/im.exec(head)?.[1] ?? "";
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.removeAllListeners("data").on("data", (chunk) => socket.write(chunk));
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const state = { busy: false };
    let pending = "";
    sockets.set(socket, state);
    socket
      .on("error", () => {})
      .on("close", () => sockets.delete(socket))
      .on("data", (chunk) => {
        // Behind a head that waits for its answer comes its body, which is thrown away.
        if (state.busy) return;
        pending += chunk.toString("latin1");
        const end = pending.indexOf(END_OF_HEAD);
        if (end < 0) return;
        const head = pending.slice(0, end);
        pending = "";
        answer(socket, state, head);
      });
  });
  await new Promise<void>((done) => server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, done));
  const cut = () => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  whenDone(() => {
    server.close();
    cut();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    open: () => ({ connections: sockets.size, busy: [...sockets.values()].filter(({ busy }) => busy).length }),
    cut,
  };
}
