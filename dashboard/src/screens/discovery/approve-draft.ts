import type { discovery } from "@nekzus/contract";
import type { Input } from "../../api/endpoint.ts";
import type { App, RouteListed } from "../../catalog/app.ts";
import { type ConnectionTarget, withScheme } from "../../catalog/connection-fixes.ts";
import type { ChosenPicture } from "../../catalog/icon-picture.ts";
import { iconOf, type Proposal } from "../../catalog/proposal.ts";
import { effectivePath, findConflict } from "../../catalog/route-places.ts";

type Scheme = "http" | "https";
type Body = NonNullable<Input<typeof discovery.proposalApprove>["body"]>;

/** What a person wants the app and its route to be. */
export type Draft = {
  name: string;
  id: string;
  icon: string;
  /** A picture of one's own, which is sent once the app is there. */
  picture: ChosenPicture | undefined;
  group: string;
  description: string;
  tags: readonly string[];
  port: number;
  /** How the app is spoken to; undefined: as it was found. */
  scheme: Scheme | undefined;
  /** undefined: the default path, which follows the id. */
  pathBase: string | undefined;
  subdomain: string;
  /** Who may open it: who may use this app, who holds other scopes, or everybody. */
  access: "app" | "scopes" | "everybody";
  scopes: readonly string[];
  websocket: boolean;
  stripPrefix: boolean;
  preserveHost: boolean;
  insecureSkipVerify: boolean;
  skipHealthCheck: boolean;
  /** Headers that the app is sent. */
  setRequestHeaders: Readonly<Record<string, string>>;
};

/** The form as the proposal fills it. */
export function draftOf(proposal: Proposal): Draft {
  const { suggestedApp, suggestedRoute, detectedPort } = proposal;
  return {
    name: suggestedApp.name,
    id: suggestedApp.id,
    icon: iconOf(proposal),
    picture: undefined,
    group: "",
    description: "",
    tags: suggestedApp.tags,
    port: detectedPort,
    scheme: undefined,
    pathBase: undefined,
    subdomain: "",
    access: "app",
    scopes: [],
    websocket: suggestedRoute.websocket,
    stripPrefix: suggestedRoute.stripPrefix,
    preserveHost: true,
    insecureSkipVerify: false,
    skipHealthCheck: suggestedRoute.skipHealthCheck,
    setRequestHeaders: {},
  };
}

/** Did the person change anything? */
export function isChanged(proposal: Proposal, draft: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(draftOf(proposal));
}

/** The path below which the app will be served. */
export function pathOfDraft({ pathBase = "", id }: Pick<Draft, "pathBase" | "id">): string {
  return effectivePath(pathBase.trim(), id.trim());
}

/** The scopes that labels ask for besides the app's own. */
export function labelScopes({ suggestedApp, suggestedRoute }: Proposal): string[] {
  return suggestedRoute.scopes.filter((scope) => scope !== `access:${suggestedApp.id}`);
}

/** What approving is told: only where the person wants something else than proposed. */
export function bodyOf(proposal: Proposal, draft: Draft): Body {
  const before = draftOf(proposal);
  const changed = <Key extends keyof Draft>(...keys: Key[]) =>
    Object.fromEntries(
      keys
        .filter((key) => JSON.stringify(draft[key]) !== JSON.stringify(before[key]))
        .map((key) => [key, trimmed(draft[key])]),
    );
  const app = changed("id", "name", "icon", "group", "description", "tags");
  const route = {
    ...changed(
      "websocket",
      "stripPrefix",
      "preserveHost",
      "insecureSkipVerify",
      "skipHealthCheck",
      "setRequestHeaders",
    ),
    ...(draft.pathBase?.trim() && { pathBase: pathOfDraft(draft) }),
    // Its path goes on working beside the host name.
    ...(draft.subdomain.trim() && { subdomain: draft.subdomain.trim(), routingMode: "both" as const }),
    ...(draft.access === "scopes" && { scopes: [...draft.scopes] }),
    ...(draft.access === "everybody" && { publicAccess: true }),
  };
  return {
    ...(draft.port !== before.port && { port: draft.port }),
    ...(Object.keys(app).length > 0 && { app }),
    ...(Object.keys(route).length > 0 && { route }),
  };
}

function trimmed(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

/**
 * The address that the chosen port has. undefined when it is known to the gateway only: where ports are published
 * under other numbers, a proposal names the address of its first port alone.
 */
export function upstreamOf(proposal: Proposal, { port, scheme }: Pick<Draft, "port" | "scheme">): string | undefined {
  const found = URL.parse(proposal.suggestedRoute.to);
  if (!found) return undefined;
  if (port === proposal.detectedPort) return withScheme(proposal.suggestedRoute.to, scheme);
  const foundPort = Number(found.port) || (found.protocol === "https:" ? 443 : 80);
  const chosen = proposal.availablePorts.find((one) => one.port === port);
  if (!chosen || foundPort !== proposal.detectedPort) return undefined;
  return `${scheme ?? chosen.scheme}://${found.hostname}:${port}`;
}

/** How the app is spoken to as the form stands. */
export function schemeOf(proposal: Proposal, draft: Pick<Draft, "port" | "scheme">): string {
  const chosen = proposal.availablePorts.find(({ port }) => port === draft.port);
  return draft.scheme ?? chosen?.scheme ?? proposal.detectedScheme;
}

/** What a test of the form as it stands asks; undefined where the address is not known here. */
export function targetOf(proposal: Proposal, draft: Draft): ConnectionTarget | undefined {
  const to = upstreamOf(proposal, draft);
  const { websocket, stripPrefix, preserveHost, insecureSkipVerify } = draft;
  return to
    ? { to, websocket, stripPrefix, preserveHost, insecureSkipVerify, pathBase: pathOfDraft(draft) }
    : undefined;
}

/** The fields of the form that an error can stand at. */
export type DraftField =
  | "name"
  | "id"
  | "icon"
  | "group"
  | "description"
  | "tags"
  | "port"
  | "path"
  | "host"
  | "access";

const FIELDS: readonly [prefix: string, field: DraftField][] = [
  ["app.name", "name"],
  ["app.id", "id"],
  ["app.icon", "icon"],
  ["app.group", "group"],
  ["app.description", "description"],
  ["app.tags", "tags"],
  ["port", "port"],
  ["route.pathBase", "path"],
  ["route.subdomain", "host"],
  ["route.routingMode", "host"],
  ["route.scopes", "access"],
  ["route.publicAccess", "access"],
];

/** The field that a detail of a refusal is about; undefined where the form has none. */
export function fieldOf(path: string): DraftField | undefined {
  return FIELDS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`))?.[1];
}

/** What of the draft each field shows. */
const SHOWN: Record<DraftField, readonly (keyof Draft)[]> = {
  name: ["name"],
  id: ["id"],
  icon: ["icon"],
  group: ["group"],
  description: ["description"],
  tags: ["tags"],
  port: ["port"],
  path: ["pathBase", "id"],
  host: ["subdomain"],
  access: ["access", "scopes"],
};

/** Was the field changed between these two? What was refused before says nothing about it any more. */
export function isCorrected(field: DraftField, before: Draft, now: Draft): boolean {
  return SHOWN[field].some((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
}

/** Something that already has the id, path or host name of the form; its route where that is known. */
export type Taken = { field: "id" | "path" | "host"; route: RouteListed | undefined };

/** What of the form others have already, as far as the lists of apps and routes are known. */
export function takenIn(draft: Draft, apps: readonly App[], routes: readonly RouteListed[]): Taken | undefined {
  const appId = draft.id.trim();
  const ofApp = routes.find((route) => route.appId === appId);
  if (ofApp || apps.some(({ id }) => id === appId)) return { field: "id", route: ofApp };
  const place = { appId, pathBase: draft.pathBase?.trim() ?? "", subdomain: draft.subdomain.trim() };
  const conflict = findConflict(place, routes);
  return conflict && { field: conflict.field === "subdomain" ? "host" : "path", route: conflict.route };
}
