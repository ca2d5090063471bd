import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { zoneChoices } from "../../design/time-zones.ts";
import type { RuleValues } from "./rule-values.ts";

type QuietHoursProps = { values: RuleValues; onChange(part: Partial<RuleValues>): void };

/** When messages are held back, by the clocks of a time zone. */
export function QuietHours({ values: { quiet, isQuiet }, onChange }: QuietHoursProps) {
  const { t } = useLingui();
  const zones = useMemo(() => zoneChoices(Intl.supportedValuesOf("timeZone"), quiet.timeZone), [quiet.timeZone]);
  const change = (part: Partial<RuleValues["quiet"]>) => onChange({ quiet: { ...quiet, ...part } });
  return (
    <div className="space-y-4">
      <Checkbox
        label={t`Quiet hours`}
        help={t`Messages wait until they are over. An outage that is over by then is not told.`}
        checked={isQuiet}
        onChange={(on) => onChange({ isQuiet: on })}
      />
      {isQuiet && (
        <div className="space-y-4 border-l-2 border-line pl-4">
          <div className="grid grid-cols-2 gap-4">
            <Field label={t`From`}>
              <TextInput type="time" value={quiet.from} onChange={(from) => change({ from })} required />
            </Field>
            <Field label={t`To`}>
              <TextInput type="time" value={quiet.to} onChange={(to) => change({ to })} required />
            </Field>
          </div>
          <Field label={t`Time zone`}>
            <Select
              value={quiet.timeZone}
              onChange={(timeZone) => change({ timeZone })}
              options={zones.map(({ id, place, region }) => ({
                value: id,
                label: place,
                ...(region && { group: region }),
              }))}
            />
          </Field>
          <Checkbox
            label={t`What is critical comes through all the same`}
            checked={quiet.urgent}
            onChange={(urgent) => change({ urgent })}
          />
        </div>
      )}
    </div>
  );
}
