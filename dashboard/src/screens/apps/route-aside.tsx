import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { ConnectionTarget } from "../../catalog/connection-fixes.ts";
import { ConnectionTest } from "../../catalog/connection-test.tsx";
import { PrefixCheck } from "../../catalog/prefix-check.tsx";
import { effectivePath } from "../../catalog/route-places.ts";
import { Panel } from "../../design/panel.tsx";
import type { RouteValues } from "./route-values.ts";
import { useNamePlace } from "./use-name-place.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Form and connection test: beside one another where there is room, the test after the address elsewhere. */
export function RouteLayout({ first, aside, more }: { first: ReactNode; aside: ReactNode; more: ReactNode }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_19rem] xl:grid-cols-[minmax(0,1fr)_23rem] lg:grid-rows-[auto_1fr]">
      <div className="min-w-0">{first}</div>
      <div className="min-w-0 lg:sticky lg:top-4 lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto">
        {aside}
      </div>
      <div className="min-w-0 space-y-4">{more}</div>
    </div>
  );
}

/** Tests the address that stands in the form, and puts what helps into the form. */
export function RouteTestPanel({ form, appId }: { form: RouteForm; appId: string }) {
  const { isPathUnused } = useNamePlace(form.values, appId);
  return (
    <Panel
      title={<Trans>Connection</Trans>}
      description={<Trans>The gateway itself tries the address, as it stands in the form.</Trans>}
    >
      <ConnectionTest target={targetOf(form.values, appId, isPathUnused)} onFix={form.change} />
    </Panel>
  );
}

/** Checks the stored route; what was changed in the form counts once it is saved. */
export function RoutePrefixPanel({ routeId }: { routeId: string }) {
  return (
    <Panel
      title={<Trans>Below its prefix</Trans>}
      description={<Trans>Whether the app, as it is saved, keeps to its path.</Trans>}
    >
      <PrefixCheck routeId={routeId} />
    </Panel>
  );
}

/** What is tested; undefined while there is no address to test. At its host name the app is asked without any prefix. */
function targetOf(values: RouteValues, appId: string, isPathUnused: boolean): ConnectionTarget | undefined {
  const { websocket, insecureSkipVerify, serverName, caFile, preserveHost, healthCheckPath, stripPrefix } = values;
  const to = values.to.trim();
  if (!/^(?:https?:\/\/[^/]|unix:\/)/i.test(to)) return undefined;
  const pathBase = isPathUnused ? "" : effectivePath(values.pathBase, appId);
  const certificate = { insecureSkipVerify, serverName, caFile };
  return { to, websocket, ...certificate, preserveHost, healthCheckPath, stripPrefix, pathBase };
}
