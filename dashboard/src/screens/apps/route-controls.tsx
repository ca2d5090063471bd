import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { FAULT_TEXTS } from "./fault-texts.ts";
import { entryFault, type ListField } from "./route-faults.ts";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteField, RouteValues } from "./route-values.ts";
import type { RouteForm } from "./use-route-form.ts";

type FieldOf<T> = {
  [F in RouteField]: RouteValues[F] extends T ? (T extends RouteValues[F] ? F : never) : never;
}[RouteField];

type Shared = { form: RouteForm; help?: ReactNode; disabled?: boolean };

/** An entry of one line. */
export function LineOf({
  form,
  field,
  help,
  disabled,
  placeholder,
  error,
  onBlur,
  proportional,
}: Shared & {
  field: FieldOf<string>;
  placeholder?: string;
  /** What is wrong while typing; goes before what the last attempt to save found. */
  error?: ReactNode;
  onBlur?(): void;
  /** In a proportional face; paths, addresses and times are in monospace. */
  proportional?: boolean;
}) {
  const { i18n } = useLingui();
  return (
    <Field id={idOf(field)} label={i18n._(LABELS[field])} help={help} error={error ?? form.faultOf(field)}>
      <TextInput
        mono={!proportional}
        autoComplete="off"
        value={form.values[field]}
        placeholder={placeholder}
        disabled={disabled}
        onBlur={onBlur}
        onChange={(text) => form.change({ [field]: text })}
      />
    </Field>
  );
}

/** An entry that is true or false. */
export function TickOf({ form, field, help, disabled }: Shared & { field: FieldOf<boolean> }) {
  const { i18n } = useLingui();
  return (
    <Checkbox
      id={idOf(field)}
      label={i18n._(LABELS[field])}
      help={help}
      disabled={disabled}
      checked={form.values[field]}
      onChange={(isOn) => form.change({ [field]: isOn })}
    />
  );
}

/** An entry of several short values. `entry` is what one of them is called. */
export function ListOf({
  form,
  field,
  help,
  disabled,
  entry,
  placeholder,
  suggestions,
  lines,
  tidy = (values) => values,
}: Shared & {
  field: ListField;
  entry: string;
  placeholder?: string;
  suggestions?: readonly string[];
  /** One value may hold spaces and commas. */
  lines?: boolean;
  /** Puts the values in order after each change. */
  tidy?(values: string[]): string[];
}) {
  const { i18n } = useLingui();
  return (
    <Field id={idOf(field)} label={i18n._(LABELS[field])} help={help} error={form.faultOf(field)} optional>
      <ListInput
        entry={entry}
        values={form.values[field]}
        {...(placeholder && { placeholder })}
        {...(suggestions && { suggestions })}
        {...(disabled && { disabled })}
        {...(lines && { lines })}
        proportional={field === "tags"}
        check={(text) => {
          const fault = entryFault[field](text);
          return fault && i18n._(FAULT_TEXTS[fault]);
        }}
        onChange={(values) => form.change({ [field]: tidy(values) })}
      />
    </Field>
  );
}
