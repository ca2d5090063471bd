import { isLoopback, limitKey, wideLimitKey } from "../../kit/addresses.ts";

/** How many connections may be open: of one client (IPv6: one /64), of an IPv6 /48, and of all together. */
export const MOST = { client: 2_000, wide: 8_000, all: 16_384 };

export type Crowd = {
  /**
   * A connection comes from this address: answers what to call when it is closed, or nothing when there are too many.
   * `shared`: many clients come from there, so that only the number of all counts.
   */
  enter(address: string, shared: boolean): (() => void) | undefined;
};

/** Counts open connections, so that a stranger who opens one after the other does not take all memory. */
export function createCrowd(most = MOST): Crowd {
  const open = new Map<string, number>();
  let inAll = 0;

  function keysOf(address: string): { key: string; limit: number }[] {
    const wide = wideLimitKey(address);
    const one = { key: limitKey(address), limit: most.client };
    return wide === undefined ? [one] : [one, { key: wide, limit: most.wide }];
  }

  function leave(keys: readonly { key: string }[]): void {
    inAll--;
    for (const { key } of keys) {
      const left = (open.get(key) as number) - 1;
      if (left) open.set(key, left);
      else open.delete(key);
    }
  }

  return {
    enter(address, shared) {
      // Behind a proxy on this machine everybody comes from here.
      const keys = shared || isLoopback(address) ? [] : keysOf(address);
      if (inAll >= most.all || keys.some(({ key, limit }) => (open.get(key) ?? 0) >= limit)) return undefined;
      inAll++;
      for (const { key } of keys) open.set(key, (open.get(key) ?? 0) + 1);
      return () => leave(keys);
    },
  };
}
