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
  device_offline: "devices went away",
  device_online: "devices are back",
  app_registered: "apps were added",
  port_exposure_warning: "apps can be reached without the gateway's sign-in",
  discovery: "services were found",
  webhook: "messages from webhooks",
};

type Some = readonly [Incident, ...Incident[]];

/** What is said of one or several of a kind. */
type Kind = {
  status: "healthy" | "unhealthy";
  title(incidents: Some): string;
  body(incidents: Some, now: number): string;
};

/** One message about all of them: what began or happened, what is over, or of everything some. `now` in ms since 1970. */
export function textOf(incidents: Some, now: number): Text {
  const kinds = new Set(incidents.map((incident) => `${kindOf(incident)} ${incident.occurrence.event}`));
  if (kinds.size > 1) return textOfMany(incidents, now);
  const { status, title, body } = KINDS[kindOf(incidents[0])];
  return text(incidents, now, title(incidents), body(incidents, now), status);
}

function kindOf({ state, endedAt }: Incident): keyof typeof KINDS {
  if (state === "clearing") return "back";
  return endedAt === undefined ? "begun" : "past";
}

const KINDS = {
  begun: {
    status: "unhealthy",
    title: ([first, ...rest]) =>
      rest.length ? `${rest.length + 1} ${MANY[first.occurrence.event]}` : first.occurrence.title,
    body: ([first, ...rest]) =>
      rest.length
        ? list([first, ...rest].map(({ occurrence }) => line(occurrence.name, occurrence.body)))
        : first.occurrence.body,
  },
  back: {
    status: "healthy",
    title: ([first, ...rest]) =>
      rest.length ? `${rest.length + 1} apps are back` : `${first.occurrence.name} is back`,
    body: ended,
  },
  past: {
    status: "healthy",
    title: ([first, ...rest]) =>
      rest.length ? `${rest.length + 1} apps were down` : `${first.occurrence.name} was down`,
    body: ended,
  },
} satisfies Record<string, Kind>;

function ended([first, ...rest]: Some, now: number): string {
  if (!rest.length) return `It was down for ${lasted(first, now)}.`;
  return list([first, ...rest].map((one) => `${one.occurrence.name}: was down for ${lasted(one, now)}`));
}

/** What the quiet hours held back; what is still going on comes first. */
function textOfMany(incidents: Some, now: number): Text {
  const isOver = (incident: Incident) => kindOf(incident) !== "begun";
  const open = incidents.filter((incident) => !isOver(incident));
  const lines = [...open, ...incidents.filter(isOver)].map((incident) => {
    const { title, name, body } = incident.occurrence;
    const kind = kindOf(incident);
    if (kind === "begun") return line(title, body);
    return kind === "past"
      ? `${name} was down for ${lasted(incident, now)}`
      : `${name} is back: was down for ${lasted(incident, now)}`;
  });
  const title = `${incidents.length} messages from the quiet hours`;
  const body = list(lines);
  const severity = worst(open.map(({ occurrence }) => occurrence.severity));
  const items = incidents.map(({ occurrence: { event, data } }) => ({ event, ...data }));
  const data = { title, body, severity, event: "summary", timestamp: Math.floor(now / 1000), items };
  return { type: "notification", title, body, severity, data };
}

function line(name: string, reason: string): string {
  return reason ? `${name}: ${reason}` : name;
}

function lasted({ openedAt, endedAt }: Incident, now: number): string {
  return span((endedAt ?? now) - openedAt);
}

function text(incidents: Some, now: number, title: string, body: string, status: "healthy" | "unhealthy"): Text {
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
  const type = event === "port_exposure_warning" ? event : "notification";
  return { type, title, body, severity, data: { ...common, ...items } };
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
