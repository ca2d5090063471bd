import { Trans } from "@lingui/react/macro";
import type { notificationChannels } from "@nekzus/contract";
import type { Data } from "../../api/endpoint.ts";
import { Callout } from "../../design/callout.tsx";

export type Outcome = Data<typeof notificationChannels.channelTest>;

/** What came of a message that was really sent, for each who was to get it. */
export function TestOutcome({ outcome: { success, results } }: { outcome: Outcome }) {
  return (
    <Callout
      tone={success ? "good" : "bad"}
      announce
      title={success ? <Trans>The test message was sent</Trans> : <Trans>The test message did not arrive</Trans>}
    >
      <ul>
        {results.map(({ recipient, message }) => (
          <li key={recipient} className="wrap-break-word">
            {recipient}: {message}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
