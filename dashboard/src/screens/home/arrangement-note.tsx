import { Trans } from "@lingui/react/macro";
import { useFailureText } from "../../api/failure-text.ts";
import { FailureNote } from "../../design/states.tsx";
import { usePreferences } from "../../shell/preferences.tsx";
import { UnreadNote } from "../../shell/unread-note.tsx";

/** Says why favourites, order and hidden apps are not as the person left them, or why a change of them did not last. */
export function ArrangementNote({ isArranging }: { isArranging: boolean }) {
  const { reading, failure } = usePreferences();
  const unkept = useFailureText(failure);
  if (reading.failure && !reading.isKnown) {
    return (
      <UnreadNote read={reading}>
        <Trans>Your favourites and your order could not be read.</Trans>
      </UnreadNote>
    );
  }
  return unkept && isArranging && <FailureNote failure={unkept} />;
}
