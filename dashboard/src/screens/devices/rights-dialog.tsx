import { Trans, useLingui } from "@lingui/react/macro";
import type { devices } from "@nekzus/contract";
import { type FormEvent, useId, useState } from "react";
import type { z } from "zod";
import { devicePatch, devicesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { isScope } from "../../catalog/scopes.ts";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { Select } from "../../design/select.tsx";
import { FailureNote } from "../../design/states.tsx";
import { useToasts } from "../../design/toast.tsx";
import { date } from "../../text/format.ts";

const SCOPES = ["read:catalog", "read:events", "read:*", "write:*", "access:*"];
const LIVES = ["keep", "0", "1", "30", "365"] as const;

type Life = (typeof LIVES)[number];
type Device = z.output<typeof devices.Device>;
type RightsDialogProps = { device: Device; open: boolean; onClose(): void; onClosed(): void };

/** What a device may do, and for how long; its owner's own rights are the most. */
export function RightsDialog({ device, ...modal }: RightsDialogProps) {
  const { t } = useLingui();
  const form = useId();
  const { say } = useToasts();
  const { id, name, owner, expiresAt } = device;
  const [scopes, setScopes] = useState<string[]>(device.scopes);
  const [life, setLife] = useState<Life>("keep");
  const { run, isRunning, failure } = useChange(devicePatch, { refreshes: [devicesList] });
  const failureText = useFailureText(failure);
  const until = expiresAt && date(expiresAt);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const reply = await run({
      params: { deviceId: id },
      body: { scopes, ...(life !== "keep" && { days: Number(life) }) },
    });
    if (!reply) return;
    say({ text: t`The rights of ${name} were changed.` });
    modal.onClose();
  }

  const lives: Record<Life, string> = {
    keep: until ? t`As it is: until ${until}` : t`As it is: no end`,
    "0": t`No end`,
    "1": t`One more day`,
    "30": t`30 more days`,
    "365": t`One more year`,
  };
  return (
    <Dialog
      {...modal}
      title={t`What ${name} may do`}
      description={t`Never more than ${owner} may. Less counts at once, more as soon as the device renews its token.`}
      footer={
        <>
          <Button data-safe onClick={modal.onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button rank="primary" type="submit" form={form} pending={isRunning}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="space-y-4">
        {failureText && <FailureNote failure={failureText} />}
        <Field label={t`Rights`} help={t`Scopes, such as read:catalog or access: and the id of an app.`}>
          <ListInput
            values={scopes}
            onChange={setScopes}
            entry={t`scope`}
            suggestions={SCOPES}
            check={(value) => (isScope(value) ? undefined : t`A scope is read:, write: or access: and a name or *`)}
          />
        </Field>
        <Field label={t`It must be paired again after`}>
          <Select value={life} onChange={setLife} options={LIVES.map((value) => ({ value, label: lives[value] }))} />
        </Field>
      </form>
    </Dialog>
  );
}
