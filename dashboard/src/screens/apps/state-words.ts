import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Tone } from "../../design/badge.tsx";
import type { AppRow, RowState } from "./apps-model.ts";

/** The states as a choice of the list. */
export const STATE_NAMES: Readonly<Record<RowState, MessageDescriptor>> = {
  failing: msg`Failing or not answering`,
  unsteady: msg`Unsteady`,
  unknown: msg`Not checked yet`,
  unchecked: msg`Never checked`,
  running: msg`Running`,
  off: msg`Disabled`,
  none: msg`Without a route`,
};

const TONES: Readonly<Record<RowState, Tone>> = {
  failing: "bad",
  unsteady: "warn",
  unknown: "info",
  unchecked: "neutral",
  running: "good",
  off: "neutral",
  none: "neutral",
};

/** The state of a row in a word or two; an app that answers, but wrongly, is not called silent. */
export function stateLook({ state, health }: Pick<AppRow, "state" | "health">): {
  word: MessageDescriptor;
  tone: Tone;
} {
  const isSilent = state === "failing" && health?.statusCode === undefined;
  const word = state === "failing" ? (isSilent ? msg`Not answering` : msg`Failing`) : STATE_NAMES[state];
  return { word, tone: TONES[state] };
}
