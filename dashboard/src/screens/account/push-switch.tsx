import { Trans, useLingui } from "@lingui/react/macro";
import { BellRing } from "lucide-react";
import { useState } from "react";
import { pushState, pushSubscribe } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { FailureNote } from "../../design/states.tsx";
import { keepOwnSubscription } from "../../shell/push/own-subscription.ts";
import { type PushObstacle, subscribeHere } from "../../shell/push/push-browser.ts";

/** Subscribes this browser; once it is, says so. `own`: the id of its subscription. */
export function PushSwitch({ publicKey, own }: { publicKey: string; own?: string }) {
  const { t } = useLingui();
  const [obstacle, setObstacle] = useState<PushObstacle>();
  const [isAsking, setIsAsking] = useState(false);
  const subscribe = useChange(pushSubscribe, {
    refreshes: [pushState],
    onDone: ({ data }) => keepOwnSubscription(data.id),
  });
  const failure = useFailureText(subscribe.failure);

  async function press(): Promise<void> {
    setIsAsking(true);
    setObstacle(undefined);
    const asked = await subscribeHere(publicKey);
    if (typeof asked === "string") setObstacle(asked);
    else await subscribe.run({ body: asked });
    setIsAsking(false);
  }

  const said: Record<PushObstacle, string> = {
    unsupported: t`This browser takes no messages.`,
    denied: t`The browser does not allow it for this address. Change that in its settings for this page, then try again.`,
    untrusted: t`The browser does not trust the certificate of this address. Let it trust the gateway's authority first: About says how.`,
    service: t`The browser's push service did not answer, or is switched off in this browser.`,
  };
  return (
    <div className="space-y-3">
      {obstacle && (
        <Callout tone="warn" announce title={t`This browser gets no messages yet`}>
          {said[obstacle]}
        </Callout>
      )}
      {failure && <FailureNote failure={failure} />}
      {own ? (
        <p className="flex items-center gap-2">
          <BellRing aria-hidden className="size-5 shrink-0 text-good" />
          <Trans>This browser gets messages.</Trans>
        </p>
      ) : (
        <Button icon={<BellRing />} pending={isAsking} onClick={() => void press()}>
          <Trans>Get messages in this browser</Trans>
        </Button>
      )}
    </div>
  );
}
