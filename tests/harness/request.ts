import { type IncomingHttpHeaders, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";

export type RequestOptions = {
  method: string;
  path: string;
  port: number;
  secure: boolean;
  /** Address to connect to; default 127.0.0.1. */
  host?: string;
  /** One that is undefined is left out. */
  headers?: Record<string, string | string[] | undefined>;
  /** Sent as JSON, or as it is when it is text. */
  body?: unknown;
  /** Address to connect from. */
  localAddress?: string;
};

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: unknown;
  /** Time until the whole answer was here, in ms. */
  ms: number;
};

/** Sends one request on a connection of its own and collects the answer. The certificate is not checked. */
export function request(options: RequestOptions): Promise<Answer> {
  const { method, path, port, secure, host = "127.0.0.1", headers = {}, body, localAddress } = options;
  const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const send = secure ? requestSecure : requestPlain;
  const begun = performance.now();
  return new Promise((done, fail) => {
    const outgoing = send({
      method,
      path,
      port,
      host,
      agent: false,
      localAddress,
      ...(secure ? { rejectUnauthorized: false } : {}),
      headers: {
        ...(payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": String(Buffer.byteLength(payload)) }),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      },
    });
    outgoing.on("error", fail);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", fail);
      incoming.on("end", () => {
        const ms = performance.now() - begun;
        const text = Buffer.concat(chunks).toString();
        done({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text), ms });
      });
    });
    outgoing.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Opens a raw connection, to say what no HTTP library would. */
export function openRaw(port: number, secure: boolean): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = secure
      ? connectSecure({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => done(socket))
      : connectPlain({ port, host: "127.0.0.1" }, () => done(socket));
    socket.once("error", fail);
  });
}

/** Sends raw bytes and answers everything that comes back until the other side closes, or `ms` of silence. */
export async function sendRaw(port: number, secure: boolean, bytes: string | Buffer, ms = 500): Promise<string> {
  const socket = await openRaw(port, secure);
  return new Promise((done) => {
    let received = "";
    socket.setTimeout(ms, () => socket.destroy());
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => done(received));
    socket.write(bytes);
  });
}
