import type { EndpointSpec } from "@nekzus/contract";

/** Finds which methods a path has, for 404 and 405 (ruling R13). */
export function createMethodTable(endpoints: readonly EndpointSpec[]): (path: string) => string[] {
  const patterns = endpoints.map((endpoint) => ({
    endpoint,
    // One trailing slash is tolerated, as by the router.
    pattern: new RegExp(
      `^${endpoint.path
        .replace(/\/$/, "")
        .replace(/[.]/g, "\\.")
        .replace(/\{[^}]+\*\}/g, ".*")
        .replace(/\{[^}]+\}/g, "[^/]+")}/?$`,
    ),
  }));
  return (path) => {
    const methods = new Set<string>();
    for (const { endpoint, pattern } of patterns) {
      if (!pattern.test(path)) continue;
      methods.add(endpoint.method);
      if (endpoint.method === "GET" && !endpoint.consumes) methods.add("HEAD");
    }
    return [...methods].sort();
  };
}

/**
 * The parameter that a trailing slash stands for in a call that would remove everything: `DELETE /sessions/` was meant
 * for one session, whose id came out empty, and the router takes it for `DELETE /sessions`. Undefined where there is none.
 */
export function emptyParameter(endpoint: EndpointSpec, endpoints: readonly EndpointSpec[]): string | undefined {
  if (endpoint.method !== "DELETE") return undefined;
  for (const { method, path } of endpoints) {
    const name =
      path.startsWith(`${endpoint.path}/`) && /^\{([^}]+)\}$/.exec(path.slice(endpoint.path.length + 1))?.[1];
    if (name && method === "DELETE") return name;
  }
  return undefined;
}

/** `/api/v1/routes/{routeId}` in the spelling of the server's router. */
export function routerPath(path: string): string {
  return path.replace(/\{[^}]+\*\}$/, "*").replace(/\{([^}]+)\}/g, ":$1");
}

/** What the router found in a path, by the contract's names: it calls what `{name*}` took `*`. */
export function pathParameters(path: string, found: unknown): unknown {
  const rest = /\{([^}]+)\*\}$/.exec(path)?.[1];
  if (rest === undefined) return found;
  const { "*": value, ...others } = found as Record<string, string>;
  return { ...others, [rest]: value };
}
