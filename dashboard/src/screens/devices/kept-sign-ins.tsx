import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { devices } from "@nekzus/contract";
import type { z } from "zod";
import { deviceSessionCookiesClear, devicesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";

type Device = z.output<typeof devices.Device>;

/** For how many apps the gateway keeps a device signed in, and the way to forget that. Nothing where there is none. */
export function KeptSignIns({ device: { id, name, keptSignIns } }: { device: Device }) {
  const { t } = useLingui();
  const confirm = useConfirm();
  const toasts = useToasts();
  const { run, isRunning, failure } = useChange(deviceSessionCookiesClear);
  const failureText = useFailureText(failure);
  if (keptSignIns === 0) return null;

  async function onForget(): Promise<void> {
    const isMeant = await confirm({
      title: t`Forget the sign-ins of ${name}?`,
      text: t`It stays paired. In apps that have a sign-in of their own, people have to sign in again there.`,
      action: t`Forget them`,
    });
    if (!isMeant) return;
    const reply = await run({ params: { deviceId: id } });
    if (!reply) return;
    toasts.say({ text: t`The sign-ins of ${name} are forgotten.` });
    await refresh(devicesList);
    // The button went with what it was about.
    catchFocus();
  }

  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
        <Plural value={keptSignIns} one="Kept signed in to # app" other="Kept signed in to # apps" />
        <Button
          size="small"
          pending={isRunning}
          onClick={() => void onForget()}
          aria-label={t`Forget the sign-ins of ${name}`}
        >
          <Trans>Forget</Trans>
        </Button>
      </p>
      {failureText && (
        <p role="alert" className="text-sm font-medium text-bad">
          {failureText.title}. {failureText.wayOn}
        </p>
      )}
    </>
  );
}
