import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { endOtherSessions, listSessions } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { Reading } from "../../shell/reading.tsx";
import { BrowserRow } from "./browser-row.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 30_000;

/** Every browser in which the person is signed in, and a way to sign each one out. */
export function BrowsersPanel() {
  const { t } = useLingui();
  return (
    <Panel
      title={t`Signed-in browsers`}
      description={t`One that you do not know: sign it out and change the password.`}
      actions={<SignOutOthers />}
    >
      <Browsers />
    </Panel>
  );
}

function Browsers() {
  const { t } = useLingui();
  const read = useRead(listSessions, {}, { every: EVERY_MS });
  return (
    <Reading read={read} loading={<Loading count={2} />}>
      {(browsers) =>
        browsers.length === 0 ? (
          <Empty title={t`No browser is signed in`} />
        ) : (
          <ul className="divide-y divide-line">
            {browsers.map((browser) => (
              <BrowserRow key={browser.id} browser={browser} />
            ))}
          </ul>
        )
      }
    </Reading>
  );
}

function SignOutOthers() {
  const { t } = useLingui();
  const confirm = useConfirm();
  const toasts = useToasts();
  const { data } = useRead(listSessions);
  const { run, isRunning, failure } = useChange(endOtherSessions);
  const failureText = useFailureText(failure);
  const others = (data ?? []).filter(({ current }) => !current).length;
  if (others === 0) return null;

  async function signOut(): Promise<void> {
    const isMeant = await confirm({
      title: t`Sign all other browsers out?`,
      consequences: [
        <Plural
          key="browsers"
          value={others}
          one="# browser has to sign in again."
          other="# browsers have to sign in again."
        />,
        t`Apps that are open there stop at once, also films and downloads.`,
      ],
      action: t`Sign the others out`,
    });
    if (!isMeant) return;
    const reply = await run();
    if (!reply) return;
    toasts.say({ text: t`The other browsers are signed out.` });
    await refresh(listSessions);
    // The button went with its row.
    catchFocus();
  }

  return (
    <>
      <Button size="small" pending={isRunning} onClick={() => void signOut()}>
        <Trans>Sign the others out</Trans>
      </Button>
      {failureText && (
        <p role="alert" className="w-full text-sm font-medium text-bad">
          {failureText.title}. {failureText.wayOn}
        </p>
      )}
    </>
  );
}
