import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";

/** What was not done, and why. */
export function Refusal({ what, failure }: { what: ReactNode; failure: Failure }) {
  return (
    <>
      <span className="block font-medium">{what}</span>
      <RefusalReason failure={failure} />
    </>
  );
}

/** Why a change of a row was not made, in words that fit a list that was read anew since. */
export function RefusalReason({ failure }: { failure: Failure }) {
  const { text, wayOn } = useFailureText(failure);
  if (failure.code === "VERSION_CONFLICT") {
    return (
      <Trans>
        Somebody else changed it in the meantime. The list shows how it is now: look at it, and repeat this if you still
        want it.
      </Trans>
    );
  }
  if (failure.kind === "missing") return <Trans>It no longer exists. Somebody else deleted it in the meantime.</Trans>;
  // The gateway's sentence about a taken path says itself what to do.
  if (failure.kind === "conflict") return <>{text}</>;
  return (
    <>
      {text} {wayOn}
    </>
  );
}
