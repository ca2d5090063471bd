import { canonicalAddress, hearsOnlyThisMachine, isLoopback } from "../../kit/addresses.ts";
import type { ListenerName } from "../../wire/boot.ts";
import { machineNames } from "../certificates/certificates.ts";

/** The settings that say by which names the gateway is reached. */
export type AddressSettings = {
  addr: string;
  base_url: string;
  apps_base_url: string;
  base_domain: string;
  allowed_hosts: readonly string[];
  share_origin: boolean;
};

export type PublicAddresses = {
  /** Names the gateway answers to, beside addresses: see design, section 7. */
  hosts(): string[];
  /** Base URL of API and dashboard, and of the apps, for someone who came by no request. */
  api(): string;
  apps(): string;
  /** The same as a browser reaches them that used `host` (a Host header). */
  origins(request: { secure: boolean; host: string }): { api: string; apps: string };
};

/** Computes the gateway's public addresses from settings, the machine's names and the real ports. */
export function createPublicAddresses(
  settings: () => AddressSettings,
  ports: Readonly<Record<ListenerName, number>>,
  secure: boolean,
): PublicAddresses {
  const scheme = secure ? "https" : "http";
  const apiPort = ports.api;
  const appsPort = () => (settings().share_origin ? ports.api : ports.apps);
  const own = () => (hearsOnlyThisMachine(settings().addr) ? undefined : lanAddresses()[0]) ?? "localhost";

  return {
    hosts() {
      const { base_url, apps_base_url, base_domain, allowed_hosts } = settings();
      const urls = [base_url, apps_base_url].filter(Boolean).map((url) => new URL(url).hostname);
      const names = [...machineNames(), ...urls, base_domain, ...allowed_hosts];
      return [...new Set(names.filter(Boolean).map((name) => name.toLowerCase()))];
    },
    api: () => settings().base_url || withPort(scheme, own(), apiPort),
    apps: () => settings().apps_base_url || withPort(scheme, own(), appsPort()),
    origins({ secure: viaTls, host }) {
      const via = viaTls ? "https" : "http";
      const name = host.replace(/:\d+$/, "");
      const { base_url, apps_base_url, share_origin } = settings();
      const api = base_url ? new URL(base_url).origin : withPort(via, name, apiPort);
      const apps = apps_base_url ? new URL(apps_base_url).origin : withPort(via, name, appsPort());
      return { api, apps: share_origin ? api : apps };
    },
  };
}

function withPort(scheme: string, host: string, port: number): string {
  return `${scheme}://${host}${port === (scheme === "https" ? 443 : 80) ? "" : `:${port}`}`;
}

/** Addresses of this machine that others at home can reach, IPv4 first, as they stand in a URL. */
function lanAddresses(): string[] {
  const addresses = machineNames().filter((name) => canonicalAddress(name) && !isLoopback(name));
  const plain = addresses.filter((address) => !address.includes(":"));
  const bracketed = addresses.filter((address) => address.includes(":")).map((address) => `[${address}]`);
  return [...plain, ...bracketed];
}
