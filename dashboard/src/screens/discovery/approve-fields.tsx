import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { App } from "../../catalog/app.ts";
import { IconPicker } from "../../catalog/icon-picker.tsx";
import type { Proposal } from "../../catalog/proposal.ts";
import { GroupField } from "../../catalog/route-fields.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { Select } from "../../design/select.tsx";
import { TextArea } from "../../design/text-area.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { ApproveAccess } from "./approve-access.tsx";
import { type Draft, type DraftField, pathOfDraft, schemeOf } from "./approve-draft.ts";
import { fieldId } from "./use-approve-errors.tsx";

/** Fields that are folded away until an error stands at one of them. */
const FOLDED: readonly DraftField[] = ["id", "description", "tags", "host"];

type ApproveFieldsProps = {
  proposal: Proposal;
  draft: Draft;
  onChange(change: Partial<Draft>): void;
  /** Those that are there, for their groups. */
  apps: readonly App[];
  errors: Partial<Record<DraftField, ReactNode>>;
};

/** What can be chosen before approving, filled in as proposed. */
export function ApproveFields({ proposal, draft, onChange, apps, errors }: ApproveFieldsProps) {
  const { t } = useLingui();
  const ports = proposal.availablePorts;
  const hasFoldedError = FOLDED.some((field) => errors[field]);

  return (
    <div className="space-y-5">
      <Field id={fieldId("name")} label={t`Name`} error={errors.name}>
        <TextInput
          value={draft.name}
          onChange={(name) => onChange({ name })}
          maxLength={100}
          required
          autoComplete="off"
        />
      </Field>
      <IconPicker
        id={fieldId("icon")}
        app={{ id: draft.id, name: draft.name }}
        icon={draft.icon}
        onIcon={(icon) => onChange({ icon })}
        picture={draft.picture}
        onPicture={(picture) => onChange({ picture: picture === "remove" ? undefined : picture })}
        error={errors.icon}
      />
      <GroupField
        id={fieldId("group")}
        value={draft.group}
        onChange={(group) => onChange({ group })}
        apps={apps}
        error={errors.group}
      />
      {ports.length > 1 && (
        <Field
          id={fieldId("port")}
          label={t`Port`}
          help={t`It has several. The first one is the one that answered, or else the lowest.`}
          error={errors.port}
        >
          <Select
            value={String(draft.port)}
            onChange={(port) => onChange({ port: Number(port), scheme: undefined })}
            options={ports.map(({ port, scheme, label }) => ({
              value: String(port),
              label: `${port} · ${scheme}${label ? ` · ${label.slice(0, 60)}` : ""}`,
            }))}
          />
        </Field>
      )}
      <Field
        id={fieldId("path")}
        label={t`Path`}
        help={t`Where the app opens. It begins with /apps/ and follows the id unless you change it.`}
        error={errors.path}
      >
        <TextInput
          mono
          value={draft.pathBase ?? pathOfDraft(draft)}
          onChange={(pathBase) => onChange({ pathBase: pathBase === "" ? undefined : pathBase })}
          maxLength={300}
          autoComplete="off"
        />
      </Field>
      <Checkbox
        checked={draft.websocket}
        onChange={(websocket) => onChange({ websocket })}
        label={t`Let WebSockets through`}
        help={t`For apps that show things live, such as chats, consoles and home automation.`}
      />
      <ApproveAccess
        id={fieldId("access")}
        proposal={proposal}
        draft={draft}
        onChange={onChange}
        error={errors.access}
      />
      <Disclosure key={String(hasFoldedError)} title={<Trans>More options</Trans>} open={hasFoldedError}>
        <div className="space-y-5">
          <Field
            id={fieldId("id")}
            label={t`Id`}
            help={t`Stands in addresses and scopes, and cannot be changed later. Letters, digits, hyphens and underscores.`}
            error={errors.id}
          >
            <TextInput
              mono
              value={draft.id}
              onChange={(id) => onChange({ id })}
              maxLength={64}
              required
              autoComplete="off"
            />
          </Field>
          <Field id={fieldId("description")} label={t`Description`} error={errors.description} optional>
            <TextArea
              value={draft.description}
              onChange={(description) => onChange({ description })}
              maxLength={1000}
            />
          </Field>
          <Field id={fieldId("tags")} label={t`Tags`} error={errors.tags} optional>
            <ListInput proportional values={draft.tags} onChange={(tags) => onChange({ tags })} entry={t`tag`} />
          </Field>
          <Field
            id={fieldId("host")}
            label={t`Host name`}
            help={t`The label before the gateway's domain. With one the app opens at this name as well as at its path, as soon as the gateway has a domain.`}
            error={errors.host}
            optional
          >
            <TextInput
              mono
              value={draft.subdomain}
              onChange={(subdomain) => onChange({ subdomain })}
              maxLength={63}
              autoComplete="off"
            />
          </Field>
          <div className="space-y-3">
            <Checkbox
              checked={draft.stripPrefix}
              onChange={(stripPrefix) => onChange({ stripPrefix })}
              label={t`Take the path away before forwarding`}
              help={t`Off, the app itself has to know that it lies below its path.`}
            />
            <Checkbox
              checked={draft.preserveHost}
              onChange={(preserveHost) => onChange({ preserveHost })}
              label={t`Pass on the host name that the browser used`}
              help={t`Off, the app sees its own address. Some apps refuse names that they do not know.`}
            />
            {schemeOf(proposal, draft) === "https" && (
              <Checkbox
                checked={draft.insecureSkipVerify}
                onChange={(insecureSkipVerify) => onChange({ insecureSkipVerify })}
                label={t`Accept any certificate of the app`}
                help={t`Usual for apps at home, whose certificates nobody signed. The connection is encrypted, but not proven to be with the app.`}
              />
            )}
            <Checkbox
              checked={!draft.skipHealthCheck}
              onChange={(isChecked) => onChange({ skipHealthCheck: !isChecked })}
              label={t`Check its health`}
              help={t`Off, it counts as running.`}
            />
          </div>
        </div>
      </Disclosure>
    </div>
  );
}
