import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Field } from "../../design/field.tsx";
import { Select, type SelectOption } from "../../design/select.tsx";
import { timeIn, zoneChoices } from "../../design/time-zones.ts";
import { useNow } from "../../design/use-now.ts";

/** Chooses the zone in which every time is shown; empty is the browser's own. */
export function TimeZoneField({ value, onChange }: { value: string; onChange(zone: string): void }) {
  const { t } = useLingui();
  const now = useNow(5000);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(() => zoneChoices(Intl.supportedValuesOf("timeZone"), value), [value]);
  const time = timeIn(value, now, document.documentElement.lang);
  const options: SelectOption<string>[] = [
    { value: "", label: t`As the browser says (${own})` },
    ...zones.map(({ id, place, region }) => ({ value: id, label: place, ...(region && { group: region }) })),
  ];
  return (
    <Field
      label={t`Time zone`}
      help={time ? <Trans>Now it is {time} there.</Trans> : <Trans>This browser does not know this zone.</Trans>}
    >
      <Select value={value} onChange={onChange} options={options} />
    </Field>
  );
}
