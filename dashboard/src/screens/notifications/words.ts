import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Notifiable } from "@nekzus/contract";
import type { ChannelValues } from "./channel-values.ts";

/** What a rule can be about, in the order in which a person meets it. */
export const EVENT_WORDS: Readonly<Record<Notifiable, MessageDescriptor>> = {
  app_down: msg`An app is down, and when it is back`,
  job_failed: msg`A job failed`,
  config_warning: msg`Trouble in the configuration`,
  pairing_asked: msg`A device asks to be let in`,
  device_paired: msg`A device was paired`,
  device_revoked: msg`A device was revoked`,
  device_offline: msg`A device was not seen for a while`,
  device_online: msg`A device is back`,
  app_registered: msg`An app was added`,
  port_exposure_warning: msg`An app can be reached without the sign-in`,
  discovery: msg`A service was found`,
  webhook: msg`A webhook says something`,
};

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_WORDS: Readonly<Record<Severity, MessageDescriptor>> = {
  info: msg`Everything`,
  warning: msg`Warnings and what is critical`,
  critical: msg`Only what is critical`,
};

/** Services by their own names, kinds of channels by ours. */
export const SERVICE_WORDS: Readonly<Record<ChannelValues["service"], MessageDescriptor>> = {
  device: msg`Paired devices`,
  push: msg`Browsers that subscribed`,
  mail: msg`Mail`,
  ntfy: msg`ntfy`,
  gotify: msg`Gotify`,
  discord: msg`Discord`,
  slack: msg`Slack`,
  telegram: msg`Telegram`,
  plain: msg`Webhook of your own`,
};

export const STATES = ["pending", "failed", "delivered", "expired", "dismissed"] as const;
export type State = (typeof STATES)[number];

export const STATE_WORDS: Readonly<
  Record<State, { word: MessageDescriptor; tone: "info" | "bad" | "good" | "neutral" }>
> = {
  pending: { word: msg`Waits`, tone: "info" },
  failed: { word: msg`Given up`, tone: "bad" },
  delivered: { word: msg`Delivered`, tone: "good" },
  expired: { word: msg`Expired`, tone: "neutral" },
  dismissed: { word: msg`Dismissed`, tone: "neutral" },
};
