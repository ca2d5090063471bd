import { Trans } from "@lingui/react/macro";
import { CircleX } from "lucide-react";
import { createContext, type ReactNode, use, useId } from "react";

type FieldControl = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

const FieldContext = createContext<FieldControl | undefined>(undefined);

/** The attributes that tie a control to the `<Field>` around it: its id, and the ids of help and error. */
export function useFieldControl(): Partial<FieldControl> {
  return use(FieldContext) ?? {};
}

type FieldProps = {
  label: ReactNode;
  /** One control of this folder; it takes its id from here. */
  children: ReactNode;
  /** What to enter, or what it is for; under the label. */
  help?: ReactNode;
  /** What is wrong and what to do about it; under the control. */
  error?: ReactNode;
  /** Says "optional" beside the label. */
  optional?: boolean;
  /** Of the control, so that a summary of errors can lead to it; made up when left out. */
  id?: string;
};

/** A labelled control with its help and its error. */
export function Field({ label, children, help, error, optional, id }: FieldProps) {
  const made = useId();
  const control = controlOf(id ?? made, help, error);
  return (
    <div className="space-y-1.5">
      <div>
        <label htmlFor={control.id} className="font-medium">
          {label}
        </label>
        {optional && <Optional />}
        <Help id={control.id} help={help} />
      </div>
      <FieldContext value={control}>{children}</FieldContext>
      <FieldError id={control.id} error={error} />
    </div>
  );
}

/** Several controls that answer one question: the label names the group, each control has a label of its own. */
export function FieldGroup({ label, children, help, error, optional, id }: FieldProps) {
  const made = useId();
  const control = controlOf(id ?? made, help, error);
  return (
    <fieldset
      id={control.id}
      tabIndex={-1}
      aria-describedby={control["aria-describedby"]}
      className="min-w-0 space-y-1.5"
    >
      <legend className="contents">
        <span className="font-medium">{label}</span>
        {optional && <Optional />}
      </legend>
      <Help id={control.id} help={help} />
      <div className="pt-1">{children}</div>
      <FieldError id={control.id} error={error} />
    </fieldset>
  );
}

function controlOf(id: string, help: ReactNode, error: ReactNode): FieldControl {
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return { id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined };
}

function Optional() {
  return (
    <span className="ml-2 text-sm text-muted">
      <Trans>optional</Trans>
    </span>
  );
}

function Help({ id, help }: { id: string; help: ReactNode }) {
  if (!help) return null;
  return (
    <div id={`${id}-help`} className="text-sm text-muted">
      {help}
    </div>
  );
}

function FieldError({ id, error }: { id: string; error: ReactNode }) {
  if (!error) return null;
  return (
    <div id={`${id}-error`} className="flex gap-1.5 text-sm font-medium text-bad">
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{error}</span>
    </div>
  );
}
