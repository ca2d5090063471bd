import { Trans, useLingui } from "@lingui/react/macro";
import type { push } from "@nekzus/contract";
import type { Data } from "../../api/endpoint.ts";
import { pushState } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Callout } from "../../design/callout.tsx";
import { Panel } from "../../design/panel.tsx";
import { Loading } from "../../design/states.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { ownSubscription } from "../../shell/push/own-subscription.ts";
import { hasPush } from "../../shell/push/push-browser.ts";
import { Reading } from "../../shell/reading.tsx";
import { PushRow } from "./push-row.tsx";
import { PushSwitch } from "./push-switch.tsx";

/** Messages to this person's browsers, also while no page of the dashboard is open. */
export function PushPanel() {
  const { t } = useLingui();
  const read = useRead(pushState);
  return (
    <Panel
      title={t`Messages in the browser`}
      description={t`When an app of yours is down, the browser says so, also while this page is closed.`}
    >
      <Reading read={read} loading={<Loading count={2} />}>
        {(state) => <Push state={state} />}
      </Reading>
    </Panel>
  );
}

function Push({ state: { available, reason, publicKey, subscriptions } }: { state: Data<typeof push.pushState> }) {
  const { t } = useLingui();
  const own = subscriptions.find(({ id }) => id === ownSubscription());
  return (
    <div className="space-y-4">
      {available && hasPush() && <PushSwitch publicKey={publicKey} {...(own && { own: own.id })} />}
      {available && !hasPush() && (
        <Callout tone="info" title={t`This browser takes no messages`}>
          <Trans>
            There are none in private windows. On iPhones and iPads they come once Nekzus is on the home screen: in
            Safari choose Share, then Add to Home Screen, open it there, and sign in.
          </Trans>
        </Callout>
      )}
      {!available && (
        <Callout tone="info" title={t`Messages cannot be had at this address`}>
          <p>{reason}</p>
          <p>
            <Trans>
              <TextLink to="/about">About</TextLink> lists the addresses of the gateway, and how devices come to trust
              its certificate.
            </Trans>
          </p>
        </Callout>
      )}
      {subscriptions.length > 0 && (
        <ul aria-label={t`Browsers that get messages`} className="divide-y divide-line">
          {subscriptions.map((one) => (
            <PushRow key={one.id} subscription={one} isOwn={one === own} />
          ))}
        </ul>
      )}
    </div>
  );
}
