import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { App } from "../../catalog/app.ts";
import { IconPicker, type PictureChange } from "../../catalog/icon-picker.tsx";
import { GroupField } from "../../catalog/route-fields.tsx";
import { Field } from "../../design/field.tsx";
import { Panel } from "../../design/panel.tsx";
import { TextArea } from "../../design/text-area.tsx";
import { LineOf, ListOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteForm } from "./use-route-form.ts";

/** What is said about the app: name, icon, group, description, tags. */
export function RouteAppSection({
  form,
  app,
  apps,
  picture,
  onPicture,
  children,
}: {
  form: RouteForm;
  /** For the icon: the app's id, and the picture that it has. */
  app: Pick<App, "id" | "iconVersion">;
  apps: readonly App[];
  picture: PictureChange;
  onPicture(picture: PictureChange): void;
  /** After the name: the id of a new app. */
  children?: ReactNode;
}) {
  const { t, i18n } = useLingui();
  const { values, change, faultOf } = form;
  return (
    <Panel title={<Trans>App</Trans>} description={<Trans>What people see on Home and in the lists.</Trans>}>
      <div className="space-y-5">
        <div className="grid gap-5 sm:grid-cols-2">
          <LineOf form={form} field="name" proportional help={<Trans>As people call it.</Trans>} />
          {children}
        </div>
        <IconPicker
          id={idOf("icon")}
          app={{ ...app, name: values.name }}
          icon={values.icon}
          onIcon={(icon) => change({ icon })}
          picture={picture}
          onPicture={onPicture}
          error={faultOf("icon")}
        />
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <GroupField
            id={idOf("group")}
            value={values.group}
            onChange={(group) => change({ group })}
            apps={apps}
            error={faultOf("group")}
          />
          <ListOf form={form} field="tags" entry={t`tag`} help={<Trans>Found by the search on Home.</Trans>} />
        </div>
        <Field
          id={idOf("description")}
          label={i18n._(LABELS.description)}
          help={<Trans>One line below the name on Home.</Trans>}
          error={faultOf("description")}
          optional
        >
          <TextArea
            rows={2}
            maxLength={1000}
            value={values.description}
            onChange={(description) => change({ description })}
          />
        </Field>
      </div>
    </Panel>
  );
}
