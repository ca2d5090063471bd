import type { EventData, EventType } from "@nekzus/contract";
import type { Topics } from "../topics.ts";

/** What an entry of the feed says, and who sees it. */
export type EntryText = {
  type: string;
  /** Begins the entry's id, which tells what it is about. */
  about: string;
  /** A lucide icon. */
  icon: string;
  iconClass: string;
  message: string;
  details?: string;
  /** The scope it takes to see it, beside `read:*`. */
  scope: string;
  /** Somebody should look at it. */
  notice?: true;
};

type Told = { [T in EventType]?: (data: EventData<T>) => EntryText | undefined };

const HOUSE = "read:*";

/** What of the bus becomes an entry (10 §6, 30 §6.4). Types and icons of the table there; the others are ours. */
const TOLD: Told = {
  device_paired: ({ deviceId, deviceName }) => ({
    ...entry("device_paired", deviceId, "Smartphone", "success"),
    message: `${deviceName} was paired`,
  }),
  device_revoked: ({ deviceId, deviceName }) => ({
    ...entry("device_revoked", deviceId, "XCircle", ""),
    message: `${deviceName} was revoked`,
  }),
  pairing_asked: ({ pairingId, deviceName }) => ({
    ...entry("pairing_asked", pairingId, "Smartphone", "info"),
    message: `${deviceName} asks to be let in`,
    notice: true,
  }),
  app_registered: ({ appId, appName }) => ({
    ...entry("app_registered", appId, "CheckCircle2", "success"),
    message: `${appName} was added`,
    scope: `access:${appId}`,
  }),
  port_exposure_warning({ appId, appName, riskLevel, summary, recommendations }) {
    const [icon, iconClass] = riskLevel === "critical" ? ["AlertOctagon", "error"] : ["AlertTriangle", "warning"];
    return {
      ...entry("security_warning", appId, icon, iconClass),
      about: `port_exposure_${appId}`,
      message: `${appName} can be reached without the gateway's sign-in`,
      details: [`${summary}.`, ...recommendations].join("\n"),
      scope: `access:${appId}`,
      notice: true,
    };
  },
  app_removed: ({ appId }) => ({
    ...entry("app_removed", appId, "Trash2", ""),
    message: `${appId} was removed`,
    scope: `access:${appId}`,
  }),
  proposal_dismissed: ({ proposalId }) => ({
    ...entry("proposal_dismissed", proposalId, "X", ""),
    message: `The proposal ${proposalId} was dismissed`,
  }),
  rediscovery_triggered: () => ({
    ...entry("rediscovery_triggered", "", "RefreshCw", ""),
    message: "Discovery looks for services anew",
  }),
  config_reload: ({ message }) => ({ ...entry("config_reload", "", "RefreshCw", ""), message }),
  config_warning: ({ warning }) => ({
    ...entry("config_warning", "", "AlertTriangle", "warning"),
    message: "A part of the configuration is not in effect",
    details: warning,
    notice: true,
  }),
  health_change({ appId, appName, status, message }) {
    // A single failed check is no news: degraded either passes or becomes unhealthy.
    if (status !== "unhealthy" && status !== "healthy") return undefined;
    const down = status === "unhealthy";
    return {
      ...entry("health_change", appId, down ? "AlertTriangle" : "CheckCircle2", down ? "danger" : "success"),
      message: down ? `${appName} is down` : `${appName} is up`,
      ...(down && { details: message, notice: true }),
      scope: `access:${appId}`,
    };
  },
  job_changed({ id, title, status, message }) {
    if (status !== "failed" && status !== "interrupted") return undefined;
    return {
      ...entry("job_failed", id, "AlertTriangle", "danger"),
      message: `${title} failed`,
      ...(message && { details: message }),
      notice: true,
    };
  },
};

function entry(type: string, subject: string, icon: string, iconClass: string) {
  return { type, about: subject ? `${type}_${subject}` : type, icon, iconClass, scope: HOUSE };
}

/** The entry that a message on the bus makes; undefined for most. */
export function entryOf<T extends keyof Topics>(topic: T, payload: Topics[T]): EntryText | undefined {
  if (!Object.hasOwn(TOLD, topic)) return undefined;
  const tell = TOLD[topic as EventType] as ((data: Topics[T]) => EntryText | undefined) | undefined;
  return tell?.(payload);
}
