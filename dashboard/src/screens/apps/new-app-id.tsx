import { Trans, useLingui } from "@lingui/react/macro";
import { Field } from "../../design/field.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { idOf, LABELS } from "./route-labels.ts";

/** The id of a new app: made of the name until the person writes their own. */
export function AppIdField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange(id: string): void;
  error: string | undefined;
}) {
  const { i18n } = useLingui();
  return (
    <Field
      id={idOf("appId")}
      label={i18n._(LABELS.appId)}
      error={error}
      help={<Trans>Made of the name. It stays for good.</Trans>}
    >
      <TextInput mono autoComplete="off" maxLength={64} value={value} onChange={onChange} />
    </Field>
  );
}
