import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Confidence } from "../../catalog/proposal.ts";
import type { Tone } from "../../design/badge.tsx";
import type { Barrier, Remark, Severity } from "./proposal.ts";

/** How sure discovery is, in words. */
export const CONFIDENCES: Record<Confidence, { word: MessageDescriptor; meaning: MessageDescriptor; tone: Tone }> = {
  verified: {
    word: msg`Verified`,
    meaning: msg`The service itself asks to be offered as an app.`,
    tone: "good",
  },
  detected: {
    word: msg`Detected`,
    meaning: msg`It looks like an app for people. Test the connection before you approve it.`,
    tone: "neutral",
  },
  uncertain: {
    word: msg`Uncertain`,
    meaning: msg`It may not be an app for people at all. Test the connection before you approve it.`,
    tone: "warn",
  },
};

/** The severities of remarks. */
export const SEVERITIES: Record<Severity, { word: MessageDescriptor; tone: Tone }> = {
  danger: { word: msg`Danger`, tone: "bad" },
  warning: { word: msg`Warning`, tone: "warn" },
  info: { word: msg`Good to know`, tone: "info" },
};

/** Why a proposal is not approved together with others. */
export const BARRIERS: Record<Barrier, MessageDescriptor> = {
  danger: msg`Not approved: it carries a danger that you have to confirm.`,
  "id-taken": msg`Not approved: it asks for the id of an app that you already have.`,
  "several-ports": msg`Not approved: it has several ports, of which you have to choose one.`,
  uncertain: msg`Not approved: it is uncertain whether this is an app.`,
};

/** What the gateway says in the words of its interface for programs, said for people. */
const MESSAGES: Readonly<Record<string, MessageDescriptor>> = {
  discovered_docker: msg`Found through Docker`,
  sign_in_required: msg`Only people who are signed in can open it`,
  unencrypted_upstream: msg`The gateway speaks to it without encryption (HTTP)`,
  private_address: msg`It has a private address`,
};

/** Our words for a remark that is always the same; undefined where its own message says more. */
export function remarkMessage({ code }: Remark): MessageDescriptor | undefined {
  return Object.hasOwn(MESSAGES, code) ? MESSAGES[code] : undefined;
}
