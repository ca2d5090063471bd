import { catalog as contract, type PortExposure } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Principal } from "../../wire/principal.ts";
import type { AppAnswer, RouteAnswer } from "./answers.ts";
import type { CatalogParts, RouteChange, SavedRoute } from "./route-changes.ts";
import { optionsOf } from "./secret-headers.ts";
import type { RouteOptions, StoredApp, StoredRoute } from "./store.ts";
import * as store from "./store.ts";
import { parseUpstream } from "./upstream.ts";

/** A discovered service that a person, or a rule of theirs, approved. */
export type Registration = {
  app: {
    id: string;
    name: string;
    icon: string;
    group?: string;
    description?: string;
    tags: string[];
    endpoints: Record<string, string>;
    discoveryMeta: Record<string, string>;
  };
  route: {
    routeId: string;
    /** Only `/apps/<id>/` is accepted of a source; a person chooses another in `chosen`. */
    pathBase: string;
    to: string;
    containerId: string;
    /** Asked for besides `access:<id>`: labels can tighten access, never loosen it. */
    scopes: string[];
    websocket: boolean;
    stripPrefix: boolean;
    rewriteHTML: boolean;
    skipHealthCheck: boolean;
  };
  /** Ways to it beside the gateway's sign-in, of which people are warned once it is live. */
  exposure?: PortExposure | undefined;
  /** Where the person who approved it wants the route otherwise than proposed. */
  chosen?: Partial<Omit<RouteOptions, "appId" | "to" | "containerId">>;
  /** Who approved it; absent for a rule. Ruling R30 holds for what differs from the proposal. */
  principal?: Principal;
  origin: "discovery";
  /** Named in the event `app_registered`. */
  proposalId?: string;
};

/** The part of the catalog that discovery uses. */
export function createDiscovered(
  parts: CatalogParts,
  options: {
    save(change: RouteChange): Promise<SavedRoute>;
    show(app: StoredApp, route: StoredRoute): Promise<{ app: AppAnswer; route: RouteAnswer }>;
  },
) {
  const { db } = parts.storage;

  return {
    /**
     * Adds an approved service. Throws `ROUTE_CONFLICT` when the app, route or path exists, `VALIDATION_FAILED` when
     * what was discovered or chosen is not acceptable, `FORBIDDEN` (ruling R30).
     */
    async register(registration: Registration): Promise<{ app: AppAnswer; route: RouteAnswer }> {
      const { id, ...said } = registration.app;
      const { routeId, ...fields } = registration.route;
      const own = `/apps/${id}/`;
      if (fields.pathBase && fields.pathBase !== own)
        throw invalid("pathBase", `a discovered app can only have the path ${own}`);
      if (isSocket(fields.to)) throw invalid("to", "a discovered app cannot be a socket of the file system");
      const scopes = tightened(id, fields.scopes, parts.defaultScopes());
      const proposed = {
        ...fields,
        appId: id,
        pathBase: own,
        scopes,
        publicAccess: false,
        sensitive: false,
        identityHeaders: false,
      };
      const parsed = contract.RouteFields.safeParse({ ...proposed, ...registration.chosen });
      if (!parsed.success)
        throw invalid(parsed.error.issues[0]?.path.join(".") ?? "", parsed.error.issues[0]?.message ?? "");
      const saved = await options.save({
        routeId,
        options: (present) => {
          if (present) throw routeIdTaken(routeId);
          return parsed.data;
        },
        app: () => said,
        origin: registration.origin,
        newApp: true,
        proposalId: registration.proposalId,
        exposure: registration.exposure,
        principal: registration.principal,
        proposed,
      });
      return options.show(saved.app, saved.route);
    },

    async appExists(appId: string): Promise<boolean> {
      return (await store.readApp(db, appId)) !== undefined;
    },

    /** The first route of an app that discovery made, for following a service that moved. */
    async discoveredRoute(
      appId: string,
    ): Promise<{ routeId: string; to: string; discoveryMeta: Record<string, string> } | undefined> {
      const [app, routes] = await Promise.all([store.readApp(db, appId), store.readRoutesOf(db, appId)]);
      const route = routes.find((one) => one.origin === "discovery");
      return app && route && { routeId: route.routeId, to: route.to, discoveryMeta: app.discoveryMeta };
    },

    /**
     * Follows a service to another host and port. Scheme and path of the route stay, because a person may have changed
     * them. Throws `NOT_FOUND` for routes that discovery did not make, and `VALIDATION_FAILED` when the new address
     * lies in another class than the approved one.
     */
    async moveUpstream(routeId: string, to: string, containerId: string): Promise<void> {
      if (isSocket(to)) throw invalid("to", "a discovered app cannot be a socket of the file system");
      const moved = parseUpstream(to);
      await options.save({
        routeId,
        options: (present) => {
          if (present?.origin !== "discovery")
            throw new Problem("NOT_FOUND", `Discovery made no route with the id "${routeId}".`);
          if (isSocket(present.to)) throw invalid("to", "somebody led the route to a socket, and it stays there");
          const { secure, path } = parseUpstream(present.to);
          const host = moved.host.includes(":") ? `[${moved.host}]` : moved.host;
          return { ...optionsOf(present), to: `http${secure ? "s" : ""}://${host}:${moved.port}${path}`, containerId };
        },
        app: (present) => {
          const meta = present?.discoveryMeta ?? {};
          const endpoints = present?.endpoints.lan
            ? { ...present.endpoints, lan: moved.text }
            : (present?.endpoints ?? {});
          return { endpoints, discoveryMeta: meta.containerId ? { ...meta, containerId } : meta };
        },
        origin: "discovery",
        sameClass: true,
      });
    },
  };
}

/** Labels can add to what a caller needs, never take away: without additions the default applies. */
function tightened(appId: string, scopes: readonly string[], defaultScopes: readonly string[]): string[] {
  const own = `access:${appId}`;
  return scopes.some((scope) => scope !== own) ? [...new Set([own, ...defaultScopes, ...scopes])] : [];
}

/** The id of a discovered route is made from its app's. */
function routeIdTaken(routeId: string): Problem {
  return new Problem(
    "ROUTE_CONFLICT",
    `A route with the id "${routeId}" already exists. Choose another id for the app.`,
    [{ path: "appId", reason: `needs the route id "${routeId}", which is taken` }],
  );
}

/** Only a person may lead a route to a socket (ruling R30). */
function isSocket(to: string): boolean {
  return /^unix:/i.test(to);
}

function invalid(path: string, reason: string): Problem {
  return new Problem("VALIDATION_FAILED", `The discovered route is not acceptable: ${path} ${reason}.`, [
    { path, reason },
  ]);
}
