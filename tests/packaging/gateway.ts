import { once } from "node:events";
import { request } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A TCP port of 127.0.0.1 that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Status and body of a GET, whatever the certificate; undefined when nobody answers. */
export function get(url: string): Promise<{ status: number | undefined; body: string } | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { rejectUnauthorized: false, timeout: 5000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () => resolve({ status: answer.statusCode, body }));
      answer.on("error", () => resolve(undefined));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}

/**
 * Asks /livez until it answers 200. Throws with `log()` when `gone()` says that the gateway ended, or after 30 s.
 */
export async function untilLive(url: string, gone: () => boolean, log: () => string): Promise<void> {
  const end = Date.now() + 30_000;
  while (Date.now() < end && !gone()) {
    if ((await get(`${url}/livez`))?.status === 200) return;
    await pause(100);
  }
  throw new Error(`no answer from ${url}/livez; the gateway said:\n${log()}`);
}
