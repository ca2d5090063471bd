import { useLingui } from "@lingui/react/macro";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { NumberInput } from "../../design/number-input.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { Select } from "../../design/select.tsx";
import { TextInput } from "../../design/text-input.tsx";
import type { ChannelFieldsProps, Security } from "./channel-values.ts";

/** The port that goes with each way of encryption. */
const USUAL_PORT: Readonly<Record<Security, number>> = { starttls: 587, tls: 465, none: 25 };

/** How the mail server is reached, and who gets the mails. */
export function MailFields({ values, onChange, kept, faults }: ChannelFieldsProps) {
  const { t } = useLingui();
  const { host, port, security, username, password, from, to } = values;

  function onSecurity(next: Security): void {
    onChange({ security: next, ...(port === USUAL_PORT[security] && { port: USUAL_PORT[next] }) });
  }

  return (
    <>
      <Field label={t`To`} error={faults.to}>
        <ListInput values={to} onChange={(next) => onChange({ to: next })} entry={t`address`} proportional />
      </Field>
      <Field label={t`From`} help={t`The address the mails come from`} error={faults.from}>
        <TextInput
          type="email"
          value={from}
          onChange={(next) => onChange({ from: next })}
          autoComplete="off"
          required
        />
      </Field>
      <Field label={t`Mail server`} error={faults.host}>
        <TextInput
          value={host}
          onChange={(next) => onChange({ host: next })}
          placeholder="mail.example.org"
          required
          mono
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t`Encryption`} error={faults.security}>
          <Select<Security>
            value={security}
            onChange={onSecurity}
            options={[
              { value: "starttls", label: t`STARTTLS` },
              { value: "tls", label: t`TLS from the first byte` },
              { value: "none", label: t`None` },
            ]}
          />
        </Field>
        <Field label={t`Port`} error={faults.port}>
          <NumberInput value={port} onChange={(next) => onChange({ port: next })} min={1} max={65535} required />
        </Field>
      </div>
      <Field label={t`User name`} error={faults.username} optional>
        <TextInput value={username} onChange={(next) => onChange({ username: next })} autoComplete="off" mono />
      </Field>
      <Field
        label={t`Password`}
        help={kept.includes("password") ? t`Kept. Empty: it stays, unless the server becomes another one.` : undefined}
        error={faults.password}
        optional
      >
        <SecretInput value={password} onChange={(next) => onChange({ password: next })} autoComplete="new-password" />
      </Field>
    </>
  );
}
