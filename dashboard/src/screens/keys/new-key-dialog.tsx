import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useId, useState } from "react";
import { apikeyCreate, apikeysList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { isScope } from "../../catalog/scopes.ts";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Field } from "../../design/field.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { Select } from "../../design/select.tsx";
import { FailureNote } from "../../design/states.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { ToldKey } from "../../design/told-key.tsx";

const SCOPES = ["read:catalog", "read:events", "read:*", "write:*", "access:*", "access:admin"];
const LIVES = ["never", "30", "90", "365"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;

type Life = (typeof LIVES)[number];
type NewKeyDialogProps = { open: boolean; onClose(): void; onClosed(): void };

/** Asks what a new key may, and for how long; then tells it, once. */
export function NewKeyDialog(modal: NewKeyDialogProps) {
  const { t } = useLingui();
  const form = useId();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read:catalog"]);
  const [networks, setNetworks] = useState<string[]>([]);
  const [life, setLife] = useState<Life>("never");
  const [told, setTold] = useState<string>();
  const { run, isRunning, failure } = useChange(apikeyCreate, { refreshes: [apikeysList] });
  const failureText = useFailureText(failure);
  const faults = Object.fromEntries(
    (failure?.details ?? []).map(({ path, reason }) => [path.split(".", 1)[0] as string, reason]),
  );

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const expiresAt = life === "never" ? undefined : new Date(Date.now() + Number(life) * DAY_MS).toISOString();
    const reply = await run({ body: { name, scopes, networks, ...(expiresAt !== undefined && { expiresAt }) } });
    if (reply) setTold(reply.data.key);
  }

  const lives: Record<Life, string> = {
    never: t`Never`,
    "30": t`In 30 days`,
    "90": t`In 90 days`,
    "365": t`In a year`,
  };
  return (
    <Dialog
      {...modal}
      title={t`New API key`}
      description={t`It can be sent as X-API-Key, or as a Bearer token.`}
      footer={
        told ? (
          <Button data-safe onClick={modal.onClose}>
            <Trans>Close</Trans>
          </Button>
        ) : (
          <>
            <Button data-safe onClick={modal.onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button rank="primary" type="submit" form={form} pending={isRunning}>
              <Trans>Make the key</Trans>
            </Button>
          </>
        )
      }
    >
      {told ? (
        <ToldKey secret={told} onDone={modal.onClose} />
      ) : (
        <form id={form} onSubmit={submit} className="space-y-4">
          {failureText && Object.keys(faults).length === 0 && <FailureNote failure={failureText} />}
          <Field label={t`Name`} help={t`What will use it: a script, a monitor.`} error={faults.name}>
            <TextInput value={name} onChange={setName} maxLength={255} required data-autofocus />
          </Field>
          <Field
            label={t`What it may do`}
            help={t`Scopes, such as read:catalog or access: and the id of an app.`}
            error={faults.scopes}
          >
            <ListInput
              values={scopes}
              onChange={setScopes}
              entry={t`scope`}
              suggestions={SCOPES}
              check={(value) => (isScope(value) ? undefined : t`A scope is read:, write: or access: and a name or *`)}
            />
          </Field>
          <Field label={t`It ends`} error={faults.expiresAt}>
            <Select value={life} onChange={setLife} options={LIVES.map((value) => ({ value, label: lives[value] }))} />
          </Field>
          <Field
            label={t`Only from these networks`}
            help={t`Such as 192.168.1.0/24; empty: from everywhere.`}
            error={faults.networks}
            optional
          >
            <ListInput values={networks} onChange={setNetworks} entry={t`network`} />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
