import { Trans, useLingui } from "@lingui/react/macro";
import type { webhooks } from "@nekzus/contract";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { Data } from "../../api/endpoint.ts";
import { apikeyCreate, apikeysList, webhookCommands } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Panel } from "../../design/panel.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { ToldKey } from "../../design/told-key.tsx";
import { Reading } from "../../shell/reading.tsx";
import { date } from "../../text/format.ts";
import { Command } from "./command.tsx";

/** Stands for the key in the commands. */
const PLACEHOLDER = "$NEKZUS_KEY";

/** Commands to paste into a shell, and the key they need: made here, it stands in them until the page is left. */
export function CommandsPanel() {
  const { t } = useLingui();
  const read = useRead(webhookCommands);
  const create = useChange(apikeyCreate, { refreshes: [apikeysList] });
  const failure = useFailureText(create.failure);
  const [key, setKey] = useState<string>();
  const [isTold, setIsTold] = useState(false);

  async function makeKey(): Promise<void> {
    const today = date(Date.now());
    const reply = await create.run({ body: { name: t`Webhooks, ${today}`, scopes: ["write:webhooks"] } });
    if (!reply) return;
    setKey(reply.data.key);
    setIsTold(true);
  }

  return (
    <Panel
      title={t`How to call them`}
      description={t`Paste a command into a shell; what it sent appears below.`}
      actions={
        <Button icon={<KeyRound />} pending={create.isRunning} onClick={() => void makeKey()}>
          <Trans>Make a key for webhooks</Trans>
        </Button>
      }
    >
      <div className="space-y-4">
        {failure && <FailureNote failure={{ ...failure, title: t`The key could not be made: ${failure.title}` }} />}
        {key && isTold && <ToldKey secret={key} onDone={() => setIsTold(false)} />}
        <p className="text-sm text-muted">
          {key ? (
            <Trans>
              The new key stands in the commands. It can do nothing but call webhooks; revoke it at{" "}
              <TextLink to="/keys">API keys</TextLink>.
            </Trans>
          ) : (
            <Trans>
              The commands read the key from <span className="font-mono">NEKZUS_KEY</span>. A key for webhooks can do
              nothing else.
            </Trans>
          )}
        </p>
        <Reading read={read} loading={<Loading count={2} />}>
          {(commands) => (
            <ul className="grid gap-4 xl:grid-cols-2">
              {commands.map((one) => (
                <li key={one.endpoint} className="min-w-0">
                  <Offered command={one} {...(key && { apiKey: key })} />
                </li>
              ))}
            </ul>
          )}
        </Reading>
      </div>
    </Panel>
  );
}

type Offer = Data<typeof webhooks.webhookCommands>[number];

function Offered({ command: { endpoint, command }, apiKey }: { command: Offer; apiKey?: string }) {
  const { t } = useLingui();
  const isActivity = endpoint === "activity";
  return (
    <Command
      title={isActivity ? t`An entry in the activity feed` : t`Something for programs and devices`}
      help={
        isActivity
          ? t`It is a notice for everybody who may read events, and rules can send it on.`
          : t`It goes out on the event socket and makes no entry.`
      }
    >
      {apiKey ? command.replace(PLACEHOLDER, apiKey) : command}
    </Command>
  );
}
