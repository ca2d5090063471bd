import type { Socket } from "node:net";
import { writeFields } from "../http1/fields.ts";
import type { BodyReader, ClientRequest } from "../listen/client.ts";

/** What holds for every body on the way to an upstream. */
export type UploadWay = {
  /** Largest body of a request, in bytes; Infinity for any. */
  maxBodyBytes: number;
  /** Trailers of the request as the upstream gets them. */
  requestTrailers(raw: readonly string[]): string[];
};

/** Who follows an upload. */
export type UploadWatch = {
  /** Something was sent on. */
  onProgress(): void;
  /** More came than may: nothing of it was sent on. */
  onTooLarge(): void;
};

type Uploading = Pick<ClientRequest, "body" | "bytesIn" | "pause" | "resume">;

/** Passes the body of a request on to an upstream, with back-pressure. The framing is ours. */
export class Upload implements BodyReader {
  readonly #request: Uploading;
  readonly #socket: Socket;
  readonly #way: UploadWay;
  readonly #watch: UploadWatch;
  /** Is it held back until the upstream takes more? What was read before still comes. */
  #held = false;

  constructor(request: Uploading, socket: Socket, way: UploadWay, watch: UploadWatch) {
    this.#request = request;
    this.#socket = socket;
    this.#way = way;
    this.#watch = watch;
  }

  onData(chunk: Buffer): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    if (this.#request.bytesIn > this.#way.maxBodyBytes) {
      this.#watch.onTooLarge();
      return;
    }
    this.#watch.onProgress();
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
    if (flowing || this.#held) return;
    this.#held = true;
    this.#request.pause();
    socket.once("drain", () => {
      this.#held = false;
      this.#watch.onProgress();
      this.#request.resume();
    });
  }

  onEnd(trailers: readonly string[]): void {
    if (!this.#socket.writable) return;
    this.#watch.onProgress();
    if (this.#request.body !== "chunked") return;
    this.#socket.write(`0\r\n${writeFields(this.#way.requestTrailers(trailers))}\r\n`, "latin1");
  }
}
