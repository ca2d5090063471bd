import {
  connectionTest as connectionContract,
  catalog as contract,
  deletions,
  type EndpointSpec,
} from "@nekzus/contract";
import type { RequestFacts } from "../../wire/request-facts.ts";
import { type Binding, bind, type Call } from "../http/binding.ts";
import type { Viewer } from "./answers.ts";
import type { Catalog } from "./catalog.ts";
import { parseIfMatch } from "./checks.ts";
import type { ConnectionTest } from "./connection-test.ts";
import type { ServiceHealth } from "./health.ts";
import type { Icons } from "./icons.ts";

/** Binds apps, routes, service health and icons. `origins` tells how the caller's browser reaches the gateway. */
export function catalogRoutes(
  catalog: Catalog,
  health: ServiceHealth,
  icons: Icons,
  origins: (request: { facts: RequestFacts; host: string | undefined }) => Viewer["origins"],
): Binding[] {
  const viewer = ({ caller, header }: Pick<Call<EndpointSpec>, "caller" | "header">): Viewer => ({
    principal: caller.principal,
    origins: origins({ facts: caller.facts, host: header("host") }),
  });
  const version = (call: { header(name: string): string | undefined }) => parseIfMatch(call.header("if-match"));
  return [
    bind(contract.appsList, async (call) => ({ body: await catalog.listApps(viewer(call)) })),
    bind(contract.appGet, async (call) => ({
      body: await catalog.getApp(viewer(call), call.params.appId),
    })),
    bind(contract.appPut, async (call) => ({
      body: await catalog.putApp(viewer(call), call.params.appId, call.body, version(call)),
    })),
    bind(contract.appPatch, async (call) => ({
      body: await catalog.patchApp(viewer(call), call.params.appId, call.body, version(call)),
    })),
    bind(contract.appDelete, async (call) =>
      removed(await catalog.deleteApp(call.caller.principal, call.params.appId, version(call))),
    ),
    bind(contract.appFavicon, ({ caller, params, header }) =>
      icons.icon(caller.principal, params.appId, header("if-none-match")),
    ),
    bind(contract.routesList, async ({ caller }) => ({ body: await catalog.listRoutes(caller.principal) })),
    bind(contract.routeGet, async ({ caller, params }) => ({
      body: await catalog.getRoute(caller.principal, params.routeId),
    })),
    bind(contract.routePut, async (call) => ({
      body: await catalog.putRoute(call.caller.principal, call.params.routeId, call.body, version(call)),
    })),
    {
      ...bind(contract.routePatch, async (call) => ({
        body: await catalog.patchRoute(call.caller.principal, call.params.routeId, call.body, version(call)),
      })),
      async faults(body, { params, caller }) {
        const { data } = contract.routePatch.params.safeParse(params);
        return data ? catalog.patchFaults(caller.principal, data.routeId, body) : [];
      },
    },
    bind(contract.routeDelete, async (call) =>
      removed(await catalog.deleteRoute(call.caller.principal, call.params.routeId, version(call))),
    ),
    bind(contract.routeCachePurge, async ({ caller, params }) => {
      await catalog.emptyCache(caller.principal, params.routeId);
      return {};
    }),
    bind(deletions.deletionsList, async ({ caller }) => ({ body: await catalog.listDeletions(caller.principal) })),
    bind(deletions.deletionRestore, async ({ caller, params }) => ({
      body: await catalog.restore(caller.principal, params.deletionId),
    })),
    bind(contract.serviceHealth, ({ caller, params }) => health.report(caller.principal, params.appId)),
  ];
}

/** Tells with which id the deletion can be undone, when there was something to delete. */
function removed(deletionId: string | undefined): { headers?: Record<string, string> } {
  return deletionId === undefined ? {} : { headers: { "X-Nekzus-Deletion": deletionId } };
}

/** Binds the connection test. `appsUrl` tells where the caller's browser reaches the apps. */
export function connectionTestRoutes(
  connectionTest: ConnectionTest,
  appsUrl: (request: { facts: RequestFacts; host: string | undefined }) => string,
): Binding[] {
  return [
    bind(connectionContract.routeTest, async ({ body, caller, header }) => ({
      body: await connectionTest.test(body, {
        id: caller.principal.id,
        scopes: caller.principal.scopes,
        address: caller.facts.address,
        appsUrl: appsUrl({ facts: caller.facts, host: header("host") }),
      }),
    })),
  ];
}
