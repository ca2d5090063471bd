import { parseListenAddress } from "@nekzus/contract/config";
import { parseNetwork } from "../../kit/addresses.ts";
import type { ConfigFault, ConfigWarning } from "./faults.ts";
import { placeOf, type Source } from "./sources.ts";

/** First path segments that are the gateway's own (ruling R18); `metrics` is free for the metrics themselves. */
const RESERVED = new Set(["api", "apps", "healthz", "livez", "readyz", "docs", "pair", "ui", "assets", "ws"]);

/** Fills in `server.apps_addr` when nothing is said: the host of the API and its port plus one. */
export function deriveAppsAddress(values: Map<string, unknown>): void {
  if (values.get("server.apps_addr")) return;
  const address = String(values.get("server.addr"));
  const api = parseListenAddress(address);
  if (!api) return;
  const port = api.port === 0 ? 0 : api.port + 1;
  values.set("server.apps_addr", `${address.slice(0, address.lastIndexOf(":"))}:${port}`);
}

/** Checks what must fit together. Keys in `bad` have a fault of their own and are left out. */
export function crossCheck(
  values: ReadonlyMap<string, unknown>,
  sources: ReadonlyMap<string, Source>,
  bad: ReadonlySet<string>,
  refuse: (fault: ConfigFault) => void,
  warnings: ConfigWarning[],
): void {
  const isSet = (key: string) => sources.get(key)?.from !== "default";
  const wrong = (key: string, message: string) => refuse({ ...placeOf(sources.get(key)), key, message });
  const warn = (key: string, message: string) => warnings.push({ ...placeOf(sources.get(key)), key, message });
  const good = (...keys: string[]) => keys.every((key) => !bad.has(key));

  if (good("server.tls_cert", "server.tls_key")) {
    const [cert, tlsKey] = [values.get("server.tls_cert"), values.get("server.tls_key")];
    if (cert && !tlsKey) wrong("server.tls_cert", "needs server.tls_key as well");
    if (tlsKey && !cert) wrong("server.tls_key", "needs server.tls_cert as well");
  }

  if (good("server.addr", "server.apps_addr", "server.share_origin")) {
    const apps = String(values.get("server.apps_addr"));
    const shared = values.get("server.share_origin") === true;
    if (shared && isSet("server.apps_addr")) warn("server.apps_addr", "has no effect while server.share_origin is on");
    if (shared)
      warn("server.share_origin", "apps share the API's origin: a script of any app can act on the API's pages");
    if (!shared && !parseListenAddress(apps)) {
      wrong(
        "server.addr",
        "leaves no port for server.apps_addr, which is the next one by default: set server.apps_addr",
      );
    } else if (!shared && overlap(String(values.get("server.addr")), apps)) {
      const key = isSet("server.apps_addr") ? "server.apps_addr" : "server.addr";
      wrong(key, "server.addr and server.apps_addr must differ, or server.share_origin must be true");
    }
  }

  if (good("server.routing_mode", "server.base_domain")) {
    const [mode, domain] = [values.get("server.routing_mode"), values.get("server.base_domain")];
    if (mode !== "path" && !domain) warn("server.routing_mode", "has no effect until server.base_domain is set");
  }

  if (good("discovery.docker.network_mode", "discovery.docker.networks")) {
    const named = values.get("discovery.docker.networks") as readonly string[];
    if (values.get("discovery.docker.network_mode") === "preferred" && !named.length) {
      wrong("discovery.docker.network_mode", "preferred needs discovery.docker.networks to name at least one network");
    }
  }

  if (good("metrics.path")) {
    const path = String(values.get("metrics.path"));
    const first = path.split("/")[1] ?? "";
    if (path === "/" || RESERVED.has(first)) {
      wrong("metrics.path", `must be a path of its own such as /metrics; /${first} is used by the gateway`);
    }
  }

  if (good("server.trusted_proxies")) {
    for (const network of values.get("server.trusted_proxies") as readonly string[]) {
      if (!parseNetwork(network)) wrong("server.trusted_proxies", `${network} is not an IPv4 or IPv6 network`);
      else if (network.endsWith("/0")) {
        warn("server.trusted_proxies", `${network} believes everybody: any client can then claim any address`);
      }
    }
  }
}

/** Would two addresses claim the same port? Port 0 is a free one each time. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [parseListenAddress(one), parseListenAddress(other)];
  if (!a || !b || a.port !== b.port || a.port === 0) return false;
  const everywhere = (host: string) => host === "" || host === "0.0.0.0" || host === "::";
  return everywhere(a.host) || everywhere(b.host) || a.host === b.host;
}
