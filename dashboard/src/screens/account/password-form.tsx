import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { changePassword, listSessions, me } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { Countdown } from "../../design/countdown.tsx";
import { Field } from "../../design/field.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { FailureNote } from "../../design/states.tsx";
import { StrengthHint } from "./strength-hint.tsx";

/** The current password and a new one. It can be looked at while it is typed, so it is asked for once. */
export function PasswordForm({ username }: { username: string }) {
  const { t } = useLingui();
  const form = useRef<HTMLFormElement>(null);
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [ended, setEnded] = useState<number>();
  const { run, isRunning, failure } = useChange(changePassword, { refreshes: [listSessions, me] });
  const failureText = useFailureText(failure);
  const [waitUntil, setWaitUntil] = useState<number>();
  const faults = Object.fromEntries((failure?.details ?? []).map(({ path, reason }) => [path, reason]));

  useEffect(() => {
    setWaitUntil(failure?.kind === "limited" ? failure.retryAt : undefined);
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [failure]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isRunning || waitUntil !== undefined) return;
    setEnded(undefined);
    const reply = await run({ body: { currentPassword: current, newPassword: wanted } });
    if (!reply) return;
    setEnded(reply.data.endedSessions);
    setCurrent("");
    setWanted("");
  }

  return (
    <form ref={form} onSubmit={submit} className="space-y-4">
      {ended !== undefined && (
        <Callout tone="good" title={<Trans>The password was changed.</Trans>} announce>
          {ended > 0 && (
            <Plural value={ended} one="# other browser was signed out." other="# other browsers were signed out." />
          )}
        </Callout>
      )}
      {failure?.kind === "limited" && (
        <Callout tone="warn" title={<Trans>Too many tries</Trans>} announce>
          {waitUntil === undefined ? (
            <Trans>You can try again now.</Trans>
          ) : (
            <Countdown until={waitUntil} label={t`Try again in`} onEnd={() => setWaitUntil(undefined)} />
          )}
        </Callout>
      )}
      {failureText && failure?.kind !== "limited" && Object.keys(faults).length === 0 && (
        <FailureNote failure={failureText} />
      )}
      {/* For password managers, which keep the new password under this name. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field
        label={t`Current password`}
        error={faults.currentPassword && t`This is not your current password. Nothing was changed.`}
      >
        <SecretInput
          value={current}
          onChange={setCurrent}
          name="current-password"
          autoComplete="current-password"
          required
        />
      </Field>
      <Field
        label={t`New password`}
        help={<StrengthHint password={wanted} username={username} />}
        error={faults.newPassword}
      >
        <SecretInput
          value={wanted}
          onChange={setWanted}
          name="new-password"
          autoComplete="new-password"
          minLength={8}
          maxLength={1024}
          required
        />
      </Field>
      <Button type="submit" rank="primary" pending={isRunning} disabled={waitUntil !== undefined}>
        <Trans>Change the password</Trans>
      </Button>
    </form>
  );
}
