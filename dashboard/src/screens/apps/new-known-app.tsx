import { Trans, useLingui } from "@lingui/react/macro";
import type { App } from "../../catalog/app.ts";
import { Disclosure } from "../../design/disclosure.tsx";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";

/** Most routes bring an app of their own; this one may be another way to an app that is there. */
export function KnownAppChoice({
  apps,
  value,
  onChange,
}: {
  apps: readonly App[];
  /** The id of the app; empty for a new one. */
  value: string;
  onChange(appId: string): void;
}) {
  const { t } = useLingui();
  if (apps.length === 0) return null;
  return (
    <Disclosure title={<Trans>Another way to an app that is there</Trans>} open={value !== ""}>
      <Field
        label={<Trans>The route belongs to</Trans>}
        help={
          <Trans>
            An app can have several routes, each with a path of its own. Name and icon are those of the app.
          </Trans>
        }
      >
        <Select
          value={value}
          onChange={onChange}
          options={[
            { value: "", label: t`A new app` },
            ...apps.map(({ id, name }) => ({ value: id, label: name, group: t`Apps that are there` })),
          ]}
        />
      </Field>
    </Disclosure>
  );
}
