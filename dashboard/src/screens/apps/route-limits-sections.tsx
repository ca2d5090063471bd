import { Trans } from "@lingui/react/macro";
import { LineOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** How much one client may send. */
export function RouteLimitsSection({ form }: { form: RouteForm }) {
  return (
    <>
      <LineOf
        form={form}
        field="maxBodyBytes"
        placeholder="100 MB"
        help={<Trans>Larger ones are refused before the app gets them. Empty: no limit.</Trans>}
      />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <LineOf
          form={form}
          field="ratePerMinute"
          placeholder="600"
          help={<Trans>Counted by address. One page can send dozens. Empty: no limit.</Trans>}
        />
        <LineOf
          form={form}
          field="rateBurst"
          placeholder={form.values.ratePerMinute}
          help={<Trans>After a pause. Empty: as many as in a minute.</Trans>}
        />
      </div>
    </>
  );
}

/** Which answers of the app are kept. */
export function RouteCacheSection({ form }: { form: RouteForm }) {
  return (
    <>
      <TickOf
        form={form}
        field="cacheEnabled"
        help={<Trans>Pictures, scripts and pages that the app calls public are then given to others at once.</Trans>}
      />
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <LineOf
          form={form}
          field="cacheTtl"
          placeholder="5m"
          help={<Trans>For answers that do not say so themselves, 1s to 24h. Empty: such answers are not kept.</Trans>}
        />
        <LineOf
          form={form}
          field="cacheMaxBytes"
          placeholder="1 MiB"
          help={<Trans>From 1 kB to 64 MiB. Empty: 1 MiB.</Trans>}
        />
      </div>
    </>
  );
}

/** Keeps everybody but administrators out for a while. */
export function RouteMaintenanceSection({ form }: { form: RouteForm }) {
  return (
    <>
      <TickOf
        form={form}
        field="maintenance"
        help={
          <Trans>
            Only administrators can open the app then, to test it. What is open already goes on until it ends.
          </Trans>
        }
      />
      <LineOf
        form={form}
        field="maintenanceMessage"
        proportional
        help={<Trans>Empty: that the app is being worked on and will be back.</Trans>}
      />
    </>
  );
}
