import type { EventData, EventType, Notifiable } from "@nekzus/contract";
import { NOTIFIABLE } from "@nekzus/contract";
import { randomId } from "../../../kit/ids.ts";
import type { Topics } from "../../events/topics.ts";
import type { Severity } from "../channels/channel.ts";

/** Something that a rule may be about. */
export type Occurrence = {
  event: Notifiable;
  severity: Severity;
  /** What it is about; while a lasting one is open, another with the same subject is the same. */
  subject: string;
  /** It has an end, of which people are told as well. */
  lasting: boolean;
  /** What it takes to be told, beside `read:*`. */
  scope: string;
  /** It is about an app that was sensitive when it began. */
  sensitive?: boolean;
  appId?: string;
  /** What it is called in a list of several. */
  name: string;
  title: string;
  body: string;
  data: Readonly<Record<string, unknown>>;
};

/** What the bus tells of: something began or happened, something lasting ended, or what it is about is gone. */
export type Change = { begins: Occurrence } | { ends: string } | { gone: string };

type Told = { [T in EventType]?: (data: EventData<T>) => Change | undefined };

const HOUSE = "read:*";

const TOLD: Told = {
  health_change({ appId, appName, proxyPath, status, message }) {
    if (status === "healthy") return { ends: downSubject(appId) };
    return status === "unhealthy" ? { begins: appDown({ appId, appName, proxyPath, message }) } : undefined;
  },
  app_removed: ({ appId }) => ({ gone: downSubject(appId) }),
  job_changed({ id, title, status, message }) {
    if (status !== "failed" && status !== "interrupted") return undefined;
    return once("job_failed", title, `${title} failed`, message ?? "", { jobId: id });
  },
  config_warning: ({ warning }) =>
    once("config_warning", "Configuration", "A part of the configuration is not in effect", warning, {}),
  pairing_asked: ({ pairingId, deviceName, platform }) =>
    once("pairing_asked", deviceName, `${deviceName} asks to be let in`, `A device (${platform}) has a pairing code.`, {
      pairingId,
    }),
  device_paired: ({ deviceId, deviceName }) =>
    once("device_paired", deviceName, `${deviceName} was paired`, "", { deviceId }),
  device_revoked: ({ deviceId, deviceName }) =>
    once("device_revoked", deviceName, `${deviceName} was revoked`, "", { deviceId }),
  device_offline: ({ deviceId, deviceName }) =>
    once("device_offline", deviceName, `${deviceName} went away`, "It has not been seen for a while.", { deviceId }),
  device_online: ({ deviceId, deviceName }) =>
    once("device_online", deviceName, `${deviceName} is back`, "", { deviceId }),
  app_registered: ({ appId, appName, proxyPath }) =>
    once("app_registered", appName, `${appName} was added`, "", { appId, proxyPath }, `access:${appId}`),
  port_exposure_warning({ appId, appName, riskLevel, summary, bindings, recommendations }) {
    const data = { appId, appName, riskLevel, bindings, recommendations };
    const title = `${appName} can be reached without the gateway's sign-in`;
    const { begins } = once("port_exposure_warning", appName, title, `${summary}.`, data, `access:${appId}`);
    return { begins: { ...begins, severity: riskLevel } };
  },
  discovery: (proposal) =>
    once(
      "discovery",
      proposal.suggestedApp.name,
      `${proposal.suggestedApp.name} was found`,
      "It waits for your decision.",
      {
        proposalId: proposal.id,
      },
    ),
};

/** An app that does not answer as it should. */
export function appDown(app: { appId: string; appName: string; proxyPath: string; message: string }): Occurrence {
  const { appId, appName, proxyPath, message } = app;
  return {
    event: "app_down",
    severity: NOTIFIABLE.app_down,
    subject: downSubject(appId),
    lasting: true,
    scope: `access:${appId}`,
    appId,
    name: appName,
    title: `${appName} is down`,
    body: message,
    data: { appId, appName, proxyPath },
  };
}

/** What a webhook said to everybody: an entry of the activity feed. */
export function webhookSaid(entry: { id: string; message: string; details?: string; iconClass: string }): Occurrence {
  const { id, message, details = "", iconClass } = entry;
  const { begins } = once("webhook", message, message, details, { activityId: id }, "read:events");
  return { ...begins, severity: severityOf(iconClass) };
}

/** How grave a webhook is, by the class of its icon. */
export function severityOf(iconClass: string): Severity {
  if (iconClass === "danger" || iconClass === "error") return "critical";
  return iconClass === "warning" ? "warning" : "info";
}

function downSubject(appId: string): string {
  return `app_down:${appId}`;
}

function once(
  event: Exclude<Notifiable, "app_down">,
  name: string,
  title: string,
  body: string,
  data: Readonly<Record<string, unknown>>,
  scope = HOUSE,
) {
  const severity: Severity = NOTIFIABLE[event];
  const { appId } = data;
  const about = {
    event,
    severity,
    subject: `${event}:${randomId("", 9)}`,
    lasting: false,
    scope,
    name,
    title,
    body,
    data,
  };
  return { begins: { ...about, ...(typeof appId === "string" && { appId }) } };
}

/** What a message on the bus says to rules; undefined for most. */
export function changeOf<T extends keyof Topics>(topic: T, payload: Topics[T]): Change | undefined {
  if (!Object.hasOwn(TOLD, topic)) return undefined;
  const tell = TOLD[topic as EventType] as ((data: Topics[T]) => Change | undefined) | undefined;
  return tell?.(payload);
}
