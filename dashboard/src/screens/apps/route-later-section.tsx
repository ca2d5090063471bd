import { Trans, useLingui } from "@lingui/react/macro";
import { ConflictText } from "../../catalog/route-fields.tsx";
import type { RouteConflict } from "../../catalog/route-places.ts";
import { Callout } from "../../design/callout.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";
import { LineOf, ListOf, TickOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Options that are kept and do nothing yet (docs/apps-and-routes.md). */
export function RouteLaterSection({ form, conflict }: { form: RouteForm; conflict: RouteConflict | undefined }) {
  const { t, i18n } = useLingui();
  const { values, change, faultOf } = form;
  return (
    <>
      <Callout tone="info" title={<Trans>Nothing here has an effect yet</Trans>}>
        <Trans>
          The gateway keeps these options and does not use them in this version: every route is served by its path, and
          links in pages stay as the app wrote them.
        </Trans>
      </Callout>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field id={idOf("routingMode")} label={i18n._(LABELS.routingMode)} error={faultOf("routingMode")}>
          <Select
            value={values.routingMode}
            onChange={(routingMode) => change({ routingMode })}
            options={[
              { value: "path", label: t`Its path` },
              { value: "subdomain", label: t`A host name of its own` },
              { value: "both", label: t`Both` },
            ]}
          />
        </Field>
        <LineOf
          form={form}
          field="subdomain"
          placeholder="films"
          error={conflict?.field === "subdomain" ? <ConflictText conflict={conflict} /> : undefined}
          help={<Trans>The part before the gateway's domain.</Trans>}
        />
      </div>
      <Checkbox
        id={idOf("rewriteHTML")}
        label={i18n._(LABELS.rewriteHTML)}
        help={<Trans>For apps that write links without their path.</Trans>}
        checked={values.rewriteHTML ?? values.stripPrefix}
        onChange={(rewriteHTML) => change({ rewriteHTML })}
      />
      <ListOf form={form} field="excludePaths" entry={t`path`} placeholder="/api" />
      <TickOf
        form={form}
        field="persistCookies"
        help={<Trans>So that a phone stays signed in to the app. Needs paired devices.</Trans>}
      />
    </>
  );
}
