import type { Gateway } from "./gateway.ts";
import { type Lab, PEERS } from "./lab.ts";
import { family } from "./processes.ts";

/** Someone who forwards to the upstream of the lab. */
export type Contestant = {
  name: string;
  /** The address of a path of the upstream, such as `/1k`; `/ws` is the WebSocket echo. */
  url(path: string): string;
  headers: Readonly<Record<string, string>>;
  /** How long it is asked before its figures are those of a program that has run for days. */
  warmUpMs: number;
  /** The processes whose CPU a request costs, and those beside them, which are shown apart. */
  processes(): { forwarding: number[]; beside: number[] };
};

/** What our own figures are called; gates compare this one. */
export const OURS = "nekzus";

/** Connections are open and files read; for us, what is used much is compiled as well. */
export const PEER_WARM_UP_MS = 250;
const WARM_UP_MS = 6000;

/** nginx, HAProxy and Caddy. */
export function peerContestants(lab: Lab, secure: boolean): Contestant[] {
  return PEERS.map((peer) => {
    const pids = family(lab.pid(peer));
    return {
      name: peer,
      url: (path) => lab.url(peer, secure) + path,
      headers: {},
      warmUpMs: PEER_WARM_UP_MS,
      processes: () => ({ forwarding: pids, beside: [] }),
    };
  });
}

/** Our gateway, asked with a token on the API's listener. */
export function withToken(gateway: Gateway, name = OURS): Contestant {
  return contestant(gateway, name, gateway.apiPort, gateway.bearer);
}

/** Our gateway, asked with the cookie that a browser has on the apps' listener. */
export async function withCookie(gateway: Gateway): Promise<Contestant> {
  return contestant(gateway, `${OURS}, cookie`, gateway.appsPort, await gateway.enterApp("files"));
}

function contestant(
  gateway: Gateway,
  name: string,
  port: number,
  headers: Readonly<Record<string, string>>,
): Contestant {
  const scheme = gateway.secure ? "https" : "http";
  return {
    name,
    url: (path) => `${scheme}://127.0.0.1:${port}/apps/${path.startsWith("/ws") ? "echo" : "files"}${path}`,
    headers,
    warmUpMs: WARM_UP_MS,
    processes() {
      const { edges, others } = gateway.processes();
      return { forwarding: edges, beside: others };
    },
  };
}

/** Apps and routes of a gateway that stands in front of the lab's upstream, as configuration. */
export function routesTo(lab: Lab): Record<string, unknown> {
  const route = (appId: string, to: string, websocket: boolean) => ({
    routeId: appId,
    appId,
    to,
    websocket,
    stripPrefix: true,
    skipHealthCheck: true,
  });
  return {
    apps: [
      { id: "files", name: "Files" },
      { id: "echo", name: "Echo" },
    ],
    routes: [route("files", lab.upstreamUrl, false), route("echo", lab.echoUrl, true)],
  };
}
