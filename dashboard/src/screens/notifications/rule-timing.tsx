import { Trans, useLingui } from "@lingui/react/macro";
import { Disclosure } from "../../design/disclosure.tsx";
import { Field } from "../../design/field.tsx";
import { NumberInput } from "../../design/number-input.tsx";
import { lasts, type RuleInput } from "./rule-values.ts";

/** Longest pause, in seconds. */
const LONGEST = 3600;

type RuleTimingProps = {
  input: RuleInput;
  onChange(part: Partial<RuleInput>): void;
  faults: Readonly<Record<string, string | undefined>>;
};

/** How long things are gathered into one message, and how long an app must be well to count as back. */
export function RuleTiming({ input, onChange, faults }: RuleTimingProps) {
  const { t } = useLingui();
  const unit = <Trans>seconds</Trans>;
  return (
    <Disclosure title={t`Grouping`} open={Boolean(faults.delaySeconds || faults.settleSeconds)}>
      <div className="space-y-4">
        <Field
          label={t`Tell after`}
          help={t`What else happens meanwhile is in the same message. An app that is well again by then is not told.`}
          error={faults.delaySeconds}
        >
          <NumberInput
            value={input.delaySeconds}
            onChange={(delaySeconds = 0) => onChange({ delaySeconds })}
            min={0}
            max={LONGEST}
            unit={unit}
          />
        </Field>
        {lasts(input.events) && (
          <Field
            label={t`Well again after`}
            help={t`Down again before: it is the same outage.`}
            error={faults.settleSeconds}
          >
            <NumberInput
              value={input.settleSeconds}
              onChange={(settleSeconds = 0) => onChange({ settleSeconds })}
              min={0}
              max={LONGEST}
              unit={unit}
            />
          </Field>
        )}
      </div>
    </Disclosure>
  );
}
