import { addressKind } from "../../kit/addresses.ts";
import type { Discovered, DiscoveredPort } from "./sources/source.ts";

/** Where an app's route has to lead now. */
export type Move =
  | { kind: "stay" }
  | { kind: "move"; to: string }
  /** The new address lies elsewhere (this host, LAN, public) than what was approved: a person has to decide. */
  | { kind: "refused"; to: string };

/**
 * Decides how the route of an app follows its recreated service. Only what we once set is followed: an address that a
 * person wrote stays. Scheme and path of the route stay in any case, the port unless the engine publishes it elsewhere.
 */
export function followMove(to: string, before: Discovered, now: Discovered): Move {
  const current = authorityOf(to);
  if (!current || now.ports.some((port) => authorities(port).includes(current.key))) return { kind: "stay" };
  const known = before.ports.find((port) => authorities(port).includes(current.key));
  const ours = known ?? before.ports.find((port) => authorityOf(port.to)?.host === current.host);
  if (!ours) return { kind: "stay" };

  const same = known && now.ports.find((port) => port.port === known.port);
  const target = authorityOf((same ?? now.ports[0])?.to ?? "");
  if (!target) return { kind: "stay" };
  const moved = withAuthority(to, target.host, same ? target.port : current.port);
  if (moved === to) return { kind: "stay" };
  return addressKind(bare(target.host)) === addressKind(bare(current.host))
    ? { kind: "move", to: moved }
    : { kind: "refused", to: moved };
}

function authorities(port: DiscoveredPort): string[] {
  return [port.to, ...port.others].flatMap((to) => authorityOf(to)?.key ?? []);
}

/** Host and port; the default port of the scheme when none is written, so that both spellings are equal. */
function authorityOf(to: string): { key: string; host: string; port: number } | undefined {
  const url = URL.parse(to);
  if (!url?.hostname) return undefined;
  const port = Number(url.port) || defaultPortOf(url.protocol);
  return { key: `${url.hostname}:${port}`, host: url.hostname, port };
}

/** Only host and port change; the rest stays as it was written. */
function withAuthority(to: string, host: string, port: number): string {
  const [, scheme = "http:", rest = ""] = /^([a-z]+:)\/\/[^/?#]*(.*)$/i.exec(to) ?? [];
  return `${scheme}//${host}${port === defaultPortOf(scheme.toLowerCase()) ? "" : `:${port}`}${rest}`;
}

function defaultPortOf(protocol: string): number {
  return protocol === "https:" ? 443 : 80;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
