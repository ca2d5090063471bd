import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { whenDone } from "./cleanup.ts";

/** A web server that keeps the JSON it is sent. */
export type Receiver = {
  url: string;
  got: { headers: Record<string, unknown>; json: Record<string, unknown> }[];
  /** How many requests wait for an answer. */
  held(): number;
  /** From now on answers are held back, or those held are given up and the next ones given. */
  hold(on: boolean): void;
};

/** Starts one on this machine; it is stopped when the test (or, from `beforeAll`, the file) has finished. */
export async function startReceiver(): Promise<Receiver> {
  const got: Receiver["got"] = [];
  let waiting: ServerResponse[] | undefined;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (waiting) return void waiting.push(response);
      got.push({ headers: request.headers, json: JSON.parse(text) as Record<string, unknown> });
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    held: () => waiting?.length ?? 0,
    hold(on) {
      for (const response of waiting ?? []) response.destroy();
      waiting = on ? [] : undefined;
    },
  };
}
