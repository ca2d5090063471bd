import type { catalog as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Registration } from "../catalog/catalog.ts";

/** What discovery needs of the catalog. */
export type ApprovedApps = {
  /** Makes the app and its route. Throws `ROUTE_CONFLICT` when another route has the path. */
  register(
    registration: Registration,
  ): Promise<{ app: z.input<typeof contract.App>; route: z.input<typeof contract.Route> }>;
  appExists(appId: string): Promise<boolean>;
  /** The route of an app that came from discovery. */
  discoveredRoute(
    appId: string,
  ): Promise<{ routeId: string; to: string; discoveryMeta: Record<string, string> } | undefined>;
  /** A source is about to look for the first time: until it has, its apps are not served. */
  holdDiscovered(source: string): void;
  /** The apps whose service the source misses; undefined when it is switched off or blind. */
  setAbsent(source: string, appIds: readonly string[] | undefined): void;
  /** Leads a route to another address of the same service. */
  moveUpstream(routeId: string, to: string, containerId: string): Promise<void>;
};
