import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { login as loginEndpoint } from "../../api/endpoints.gen.ts";
import { session } from "../../api/gateway.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { Field } from "../../design/field.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { Entrance } from "../../shell/entrance.tsx";
import { SignInFailure, useWait } from "./sign-in-failure.tsx";

/**
 * Name and password. `reason` says why it is shown when somebody was signed in before, or what they get by it; `fault`
 * what went wrong when they were signed in just now.
 */
export function SignInScreen({ reason, fault }: { reason: string | undefined; fault: string | undefined }) {
  const { t } = useLingui();
  const login = useChange(loginEndpoint);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const wait = useWait(login.failure);

  useEffect(() => {
    if (login.failure?.code !== "INVALID_CREDENTIALS") return;
    form.current?.querySelector<HTMLInputElement>("input[name=password]")?.select();
  }, [login.failure]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (login.isRunning || wait) return;
    const reply = await login.run({ body: { username: username.trim(), password, session: true } });
    if (reply?.data.proof) session.begin(reply.data.proof);
  }

  return (
    <Entrance title={t`Sign in`} lead={reason ?? t`Sign in to open your apps.`}>
      <form ref={form} onSubmit={submit} className="space-y-4">
        {fault && !login.failure && <Callout tone="bad" title={fault} announce />}
        <SignInFailure failure={login.failure} wait={wait} />
        <Field label={t`User name`}>
          <TextInput
            value={username}
            onChange={setUsername}
            name="username"
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
            required
            autoFocus
          />
        </Field>
        <Field label={t`Password`}>
          <SecretInput
            value={password}
            onChange={setPassword}
            name="password"
            autoComplete="current-password"
            required
          />
        </Field>
        <Button type="submit" rank="primary" pending={login.isRunning} disabled={wait !== undefined} className="w-full">
          <Trans>Sign in</Trans>
        </Button>
      </form>
    </Entrance>
  );
}
