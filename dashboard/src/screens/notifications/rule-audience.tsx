import { useLingui } from "@lingui/react/macro";
import { devicesList } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field, FieldGroup } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { type RuleInput, toggled } from "./rule-values.ts";

type RuleAudienceProps = {
  input: RuleInput;
  onChange(part: Partial<RuleInput>): void;
  faults: Readonly<Record<string, string | undefined>>;
};

/** Whom a rule tells: everybody who may know of it, or these people and devices alone. */
export function RuleAudience({ input, onChange, faults }: RuleAudienceProps) {
  const { t } = useLingui();
  const { data } = useRead(devicesList);
  const paired = (Array.isArray(data) ? data : (data?.devices ?? [])).map(({ id, name }) => ({ id, name }));
  const known = new Set(paired.map(({ id }) => id));
  // A device that was revoked stays in the rule until somebody takes it out.
  const gone = input.devices.filter((id) => data && !known.has(id)).map((id) => ({ id, name: id }));
  const devices = [...paired, ...gone];
  return (
    <>
      <Field
        label={t`Only to these people`}
        help={t`User names, for their devices and browsers; empty: everybody who may know of it.`}
        error={faults.users}
        optional
      >
        <ListInput values={input.users} onChange={(users) => onChange({ users })} entry={t`user name`} />
      </Field>
      {devices.length > 0 && (
        <FieldGroup label={t`Only to these devices`} error={faults.devices}>
          <div className="grid gap-2 pointer-coarse:gap-1 sm:grid-cols-2">
            {devices.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={input.devices.includes(id)}
                onChange={(on) => onChange({ devices: toggled(input.devices, id, on) })}
              />
            ))}
          </div>
        </FieldGroup>
      )}
    </>
  );
}
