import { type ConnectionOptions, connect } from "node:tls";
import { request } from "../tests/harness/request.ts";
import type { Contestant } from "./contestants.ts";

/** Throws unless the contestant answers a path with 200 and a body of this length. */
export async function assertServes(contestant: Contestant, path: string, bytes: number): Promise<void> {
  const { protocol, port, pathname } = new URL(contestant.url(path));
  const answer = await request({
    method: "GET",
    path: pathname,
    port: Number(port),
    secure: protocol === "https:",
    headers: { ...contestant.headers },
  });
  if (answer.status === 200 && answer.text.length === bytes) return;
  throw new Error(
    `${contestant.name} answered ${pathname} with ${answer.status} and ${answer.text.length} bytes; wanted: 200 and ${bytes}`,
  );
}

/** Throws unless the contestant speaks TLS 1.3. */
export async function assertTls13(contestant: Contestant): Promise<void> {
  const { protocol } = await handshake(contestant, {});
  if (protocol !== "TLSv1.3") throw new Error(`${contestant.name} speaks ${protocol}, not TLS 1.3`);
}

/** Does the contestant choose HTTP/2 when it is offered? */
export async function speaksHttp2(contestant: Contestant): Promise<boolean> {
  return (await handshake(contestant, { ALPNProtocols: ["h2", "http/1.1"] })).alpn === "h2";
}

function handshake(contestant: Contestant, options: ConnectionOptions) {
  const { port, hostname: host } = new URL(contestant.url("/1k"));
  return new Promise<{ protocol: string | null; alpn: string | false | null }>((done, fail) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options }, () => {
      done({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol });
      socket.destroy();
    });
    socket.once("error", fail);
  });
}
