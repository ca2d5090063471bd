import { type Network, parseNetwork } from "../../kit/addresses.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";

type Judge = (client: string) => boolean;

/** Clients whose verdict is remembered, by route. */
const MAX_CLIENTS = 1000;

const judges = new WeakMap<NonNullable<RouteEntry["networks"]>, Judge>();

/** May the route be used from this address? What is denied goes before what is allowed. */
export function mayComeFrom({ networks }: RouteEntry, client: string): boolean {
  if (!networks) return true;
  let judge = judges.get(networks);
  if (!judge) {
    judge = judgeOf(networks);
    judges.set(networks, judge);
  }
  return judge(client);
}

function judgeOf({ allow, deny }: NonNullable<RouteEntry["networks"]>): Judge {
  const [allowed, denied] = [allow, deny].map((texts) => texts.flatMap((text) => parseNetwork(text) ?? []));
  const has = (networks: readonly Network[] | undefined, client: string) =>
    networks?.some((network) => network.contains(client)) ?? false;
  const verdicts = new Map<string, boolean>();
  return (client) => {
    let verdict = verdicts.get(client);
    if (verdict === undefined) {
      verdict = !has(denied, client) && (allow.length === 0 || has(allowed, client));
      if (verdicts.size >= MAX_CLIENTS) verdicts.clear();
      verdicts.set(client, verdict);
    }
    return verdict;
  };
}
