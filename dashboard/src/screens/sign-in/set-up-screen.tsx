import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { login as loginEndpoint, setup as setupEndpoint } from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { session } from "../../api/gateway.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { Field } from "../../design/field.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { Entrance } from "../../shell/entrance.tsx";
import { SignInFailure, useWait } from "./sign-in-failure.tsx";

/** The first administrator of a new gateway, who is signed in when it is done. */
export function SetUpScreen({ onTaken, onDone }: { onTaken(): void; onDone(): void }) {
  const { t } = useLingui();
  const setup = useChange(setupEndpoint);
  const login = useChange(loginEndpoint);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [setupCode, setSetupCode] = useState(codeInAddress);
  /** The administrator is there, but signing in did not work yet. */
  const [isMade, setIsMade] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const failure = setup.failure ?? login.failure;
  const wait = useWait(failure);
  const faults = faultsOf(setup.failure);

  // The code is a secret: it does not stay in the address, where history and screenshots keep it.
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (setup.isRunning || login.isRunning || wait) return;
    const name = username.trim();
    const code = setupCode.trim();
    if (!isMade) {
      const made = await setup.run({ body: { username: name, password, setupCode: code } });
      if (!made) return;
      setIsMade(true);
      onDone();
    }
    const reply = await login.run({ body: { username: name, password, session: true } });
    if (reply?.data.proof) session.begin(reply.data.proof);
  }

  useEffect(() => {
    if (setup.failure) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [setup.failure]);

  useEffect(() => {
    if (setup.failure?.code === "SETUP_ALREADY_COMPLETED") onTaken();
  }, [setup.failure, onTaken]);

  return (
    <Entrance title={t`Welcome`} lead={t`This gateway is new. Make its first administrator: you.`}>
      <form ref={form} onSubmit={submit} className="space-y-4">
        {!faults && <SignInFailure failure={failure} wait={wait} />}
        <Field label={t`User name`} help={t`Letters, digits, dots, hyphens and underscores.`} error={faults?.username}>
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
        <Field
          label={t`Password`}
          help={t`At least 8 characters. A sentence is easy to remember and hard to guess.`}
          error={faults?.password}
        >
          <SecretInput
            value={password}
            onChange={setPassword}
            name="new-password"
            autoComplete="new-password"
            minLength={8}
            required
          />
        </Field>
        <Field
          label={t`Setup code`}
          help={t`The gateway printed it when it started: on its terminal, or in its log.`}
          error={faults?.setupCode && t`This is not the code. Enter the newest one that the gateway printed.`}
        >
          <TextInput value={setupCode} onChange={setSetupCode} name="setup-code" autoComplete="off" mono required />
        </Field>
        <Button
          type="submit"
          rank="primary"
          pending={setup.isRunning || login.isRunning}
          disabled={wait !== undefined}
          className="w-full"
        >
          {isMade ? <Trans>Sign in</Trans> : <Trans>Make the administrator</Trans>}
        </Button>
      </form>
    </Entrance>
  );
}

/** What was refused, by field; undefined when it is about none of them. */
function faultsOf(failure: Failure | undefined): Record<string, string> | undefined {
  if (failure?.code === "UNAUTHORIZED") return { setupCode: failure.message };
  if (!failure?.details.length) return undefined;
  return Object.fromEntries(failure.details.map(({ path, reason }) => [path, reason]));
}

/** A link that the gateway printed may carry the code behind #, which no server sees. */
function codeInAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get("setup") ?? "";
}
