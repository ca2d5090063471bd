import type { Severity } from "../channels/channel.ts";
import type { NewMessage } from "../queue/queue.ts";
import type { Incident } from "./incident-store.ts";

/** How many are named in a message about many. */
const NAMED = 20;

/** What a message says, whoever gets it. */
export type Text = Pick<NewMessage, "type" | "title" | "body" | "severity" | "data">;

const MANY: Readonly<Record<string, string>> = {
  app_down: "apps are down",
  job_failed: "jobs failed",
  config_warning: "parts of the configuration are not in effect",
  pairing_asked: "devices ask to be let in",
  device_paired: "devices were paired",
  device_revoked: "devices were revoked",
  app_registered: "apps were added",
  discovery: "services were found",
  webhook: "messages from webhooks",
};

/** One message that something began or happened, for one or several of the same kind. `now` in ms since 1970. */
export function textOfBegin(incidents: readonly [Incident, ...Incident[]], now: number): Text {
  const [first] = incidents;
  const { event, title, body } = first.occurrence;
  if (incidents.length === 1) return text(incidents, now, title, body, "unhealthy");
  const lines = incidents.map(({ occurrence: { name, body: reason } }) => (reason ? `${name}: ${reason}` : name));
  return text(incidents, now, `${incidents.length} ${MANY[event]}`, list(lines), "unhealthy");
}

/** One message that something lasting is over. */
export function textOfEnd(incidents: readonly [Incident, ...Incident[]], now: number): Text {
  const [first] = incidents;
  const lasted = (incident: Incident) => span((incident.endedAt ?? now) - incident.openedAt);
  if (incidents.length === 1) {
    return text(incidents, now, `${first.occurrence.name} is back`, `It was down for ${lasted(first)}.`, "healthy");
  }
  const lines = incidents.map((incident) => `${incident.occurrence.name}: was down for ${lasted(incident)}`);
  return text(incidents, now, `${incidents.length} apps are back`, list(lines), "healthy");
}

function text(
  incidents: readonly [Incident, ...Incident[]],
  now: number,
  title: string,
  body: string,
  status: "healthy" | "unhealthy",
): Text {
  const all = incidents.map(({ occurrence }) => occurrence);
  const { event, data } = incidents[0].occurrence;
  const severity = status === "healthy" ? "info" : worst(all.map((one) => one.severity));
  const common = { title, body, severity, event, timestamp: Math.floor(now / 1000), ...data };
  if (event === "app_down") {
    // As clients know it (20 §3.2); `apps` when there are several.
    const apps = all.length > 1 ? { apps: all.map((one) => one.data) } : {};
    return { type: "health_alert", title, body, severity, data: { ...common, status, ...apps } };
  }
  const items = all.length > 1 ? { items: all.map((one) => one.data) } : {};
  return { type: "notification", title, body, severity, data: { ...common, ...items } };
}

function worst(severities: readonly Severity[]): Severity {
  return (["critical", "warning"] as const).find((one) => severities.includes(one)) ?? "info";
}

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, NAMED);
  if (lines.length > NAMED) shown.push(`and ${lines.length - NAMED} more`);
  return shown.join("\n");
}

/** A time in words, such as "3 minutes". */
function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
