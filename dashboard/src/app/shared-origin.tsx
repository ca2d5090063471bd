import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useFailureText } from "../api/failure-text.ts";
import { Button } from "../design/button.tsx";
import { Callout } from "../design/callout.tsx";
import { Field } from "../design/field.tsx";
import { TextInput } from "../design/text-input.tsx";
import { Entrance } from "../shell/entrance.tsx";
import { useSignOut } from "../shell/use-sign-out.ts";

/**
 * For who is signed in where the apps share this address: their scripts hold the session too, so the gateway lets it
 * open apps and nothing else. Says so, and opens them.
 */
export function SharedOrigin() {
  const { t } = useLingui();
  const [app, setApp] = useState("");
  const signOut = useSignOut();
  const failure = useFailureText(signOut.failure);

  function open(event: FormEvent): void {
    event.preventDefault();
    location.assign(`/apps/${encodeURIComponent(app.trim())}/`);
  }

  return (
    <Entrance
      title={t`You are signed in`}
      lead={t`On this gateway the apps share the address of this page, so an app could read what stands here. This page therefore opens apps and shows nothing else.`}
    >
      <form onSubmit={open} className="space-y-4">
        {failure && (
          <Callout tone="bad" title={<Trans>You are still signed in</Trans>} announce>
            {failure.text}
          </Callout>
        )}
        <Field label={t`App`} help={t`Its id, as it stands in its address: /apps/ID/.`}>
          <TextInput
            value={app}
            onChange={setApp}
            name="app"
            pattern="[A-Za-z0-9_\-]{1,64}"
            title={t`Letters, digits, hyphens and underscores`}
            autoComplete="off"
            mono
            required
          />
        </Field>
        <Button type="submit" rank="primary" className="w-full">
          <Trans>Open the app</Trans>
        </Button>
        <Button rank="quiet" pending={signOut.isRunning} onClick={() => void signOut.run()} className="w-full">
          <Trans>Sign out</Trans>
        </Button>
      </form>
      <p className="mt-5 text-sm text-muted">
        <Trans>
          To manage the gateway in a browser, give the apps an address of their own: set{" "}
          <span className="font-mono">server.share_origin</span> to false. Tokens and the command{" "}
          <span className="font-mono">nekzus</span> on the machine work either way.
        </Trans>
      </p>
    </Entrance>
  );
}
