import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ruleDelete, rulePut, rulesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { Switch } from "../../design/switch.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import type { Channel } from "./channel-values.ts";
import { RowFailure } from "./row-failure.tsx";
import { inputOfRule, type Rule } from "./rule-values.ts";
import { EVENT_WORDS, SEVERITY_WORDS } from "./words.ts";

type RuleRowProps = { rule: Rule; channels: readonly Channel[]; onEdit(): void };

/** One rule in words: what it is about, where its messages go, when it is quiet. */
export function RuleRow({ rule, channels, onEdit }: RuleRowProps) {
  const { t, i18n } = useLingui();
  const { id, name, enabled, events, minSeverity, apps, quietHours } = rule;
  const confirm = useConfirm();
  const { say } = useToasts();
  const put = useChange(rulePut, { refreshes: [rulesList] });
  const remove = useChange(ruleDelete);
  const failure = useFailureText(put.failure ?? remove.failure);
  const known = events.filter((event) => Object.hasOwn(EVENT_WORDS, event));
  const names = channels.filter((channel) => rule.channels.includes(channel.id)).map((channel) => channel.name);
  // The new state is shown at once; a failure takes it back.
  const isOn = put.isRunning ? !enabled : enabled;

  const onSwitch = (on: boolean) =>
    void put.run({ params: { ruleId: id }, body: { ...inputOfRule(rule), enabled: on } });

  async function onRemove(): Promise<void> {
    const isMeant = await confirm({
      title: t`Remove the rule ${name}?`,
      text: t`Outages that it told of end without a word.`,
      action: t`Remove rule`,
      danger: true,
    });
    if (!isMeant || !(await remove.run({ params: { ruleId: id } }))) return;
    say({ text: t`${name} was removed.` });
    await refresh(rulesList);
    catchFocus();
  }

  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-3 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-[1_1_18rem] space-y-0.5">
        <p className="font-medium wrap-break-word">{name}</p>
        <p className="text-sm">{known.map((event) => i18n._(EVENT_WORDS[event])).join(" · ")}</p>
        <p className="text-sm wrap-break-word text-muted">
          {names.length > 0 ? <Trans>to {names.join(", ")}</Trans> : <Trans>to nobody: it has no channel</Trans>}
          {minSeverity !== "info" && Object.hasOwn(SEVERITY_WORDS, minSeverity) && (
            <> · {i18n._(SEVERITY_WORDS[minSeverity])}</>
          )}
          {apps.length > 0 && (
            <>
              {" · "}
              <Plural value={apps.length} one="about # app" other="about # apps" />
            </>
          )}
          {quietHours && (
            <>
              {" · "}
              <Trans>
                quiet from {quietHours.from} to {quietHours.to}
              </Trans>
            </>
          )}
        </p>
        <RowFailure failure={failure} />
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Switch
          label={
            <>
              <Trans>On</Trans>
              <span className="sr-only">: {name}</span>
            </>
          }
          checked={isOn}
          onChange={onSwitch}
        />
        <Button size="small" onClick={onEdit} aria-label={t`Edit ${name}`}>
          <Trans>Edit</Trans>
        </Button>
        <Button size="small" pending={remove.isRunning} onClick={() => void onRemove()} aria-label={t`Remove ${name}`}>
          <Trans>Remove</Trans>
        </Button>
      </div>
    </li>
  );
}
