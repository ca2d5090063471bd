import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { whenDone } from "./cleanup.ts";

/** An app whose answers a test writes, by path; everything else is 404. */
export type ScriptedApp = {
  url: string;
  /** What came for a path, in order; the query is not a part of it. */
  seen(path: string): IncomingMessage[];
  /** Answers requests for a path from now on. `count`: how many came before this one. */
  on(path: string, answer: (request: IncomingMessage, response: ServerResponse, count: number) => void): void;
};

/** Starts one; it is closed when the test (or, from `beforeAll`, the file) has finished. */
export async function startScriptedApp(): Promise<ScriptedApp> {
  const seen = new Map<string, IncomingMessage[]>();
  const answers = new Map<string, Parameters<ScriptedApp["on"]>[1]>();
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    const before = seen.get(path) ?? [];
    seen.set(path, [...before, request]);
    const answer = answers.get(path);
    if (answer) answer(request, response, before.length);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  whenDone(() => server.closeAllConnections());
  whenDone(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: (path) => seen.get(path) ?? [],
    on: (path, answer) => void answers.set(path, answer),
  };
}
