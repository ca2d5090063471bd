import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useId, useRef, useState } from "react";
import { channelCreate, channelPut, channelsList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { Checkbox } from "../../design/checkbox.tsx";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { FailureNote } from "../../design/states.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { useToasts } from "../../design/toast.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.ts";
import { ChannelFields } from "./channel-fields.tsx";
import { type Channel, inputOf, NEW_CHANNEL, SERVICES, valuesOf } from "./channel-values.ts";
import { faultsOf } from "./faults.ts";
import { SERVICE_WORDS } from "./words.ts";

/** Adds a channel, or changes one. What it is stays as it is. */
export function ChannelSheet({ channel, onClose }: { channel: Channel | undefined; onClose(): void }) {
  const { t, i18n } = useLingui();
  const form = useId();
  const { say } = useToasts();
  const [base] = useState(() => (channel ? valuesOf(channel) : NEW_CHANNEL));
  const [values, setValues] = useState(base);
  const create = useChange(channelCreate, { refreshes: [channelsList] });
  const put = useChange(channelPut, { refreshes: [channelsList] });
  const failure = create.failure ?? put.failure;
  const failureText = useFailureText(failure);
  const [missing, setMissing] = useState(false);
  const faults: ReturnType<typeof faultsOf> = {
    ...faultsOf(failure),
    ...(missing && { to: t`Add at least one address.` }),
  };
  const isSaved = useRef(false);
  const { service, name, enabled } = values;
  const isOwn = service !== "device" && service !== "push";
  useLeaveGuard({
    hasChanges: JSON.stringify(values) !== JSON.stringify(base),
    place: "channel",
    isSaved: () => isSaved.current,
  });
  const change = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const isMissing = service === "mail" && values.to.length === 0;
    setMissing(isMissing);
    if (isMissing) return;
    const body = inputOf(values);
    const reply = channel ? await put.run({ params: { channelId: channel.id }, body }) : await create.run({ body });
    if (!reply) return;
    isSaved.current = true;
    say({ text: channel ? t`${name} was changed.` : t`${name} was added. Test it now.` });
    onClose();
  }

  return (
    <Sheet
      open
      onClose={onClose}
      title={channel ? t`Edit ${channel.name}` : t`Add a channel`}
      footer={
        <>
          <Button data-safe onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button rank="primary" type="submit" form={form} pending={create.isRunning || put.isRunning}>
            {channel ? <Trans>Save</Trans> : <Trans>Add the channel</Trans>}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        {failureText && Object.keys(faults).length === 0 && <FailureNote failure={failureText} />}
        {!channel && isOwn && (
          <Field label={t`Where to`}>
            <Select
              value={service}
              onChange={(next) => change({ service: next })}
              options={SERVICES.map((value) => ({ value, label: i18n._(SERVICE_WORDS[value]) }))}
              data-autofocus
            />
          </Field>
        )}
        <Field label={t`Name`} help={t`How rules call it.`} error={faults.name}>
          <TextInput value={name} onChange={(next) => change({ name: next })} maxLength={100} required />
        </Field>
        <ChannelFields values={values} onChange={change} kept={channel?.secrets ?? []} faults={faults} />
        <Checkbox
          label={t`Send on this channel`}
          help={t`Switched off, no rule reaches it. A test does.`}
          checked={enabled}
          onChange={(next) => change({ enabled: next })}
        />
      </form>
    </Sheet>
  );
}
