import { readFile } from "node:fs/promises";

/** What a process can see of the container it runs in. */
export type OwnTraces = { hostname: string; mountinfo: string; cgroup: string };

/** An id of a container, or its first twelve characters. */
const ID = /^[0-9a-f]{12}(?:[0-9a-f]{52})?$/;
/** The engine mounts these files from its folder of the container; the folder's name is the id. */
const MOUNTED = /\/(?:overlay-)?containers\/([0-9a-f]{64})\/\S* \/etc\/(?:hostname|hosts|resolv\.conf) /;
const CGROUP = /(?:\/docker\/|\/docker-|libpod-|\/kubepods\/\S*\/)([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m;

/**
 * The id of the container we run in, from the surest trace to the weakest: mounts (also under cgroup v2), cgroup, a
 * host name that looks like an id. Undefined outside of containers. Names never count: a container may be called
 * anything (20 §11.5).
 */
export function ownContainerId(traces: OwnTraces): string | undefined {
  const id = MOUNTED.exec(traces.mountinfo)?.[1] ?? CGROUP.exec(traces.cgroup)?.[1];
  if (id) return id;
  const hostname = traces.hostname.trim();
  return ID.test(hostname) ? hostname : undefined;
}

/** Reads the traces of this process. What cannot be read is empty, as on systems without /proc. */
export async function readOwnTraces(env: Readonly<Record<string, string | undefined>>): Promise<OwnTraces> {
  const read = (path: string) => readFile(path, "utf8").catch(() => "");
  const [mountinfo, cgroup] = await Promise.all([read("/proc/self/mountinfo"), read("/proc/self/cgroup")]);
  return { hostname: env.HOSTNAME ?? "", mountinfo, cgroup };
}

/** Are these the same container? Twelve characters are enough on either side. */
export function sameContainer(a: string, b: string): boolean {
  return a.length >= 12 && b.length >= 12 && (a.startsWith(b) || b.startsWith(a));
}
