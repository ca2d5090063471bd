import { Trans } from "@lingui/react/macro";
import { RouteCertificateFields } from "./route-certificate-fields.tsx";
import { LineOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** How the gateway speaks to the app. */
export function RouteUpstreamSection({ form }: { form: RouteForm }) {
  const { mayOpenUp } = form;
  return (
    <>
      <RouteCertificateFields form={form} />
      <TickOf
        form={form}
        field="preserveHost"
        help={<Trans>Off, the app is asked by the name in its own address. Some apps answer only to that.</Trans>}
      />
      <TickOf
        form={form}
        field="identityHeaders"
        disabled={!mayOpenUp}
        help={
          mayOpenUp ? (
            <Trans>
              Sends the name and the scopes in X-Nekzus-User and X-Nekzus-Scopes. Only for an app that you trust with
              them.
            </Trans>
          ) : (
            <Trans>Sends the name and the scopes of people. Only an administrator changes this.</Trans>
          )
        }
      />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <LineOf
          form={form}
          field="connectTimeout"
          placeholder="10s"
          help={<Trans>From 100ms to 2m. Empty: 10 seconds.</Trans>}
        />
        <LineOf
          form={form}
          field="timeout"
          placeholder="30s"
          help={<Trans>Empty: 30 seconds. A slow upload does not count.</Trans>}
        />
        <LineOf
          form={form}
          field="idleTimeout"
          help={<Trans>Empty: no limit. Leave it empty for films, downloads and live pages.</Trans>}
        />
      </div>
      <LineOf
        form={form}
        field="containerId"
        help={<Trans>The id of the container behind the route, for an app that was found by discovery.</Trans>}
      />
    </>
  );
}
