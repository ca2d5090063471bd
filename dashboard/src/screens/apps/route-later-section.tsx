import { Trans, useLingui } from "@lingui/react/macro";
import { Callout } from "../../design/callout.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { ListOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteForm } from "./use-route-form.ts";

/** Options that are kept and do nothing yet (docs/apps-and-routes.md). */
export function RouteLaterSection({ form }: { form: RouteForm }) {
  const { t, i18n } = useLingui();
  const { values, change } = form;
  return (
    <>
      <Callout tone="info" title={<Trans>Nothing here has an effect yet</Trans>}>
        <Trans>
          The gateway keeps these options and does not use them in this version: links in pages stay as the app wrote
          them.
        </Trans>
      </Callout>
      <Checkbox
        id={idOf("rewriteHTML")}
        label={i18n._(LABELS.rewriteHTML)}
        help={<Trans>For apps that write links without their path.</Trans>}
        checked={values.rewriteHTML ?? values.stripPrefix}
        onChange={(rewriteHTML) => change({ rewriteHTML })}
      />
      <ListOf form={form} field="excludePaths" entry={t`path`} placeholder="/api" />
    </>
  );
}
