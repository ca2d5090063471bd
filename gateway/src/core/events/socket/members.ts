import type { Client } from "./client.ts";

/** Everybody who is signed in, by who they are. */
export type Members = {
  add(client: Client): void;
  /** Answers whether it was one. */
  remove(client: Client): boolean;
  all(): Iterable<Client>;
  size(): number;
  of(principalId: string): readonly Client[];
  ofDevice(deviceId: string): readonly Client[];
  /** How many connections each device has. */
  devices(): Record<string, number>;
};

/** Makes the list. */
export function createMembers(): Members {
  const all = new Set<Client>();
  const byPrincipal = new Map<string, readonly Client[]>();
  const of = (id: string) => byPrincipal.get(id) ?? [];

  return {
    add(client) {
      const { id } = client.principal();
      all.add(client);
      byPrincipal.set(id, [...of(id), client]);
    },
    remove(client) {
      const { id } = client.principal();
      const rest = of(id).filter((other) => other !== client);
      if (rest.length) byPrincipal.set(id, rest);
      else byPrincipal.delete(id);
      return all.delete(client);
    },
    all: () => all,
    size: () => all.size,
    of,
    ofDevice: (deviceId) => of(`device:${deviceId}`),
    devices() {
      const ofDevices = [...byPrincipal.values()].filter(([first]) => first?.deviceId !== undefined);
      return Object.fromEntries(ofDevices.map((clients) => [clients[0]?.deviceId as string, clients.length]));
    },
  };
}
