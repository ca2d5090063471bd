import type { appAccess as contract } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { missingScopes, type Opener, type RouteAccess } from "../../wire/route-access.ts";
import type { Subject } from "../../wire/snapshot.ts";
import type { Answer, Call } from "../http/binding.ts";
import type { FindRoutes } from "./hand-over.ts";

export type AppAccess = {
  /** Judges everybody who is known. Throws `APP_NOT_FOUND` for an app without a route. */
  of(call: Call<typeof contract.whoCanOpen>): Promise<Answer<typeof contract.whoCanOpen>>;
};

/** Tells who can open an app, and what the others lack. Edges decide by the same scopes. */
export function createAppAccess(parts: {
  findRoutes: FindRoutes;
  subjects: () => Promise<(Subject & { owner?: string })[]>;
}): AppAccess {
  return {
    async of({ params: { appId } }) {
      const routes = await parts.findRoutes(appId);
      if (!routes.length) throw new Problem("APP_NOT_FOUND", `No app with a route has the id "${appId}".`);
      const subjects = await parts.subjects();
      const names = new Map(subjects.map(({ id, name }) => [id, name]));
      const everybody = routes.some(({ publicAccess }) => publicAccess);
      return {
        body: {
          appId,
          everybody,
          routes: routes.map(({ pathBase, publicAccess, sensitive, scopes, networks, maintenance }) => ({
            pathBase,
            publicAccess,
            sensitive,
            scopes: [...scopes],
            allowNetworks: [...(networks?.allow ?? [])],
            denyNetworks: [...(networks?.deny ?? [])],
            maintenance: maintenance !== undefined,
          })),
          subjects: subjects.map((subject) => {
            const { id, kind, name, owner, scopes } = subject;
            const missing = leastMissing(subject, appId, routes);
            const whose = owner === undefined ? undefined : names.get(owner);
            return {
              id,
              kind,
              name,
              ...(whose !== undefined && { owner: whose }),
              allowed: missing.length === 0,
              scopes: [...scopes],
              missing,
            };
          }),
        },
      };
    },
  };
}

/** What is missing for the route that asks for least. */
function leastMissing(who: Opener, appId: string, routes: readonly Omit<RouteAccess, "appId">[]): string[] {
  const lacks = routes.map((route) => missingScopes(who, { ...route, appId }));
  return lacks.sort((a, b) => a.length - b.length)[0] ?? [];
}
