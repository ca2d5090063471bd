import { Trans, useLingui } from "@lingui/react/macro";
import type { Notifiable } from "@nekzus/contract";
import { type FormEvent, useId, useRef, useState } from "react";
import { appsList, ruleCreate, rulePut, rulesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field, FieldGroup } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { Select } from "../../design/select.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { FailureNote } from "../../design/states.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { useToasts } from "../../design/toast.tsx";
import { usePreferences } from "../../shell/preferences.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.ts";
import type { Channel } from "./channel-values.ts";
import { faultsOf } from "./faults.ts";
import { QuietHours } from "./quiet-hours.tsx";
import { RuleAudience } from "./rule-audience.tsx";
import { RuleTiming } from "./rule-timing.tsx";
import { newRule, type Rule, type RuleInput, ruleInput, toggled, valuesOfRule } from "./rule-values.ts";
import { EVENT_WORDS, SEVERITIES, SEVERITY_WORDS, type Severity } from "./words.ts";

type RuleSheetProps = { rule: Rule | undefined; channels: readonly Channel[]; onClose(): void };

const EVENTS = Object.keys(EVENT_WORDS) as Notifiable[];

/** Adds a rule, or changes one. */
export function RuleSheet({ rule, channels, onClose }: RuleSheetProps) {
  const { t, i18n } = useLingui();
  const form = useId();
  const { say } = useToasts();
  const apps = useRead(appsList);
  const { timeZone } = usePreferences().preferences;
  const zone = timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [base] = useState(() => {
    const ids = channels.map(({ id }) => id);
    return rule ? valuesOfRule(rule, new Set(ids), zone) : newRule(ids, zone);
  });
  const [values, setValues] = useState(base);
  const [missing, setMissing] = useState(false);
  const create = useChange(ruleCreate, { refreshes: [rulesList] });
  const put = useChange(rulePut, { refreshes: [rulesList] });
  const failure = create.failure ?? put.failure;
  const failureText = useFailureText(failure);
  const faults = faultsOf(failure);
  const isSaved = useRef(false);
  const { input } = values;
  useLeaveGuard({
    hasChanges: JSON.stringify(values) !== JSON.stringify(base),
    place: "rule",
    isSaved: () => isSaved.current,
  });
  const change = (part: Partial<RuleInput>) =>
    setValues((before) => ({ ...before, input: { ...before.input, ...part } }));

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const body = ruleInput(values);
    setMissing(body.events.length === 0);
    if (body.events.length === 0) return;
    const reply = rule ? await put.run({ params: { ruleId: rule.id }, body }) : await create.run({ body });
    if (!reply) return;
    isSaved.current = true;
    say({ text: rule ? t`${input.name} was changed.` : t`${input.name} was added.` });
    onClose();
  }

  return (
    <Sheet
      open
      onClose={onClose}
      title={rule ? t`Edit ${rule.name}` : t`Add a rule`}
      footer={
        <>
          <Button data-safe onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button rank="primary" type="submit" form={form} pending={create.isRunning || put.isRunning}>
            {rule ? <Trans>Save</Trans> : <Trans>Add the rule</Trans>}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-5">
        {failureText && Object.keys(faults).length === 0 && <FailureNote failure={failureText} />}
        <Field label={t`Name`} error={faults.name}>
          <TextInput value={input.name} onChange={(name) => change({ name })} maxLength={100} required data-autofocus />
        </Field>
        <FieldGroup label={t`When`} error={missing ? t`Choose at least one.` : faults.events}>
          <div className="grid gap-2 pointer-coarse:gap-1 sm:grid-cols-2">
            {EVENTS.map((event) => (
              <Checkbox
                key={event}
                label={i18n._(EVENT_WORDS[event])}
                checked={input.events.includes(event)}
                onChange={(on) => change({ events: toggled(input.events, event, on) })}
              />
            ))}
          </div>
        </FieldGroup>
        <Field label={t`How grave`} error={faults.minSeverity}>
          <Select<Severity>
            value={input.minSeverity}
            onChange={(minSeverity) => change({ minSeverity })}
            options={SEVERITIES.map((value) => ({ value, label: i18n._(SEVERITY_WORDS[value]) }))}
          />
        </Field>
        <FieldGroup label={t`Where to`} error={faults.channels}>
          <div className="grid gap-2 pointer-coarse:gap-1 sm:grid-cols-2">
            {channels.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={input.channels.includes(id)}
                onChange={(on) => change({ channels: toggled(input.channels, id, on) })}
              />
            ))}
          </div>
        </FieldGroup>
        <Field label={t`Only about these apps`} help={t`Their ids; empty: about all.`} error={faults.apps} optional>
          <ListInput
            values={input.apps}
            onChange={(ids) => change({ apps: ids })}
            entry={t`app`}
            suggestions={(apps.data ?? []).map(({ id }) => id)}
          />
        </Field>
        <RuleAudience input={input} onChange={change} faults={faults} />
        <QuietHours values={values} onChange={(part) => setValues((before) => ({ ...before, ...part }))} />
        <RuleTiming input={input} onChange={change} faults={faults} />
      </form>
    </Sheet>
  );
}
