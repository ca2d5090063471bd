import type { Socket } from "node:net";
import { writeFields } from "../http1/fields.ts";
import type { BodyReader, ClientRequest } from "../listen/client.ts";

/** Passes the body of a request on to an upstream, with back-pressure. The framing is ours. */
export class Upload implements BodyReader {
  readonly #request: ClientRequest;
  readonly #socket: Socket;
  readonly #trailers: (raw: readonly string[]) => string[];
  readonly #onProgress: () => void;

  constructor(
    request: ClientRequest,
    socket: Socket,
    trailers: (raw: readonly string[]) => string[],
    onProgress: () => void,
  ) {
    this.#request = request;
    this.#socket = socket;
    this.#trailers = trailers;
    this.#onProgress = onProgress;
  }

  onData(chunk: Buffer): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    this.#onProgress();
    let flowing: boolean;
    if (this.#request.body === "chunked") {
      socket.cork();
      socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
      socket.write(chunk);
      flowing = socket.write("\r\n", "latin1");
      socket.uncork();
    } else {
      flowing = socket.write(chunk);
    }
    if (flowing) return;
    this.#request.pause();
    socket.once("drain", () => {
      this.#onProgress();
      this.#request.resume();
    });
  }

  onEnd(trailers: readonly string[]): void {
    if (!this.#socket.writable) return;
    this.#onProgress();
    if (this.#request.body !== "chunked") return;
    this.#socket.write(`0\r\n${writeFields(this.#trailers(trailers))}\r\n`, "latin1");
  }
}
