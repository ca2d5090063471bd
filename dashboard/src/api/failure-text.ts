import { useLingui } from "@lingui/react/macro";
import { time } from "../text/format.ts";
import { type Failure, PAGE_FAULT } from "./failure.ts";

/** A failure as a person reads it. */
export type FailureText = {
  /** A few words that say what happened. */
  title: string;
  /** What that means: the gateway's own sentence where it says more than ours. */
  text: string;
  /** What to do now, in a sentence. */
  wayOn: string;
};

/** Turns failures into words of the chosen language. */
export function useFailureText(failure: Failure): FailureText;
export function useFailureText(failure: Failure | undefined): FailureText | undefined;
export function useFailureText(failure: Failure | undefined): FailureText | undefined {
  const { t } = useLingui();
  if (!failure) return undefined;
  const { message: said, kind, requestId, retryAt } = failure;
  if (failure.code === PAGE_FAULT) {
    return {
      title: t`This part cannot be shown`,
      text: t`The page met something that it cannot deal with. Nothing was changed by that.`,
      wayOn: t`Try again, or load the page again. If it stays like this, report these words: ${said}`,
    };
  }
  const at = retryAt ? time(retryAt) : "";
  const askLater = at ? t`Try again after ${at}.` : t`Try again in a moment.`;

  switch (kind) {
    case "unreachable":
      return {
        title: t`The gateway does not answer`,
        text: t`Nothing came back from it: it may be restarting, or this device is not in its network.`,
        wayOn: t`Check that the gateway runs and that you are in its network, then try again.`,
      };
    case "slow":
      return {
        title: t`The gateway takes too long`,
        text: t`No complete answer came in time. If you changed something, it may have been done all the same.`,
        wayOn: t`Look at the current state first, then try again.`,
      };
    case "unreadable":
      return {
        title: t`Could not read this`,
        text: t`The answer is not what this page expects. The gateway may have another version than the page, or something between them changed it.`,
        wayOn: t`Load the page again. If it stays like this, report these words: ${said}`,
      };
    case "signed-out":
      return {
        title: t`You are not signed in`,
        text: said || t`The gateway did not accept this window's sign-in for this.`,
        wayOn: t`Try again. If it stays like this, sign out and sign in again.`,
      };
    case "forbidden":
      return {
        title: t`You are not allowed to do this`,
        text: said || t`Your account does not have the right that is needed here.`,
        wayOn: t`Ask an administrator of this gateway.`,
      };
    case "limited":
      return {
        title: t`Too many requests`,
        text: said || t`The gateway was asked too often in a short time.`,
        wayOn: askLater,
      };
    case "unavailable":
      return {
        title: t`Not available at the moment`,
        text: said || t`The gateway, or something in front of it, cannot answer this now.`,
        wayOn: askLater,
      };
    case "conflict":
      return {
        title: t`This does not fit with what is there`,
        text: said || t`It was changed in the meantime, or something else already has its place.`,
        wayOn: t`Look at the current state, then repeat your change.`,
      };
    case "invalid":
      return {
        title: t`Something needs correcting`,
        text: said || t`The gateway did not accept what was entered.`,
        wayOn: t`Correct it and try again.`,
      };
    case "missing":
      return {
        title: t`This no longer exists`,
        text: said || t`There is nothing at this place. It may have been removed.`,
        wayOn: t`Go back to the list.`,
      };
    case "broken":
      return {
        title: t`Something went wrong`,
        text: said || t`The gateway could not finish this because of a fault of its own.`,
        wayOn: requestId
          ? t`Try again. The gateway's log says more under request ${requestId}.`
          : t`Try again. If it stays like this, look into the gateway's log.`,
      };
  }
}
