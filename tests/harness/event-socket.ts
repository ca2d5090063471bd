import { WebSocket } from "ws";
import { whenDone } from "./cleanup.ts";
import type { Gateway } from "./gateway.ts";

export type Message = { type: string; data: Record<string, unknown>; number?: number } & Record<string, unknown>;

/** A client of the event socket. */
export type EventClient = {
  /** Everything that came, oldest first. */
  messages: Message[];
  /** Code and reason of the end, once it ended. */
  closed: Promise<{ code: number; reason: string }>;
  isOpen(): boolean;
  send(type: string, data?: unknown, more?: object): void;
  /** The first message of the type that comes, or came. */
  next(type: string, fits?: (message: Message) => boolean): Promise<Message>;
  socket: WebSocket;
};

type Opening = { headers?: Record<string, string>; port?: number; localAddress?: string };

/** Opens the event socket and does not sign in. Rejects with the status when the gateway refuses the upgrade. */
export function openSocket(gateway: Gateway, { headers = {}, port = gateway.apiPort, localAddress }: Opening = {}) {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/ws`, {
    headers,
    rejectUnauthorized: false,
    ...(localAddress && { localAddress }),
  });
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.once("close", (code, reason) => done({ code, reason: String(reason) }));
  });
  socket.on("message", (data) => {
    messages.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  whenDone(() => socket.terminate());
  const client: EventClient = {
    messages,
    closed,
    socket,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    send: (type, data = {}, more = {}) => socket.send(JSON.stringify({ type, data, ...more })),
    next(type, fits = () => true) {
      return new Promise((done, fail) => {
        const look = () => {
          const found = messages.find((message) => message.type === type && fits(message));
          if (!found) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        closed.then(({ code, reason }) => fail(new Error(`closed with ${code} ${reason} before ${type} came`)));
        look();
      });
    },
  };
  return new Promise<EventClient>((done, fail) => {
    socket.once("open", () => {
      socket.on("error", () => {});
      done(client);
    });
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      fail(new Error(String(response.statusCode)));
    });
    socket.once("error", fail);
  });
}

/** Opens the event socket and signs in; answers when `hello` came. */
export async function enterSocket(gateway: Gateway, auth: object, opening: Opening = {}): Promise<EventClient> {
  const client = await openSocket(gateway, opening);
  client.send("auth", auth);
  await client.next("hello");
  return client;
}
