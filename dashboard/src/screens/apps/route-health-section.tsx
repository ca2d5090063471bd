import { Trans, useLingui } from "@lingui/react/macro";
import { LineOf, ListOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** How the gateway asks the app whether it is well. */
export function RouteHealthSection({ form }: { form: RouteForm }) {
  const { t } = useLingui();
  const isOff = form.values.skipHealthCheck;
  return (
    <>
      <TickOf form={form} field="skipHealthCheck" help={<Trans>The app then counts as running all the time.</Trans>} />
      {isOff && (
        <p className="text-sm text-muted">
          <Trans>What stands below is kept and has no effect while the app is not checked.</Trans>
        </p>
      )}
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <LineOf
          form={form}
          field="healthCheckPath"
          placeholder="/health"
          help={<Trans>At the app itself. Empty: as the configuration says.</Trans>}
        />
        <ListOf
          form={form}
          field="expectedStatusCodes"
          entry={t`status`}
          placeholder="200"
          help={<Trans>Empty: as the configuration says, else every answer below 500.</Trans>}
        />
        <LineOf
          form={form}
          field="healthCheckInterval"
          placeholder="10s"
          help={<Trans>From 1s to 24h. Empty: as the configuration says.</Trans>}
        />
        <LineOf
          form={form}
          field="healthCheckTimeout"
          placeholder="5s"
          help={<Trans>From 1ms to 5m. Empty: as the configuration says.</Trans>}
        />
      </div>
      <TickOf
        form={form}
        field="healthGate"
        help={<Trans>People see at once that the app is down, and requests do not pile up at it.</Trans>}
      />
    </>
  );
}
