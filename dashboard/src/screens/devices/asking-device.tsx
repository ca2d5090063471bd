import { Trans } from "@lingui/react/macro";
import type { pairing } from "@nekzus/contract";
import type { z } from "zod";
import { Button } from "../../design/button.tsx";

type Asking = NonNullable<z.output<typeof pairing.PairingState>["device"]>;
type AskingDeviceProps = { device: Asking; isBusy: boolean; onApprove(): void; onDeny(): void };

/** A device that waits for a decision, and the words to compare. */
export function AskingDevice({
  device: { name, platform, address, phrase },
  isBusy,
  onApprove,
  onDeny,
}: AskingDeviceProps) {
  return (
    <section className="space-y-4" aria-labelledby="asking">
      <div role="status">
        <p id="asking" className="text-lg font-semibold">
          <Trans>{name} asks to be let in</Trans>
        </p>
        <p className="text-sm text-muted">
          {platform} · <span className="font-mono">{address}</span>
        </p>
      </div>
      <div className="rounded-lg border border-line bg-sunken p-4 text-center">
        <p className="text-sm text-muted">
          <Trans>Does the device show these words?</Trans>
        </p>
        <p className="mt-1 text-2xl font-semibold">{phrase}</p>
        <p className="mt-2 text-sm text-muted">
          <Trans>If it shows others, somebody stands between the two: refuse.</Trans>
        </p>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button pending={isBusy} onClick={onDeny}>
          <Trans>Refuse</Trans>
        </Button>
        <Button rank="primary" pending={isBusy} onClick={onApprove}>
          <Trans>The words are the same: let it in</Trans>
        </Button>
      </div>
    </section>
  );
}
