import { Trans, useLingui } from "@lingui/react/macro";
import { Callout } from "../../design/callout.tsx";
import { Field } from "../../design/field.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { type ChannelFieldsProps, type ChannelValues, FIELDS } from "./channel-values.ts";
import { MailFields } from "./mail-fields.tsx";

/** What a service needs to be reached. */
export function ChannelFields(props: ChannelFieldsProps) {
  const { t } = useLingui();
  const { values, onChange, kept, faults } = props;
  const { service } = values;
  if (service === "mail") return <MailFields {...props} />;
  const has = (field: keyof ChannelValues) => FIELDS[service].includes(field);
  const addresses: Partial<Record<ChannelValues["service"], string>> = {
    ntfy: t`The server and the topic, such as https://ntfy.sh/my-topic`,
    gotify: t`The server, such as https://gotify.example.org`,
    discord: t`Channel settings → Integrations → Webhooks → Copy the address`,
    slack: t`The address of an incoming webhook of your workspace`,
    plain: t`It gets a POST with JSON for each message.`,
  };
  const tokens: Partial<Record<ChannelValues["service"], string>> = {
    ntfy: t`If the topic needs one`,
    gotify: t`The token of an application`,
    telegram: t`The token that BotFather gave you`,
  };
  const stays = t`Kept. Empty: it stays as it is.`;
  return (
    <>
      {has("url") && (
        <Field label={t`Address`} help={kept.includes("url") ? stays : addresses[service]} error={faults.url}>
          <TextInput
            value={values.url}
            onChange={(url) => onChange({ url })}
            type="url"
            autoComplete="off"
            required={!kept.includes("url")}
            mono
          />
        </Field>
      )}
      {has("token") && (
        <Field
          label={t`Token`}
          help={kept.includes("token") ? stays : tokens[service]}
          error={faults.token}
          optional={service === "ntfy"}
        >
          <SecretInput
            value={values.token}
            onChange={(token) => onChange({ token })}
            autoComplete="off"
            required={service !== "ntfy" && !kept.includes("token")}
          />
        </Field>
      )}
      {has("chatId") && (
        <Field label={t`Chat`} help={t`Its number, or @name of a channel`} error={faults.chatId}>
          <TextInput value={values.chatId} onChange={(chatId) => onChange({ chatId })} required mono />
        </Field>
      )}
      {has("secret") && (
        <Field
          label={t`Secret for the signature`}
          help={kept.includes("secret") ? stays : t`With it the receiver can tell that a message is from here.`}
          error={faults.secret}
          optional
        >
          <SecretInput value={values.secret} onChange={(secret) => onChange({ secret })} autoComplete="off" />
        </Field>
      )}
      {has("url") && (
        <Callout tone="info" title={<Trans>A server in your own network has to be listed</Trans>}>
          <Trans>
            Messages go to public addresses only, and to those in the setting{" "}
            <span className="font-mono">notifications.networks</span>.
          </Trans>
        </Callout>
      )}
    </>
  );
}
