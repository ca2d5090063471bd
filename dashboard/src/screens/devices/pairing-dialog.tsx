import { Trans, useLingui } from "@lingui/react/macro";
import type { pairing } from "@nekzus/contract";
import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { devicesList, pairingApprove, pairingCreate, pairingDelete, pairingGet } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { refresh } from "../../api/query-client.ts";
import type { Reply } from "../../api/request.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Countdown } from "../../design/countdown.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Empty, FailureNote, Loading } from "../../design/states.tsx";
import { AskingDevice } from "./asking-device.tsx";
import { QrPicture } from "./qr-picture.tsx";

/** How often the gateway is asked how the pairing stands, in ms. */
const EVERY_MS = 1000;

type Made = Reply<typeof pairing.pairingCreate>["data"];
type PairingDialogProps = { open: boolean; onClose(): void; onClosed(): void };

/** A code for one device, in a picture and in text; then the device that asks, and what became of it. */
export function PairingDialog(modal: PairingDialogProps) {
  const { t } = useLingui();
  const { run, isRunning, failure } = useChange(pairingCreate);
  const failureText = useFailureText(failure);
  const [made, setMade] = useState<Made>();
  const create = async () => {
    const reply = await run({ body: {} });
    if (reply) setMade(reply.data);
  };
  const begun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one code for each time the dialog opens.
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void create();
  }, []);

  return (
    <Dialog
      {...modal}
      title={t`Pair a device`}
      description={t`Scan the code with the app on your phone, or type it there.`}
      footer={
        <Button data-safe onClick={modal.onClose}>
          <Trans>Close</Trans>
        </Button>
      }
    >
      {failureText && <FailureNote failure={failureText} retrying={isRunning} onRetry={() => void create()} />}
      {!failureText && (isRunning || !made) && <Loading count={3} />}
      {!failureText && !isRunning && made && (
        <Pairing key={made.id} made={made} onAgain={() => void create()} onClose={modal.onClose} />
      )}
    </Dialog>
  );
}

function Pairing({ made, onAgain, onClose }: { made: Made; onAgain(): void; onClose(): void }) {
  const { t } = useLingui();
  const params = { pairingId: made.id };
  const { data, failure, again, isRetrying } = useRead(pairingGet, { params }, { every: EVERY_MS });
  const failureText = useFailureText(failure);
  const approve = useChange(pairingApprove);
  const deny = useChange(pairingDelete);
  const decisionFailure = useFailureText(approve.failure ?? deny.failure);
  const state = data?.state ?? "waiting";
  const device = data?.device;

  useEffect(() => {
    if (state === "paired") void refresh(devicesList);
  }, [state]);

  async function decide(change: () => Promise<unknown>): Promise<void> {
    await change();
    await again();
  }

  if (state === "paired") {
    return (
      <Empty
        icon={<CircleCheck />}
        title={device ? t`${device.name} is paired` : t`The device is paired`}
        action={
          <>
            <Button rank="primary" onClick={onClose}>
              <Trans>Done</Trans>
            </Button>
            <Button onClick={onAgain}>
              <Trans>Pair another one</Trans>
            </Button>
          </>
        }
      >
        <Trans>It may open what you may open. You can revoke it here at any time.</Trans>
      </Empty>
    );
  }
  if (state === "denied" || state === "expired") {
    return (
      <Empty
        icon={<CircleX />}
        title={state === "denied" ? t`You refused the device` : t`The code is no longer good`}
        action={
          <Button rank="primary" onClick={onAgain}>
            <Trans>Make a new code</Trans>
          </Button>
        }
      />
    );
  }
  return (
    <div className="space-y-4">
      {failureText && <FailureNote failure={failureText} retrying={isRetrying} onRetry={() => void again()} />}
      {decisionFailure && <FailureNote failure={decisionFailure} />}
      {state === "asking" && device ? (
        <AskingDevice
          device={device}
          isBusy={approve.isRunning || deny.isRunning}
          onApprove={() => void decide(() => approve.run({ params, body: { phrase: device.phrase } }))}
          onDeny={() => void decide(() => deny.run({ params }))}
        />
      ) : (
        <Code made={made} isFetched={state === "fetched"} />
      )}
      <p className="text-sm text-muted">
        <Countdown until={Date.parse(made.expiresAt)} label={t`Good for`} onEnd={() => void again()} />
      </p>
    </div>
  );
}

function Code({ made, isFetched }: { made: Made; isFetched: boolean }) {
  const { t } = useLingui();
  const { code } = made;
  const typed = `${code.slice(0, 4)} ${code.slice(4)}`;
  return (
    <div className="grid items-center gap-6 sm:grid-cols-2">
      <QrPicture rows={made.picture} label={t`The pairing code as a picture to scan`} />
      <div className="space-y-4">
        <div>
          <p className="text-sm text-muted">
            <Trans>Address</Trans>
          </p>
          <p className="font-mono break-all">{made.qr.u}</p>
        </div>
        <div>
          <p className="text-sm text-muted">
            <Trans>Code</Trans>
          </p>
          <p className="font-mono text-2xl font-semibold tracking-wider">{typed}</p>
        </div>
        <p role="status" className="text-sm">
          {isFetched ? <Trans>A device has the code …</Trans> : <Trans>Waiting for a device …</Trans>}
        </p>
      </div>
    </div>
  );
}
