import type { z } from "zod";
import { type Access, type Answer, BODY_LIMITS, type EndpointSpec, empty, isRaw, LIMITS } from "./endpoint.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";
import {
  account,
  activity,
  addresses,
  apikeys,
  appAccess,
  audit,
  auth,
  CLIENT_MESSAGES,
  CLOSE_CODES,
  catalog,
  compatibility,
  connectionTest,
  deletions,
  devices,
  discovery,
  ENDPOINTS,
  EVENTS,
  health,
  icons,
  notices,
  notificationChannels,
  notificationRules,
  notifications,
  pairing,
  push,
  SERVER_MESSAGES,
  sessionCookies,
  socket,
  system,
  webhooks,
} from "./index.ts";
import { createSchemas, type Json, mapValues, type Schemas, sorted } from "./json-schemas.ts";

/** The groups of the contract, in the order in which a reader meets them. */
const GROUPS: readonly { tag: string; description: string; members: Json }[] = [
  { tag: "Health", description: "Probes, metrics and facts about this gateway.", members: health },
  { tag: "Sign-in", description: "Setup, sign-in and the way into an app.", members: auth },
  { tag: "Account", description: "One's own password, browsers and preferences.", members: account },
  { tag: "Pairing", description: "How phones and other devices join.", members: pairing },
  { tag: "Devices", description: "The devices that joined.", members: devices },
  { tag: "Session cookies", description: "Sign-ins at apps that are kept for a device.", members: sessionCookies },
  { tag: "API keys", description: "Keys for programs.", members: apikeys },
  { tag: "Audit", description: "Who changed what.", members: audit },
  { tag: "Who can open it", description: "The decision about an app for everybody who is known.", members: appAccess },
  { tag: "Apps and routes", description: "What people open, and how requests get there.", members: catalog },
  {
    tag: "Connection test",
    description: "Whether an address works as an upstream, and if not, why.",
    members: connectionTest,
  },
  {
    tag: "Below a prefix",
    description: "Whether an app works below its prefix, and what is known of apps.",
    members: compatibility,
  },
  { tag: "Icons", description: "Icons that people give their apps.", members: icons },
  { tag: "Deletions", description: "What was deleted and can be restored.", members: deletions },
  { tag: "Discovery", description: "Services that were found and wait for a decision.", members: discovery },
  { tag: "Addresses", description: "How the gateway is reached and secured.", members: addresses },
  { tag: "Event socket", description: "What happens, as it happens.", members: socket },
  { tag: "Activity", description: "What happened, for people.", members: { ...activity, ...notices } },
  { tag: "Webhooks", description: "What other programs tell the gateway.", members: webhooks },
  { tag: "Notifications", description: "Messages to devices and people, and their fate.", members: notifications },
  {
    tag: "Notification channels",
    description: "The ways on which messages leave the gateway.",
    members: notificationChannels,
  },
  { tag: "Notification rules", description: "Who is told of what.", members: notificationRules },
  { tag: "Push", description: "Messages to browsers that show no page of ours.", members: push },
  { tag: "System", description: "Long work, events and our own pages.", members: system },
];

/**
 * The contract as an OpenAPI 3.1 document, made from the same declarations as the server's routes. Access, rate
 * class and body limit stand in the description for people and in `x-nekzus-*` fields for programs. Throws when an
 * endpoint belongs to no group, or two different schemas carry one name.
 */
export function openApiDocument(version: string) {
  const schemas = createSchemas(GROUPS.map(({ members }) => members));
  const paths: Record<string, Json> = {};
  for (const endpoint of ENDPOINTS) {
    // OpenAPI has no word for a parameter that takes slashes: its description says so.
    const path = endpoint.path.replace("*}", "}");
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: operation(endpoint, schemas),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Nekzus",
      version,
      summary: "The API of a Nekzus gateway",
      description:
        'Errors always have the shape `{"error": {"code", "message"}}`; `details` names the fields that were refused. ' +
        "Instants are RFC 3339 in UTC. Limited endpoints answer with X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The gateway that serves this document" }],
    tags: GROUPS.map(({ tag, description }) => ({ name: tag, description })),
    paths: sorted(paths),
    "x-nekzus-events": events(schemas),
    "x-nekzus-socket": {
      fromClients: messages(CLIENT_MESSAGES, schemas, "input"),
      fromGateway: messages(SERVER_MESSAGES, schemas, "output"),
      closeCodes: mapValues(CLOSE_CODES, ({ meaning }) => meaning),
    },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A token from sign-in or pairing.",
        },
        apiKey: {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description: "An API key, wherever its scopes fit.",
        },
        sessionCookie: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-nekzus-session",
          description: "A browser session. The cookie alone is never enough: it needs the proof as well.",
        },
        sessionProof: {
          type: "apiKey",
          in: "header",
          name: "X-Nekzus-Proof",
          description: "The proof that sign-in returned to the page.",
        },
      },
      responses: errorResponses(),
      headers: {
        Pending: {
          description: "`true` when not every part of the gateway had confirmed the change within a second.",
          schema: { type: "string" },
        },
      },
      schemas: sorted({ ...schemas.components(), Error: errorSchema() }),
    },
  };
}

/**
 * Every error code that the endpoint can answer with: its own, and those that come from its access rule, its rate
 * limit, its method and its body.
 */
export function errorsOf(endpoint: EndpointSpec): ErrorCode[] {
  const codes = new Set<ErrorCode>(endpoint.errors);
  const { access } = endpoint;
  codes.add("BAD_REQUEST").add("HOST_NOT_ALLOWED").add("INTERNAL_ERROR").add("SERVICE_UNAVAILABLE");
  if (endpoint.method !== "GET") codes.add("ORIGIN_NOT_ALLOWED");
  if (endpoint.limit !== "none") codes.add("RATE_LIMIT_EXCEEDED");
  if (access.kind !== "open") {
    codes.add("UNAUTHORIZED").add("TOKEN_EXPIRED").add("TOKEN_REVOKED");
    if (access.kind !== "browserSession" && (access.scopes.length > 0 || access.kind === "signedIn"))
      codes.add("FORBIDDEN");
  }
  if (endpoint.params || endpoint.query || endpoint.body) codes.add("VALIDATION_FAILED");
  if (endpoint.body) codes.add("INVALID_JSON").add("PAYLOAD_TOO_LARGE").add("UNSUPPORTED_MEDIA_TYPE");
  return [...codes].sort((a, b) => ERRORS[a].status - ERRORS[b].status || (a < b ? -1 : 1));
}

/** What clients can hear of, by event type. OpenAPI has no place of its own for it. */
function events(schemas: Schemas): Record<string, { description: string; scope: string; data: Json }> {
  return sorted(
    mapValues(EVENTS as Record<string, { meaning: string; scope: string; data: z.ZodType }>, (event) => ({
      description: event.meaning,
      scope: event.scope,
      data: schemas.of(event.data, "output"),
    })),
  );
}

/** What is said on the event socket beside events. */
function messages(
  table: Record<string, { meaning: string; data: z.ZodType }>,
  schemas: Schemas,
  side: "input" | "output",
): Record<string, { description: string; data: Json }> {
  return sorted(mapValues(table, ({ meaning, data }) => ({ description: meaning, data: schemas.of(data, side) })));
}

function operation(endpoint: EndpointSpec, schemas: Schemas): Json {
  const group = GROUPS.find(({ members }) => Object.values(members).includes(endpoint));
  if (!group) throw new Error(`${endpoint.id} is in no group: add its file to GROUPS in contract/src/openapi.ts`);
  const limit = endpoint.limit === "none" ? undefined : LIMITS[endpoint.limit];
  const bodyLimit = endpoint.bodyLimit ?? BODY_LIMITS.general;
  const facts = [
    `**Access:** ${accessText(endpoint.access)}`,
    limit
      ? `**Rate limit:** class \`${endpoint.limit}\`, ${perMinute(limit.perSecond)} a minute, bursts of ${limit.burst}.`
      : "**Rate limit:** not counted.",
    ...(endpoint.body ? [`**Body limit:** ${sizeText(bodyLimit)}.`] : []),
    ...(endpoint.listener === "apps" ? ["**Address:** answered on the apps' own origin."] : []),
  ];
  return {
    operationId: endpoint.id,
    tags: [group.tag],
    summary: endpoint.summary,
    description: [endpoint.description, facts.join("\n\n")].filter(Boolean).join("\n\n"),
    "x-nekzus-access": endpoint.access,
    "x-nekzus-rate": limit ? { class: endpoint.limit, ...limit } : { class: "none" },
    ...(endpoint.body ? { "x-nekzus-body-limit": bodyLimit } : {}),
    ...(endpoint.listener ? { "x-nekzus-listener": endpoint.listener } : {}),
    security: security(endpoint.access),
    parameters: parameters(endpoint, schemas),
    ...(endpoint.body
      ? {
          requestBody: {
            required: !endpoint.bodyOptional,
            content: { "application/json": { schema: schemas.of(endpoint.body, "input") } },
          },
        }
      : {}),
    responses: responses(endpoint, schemas),
  };
}

/** Who may call, in a sentence. */
export function accessText(access: Access): string {
  if (access.kind === "open") return "everybody.";
  if (access.kind === "browserSession") return "a browser session shown with its cookie and its proof.";
  const needs = access.scopes.length ? ` with ${access.scopes.map((scope) => `\`${scope}\``).join(" and ")}` : "";
  if (access.kind === "localOr") return `the gateway's own machine, or anyone signed in${needs}.`;
  const who = { user: "a signed-in person", device: "a paired device", anyone: "anyone signed in" };
  return `${who[access.only ?? "anyone"]}${needs}; being on the gateway's own machine is not enough.`;
}

function security(access: Access): Json[] {
  const session = { sessionCookie: [], sessionProof: [] };
  if (access.kind === "open") return [];
  if (access.kind === "browserSession") return [session];
  if (access.kind === "signedIn" && access.only === "user") return [{ bearer: [] }, session];
  if (access.kind === "signedIn" && access.only === "device") return [{ bearer: [] }];
  // The empty alternative stands for the gateway's own machine, which needs no credential.
  const local = access.kind === "localOr" ? [{}] : [];
  return [{ bearer: [] }, { apiKey: [] }, session, ...local];
}

function perMinute(perSecond: number): number {
  return Math.round(perSecond * 60);
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
}

function parameters(endpoint: EndpointSpec, schemas: Schemas): Json[] {
  const list: Json[] = [];
  for (const place of ["path", "query"] as const) {
    const described = endpoint[place === "path" ? "params" : "query"];
    if (!described) continue;
    const object = schemas.of(described, "input");
    const required = (object.required ?? []) as string[];
    for (const [name, value] of Object.entries(object.properties as Record<string, Json>)) {
      const { description, ...schema } = value;
      list.push({
        name,
        in: place,
        required: place === "path" || required.includes(name),
        ...(description ? { description } : {}),
        schema,
      });
    }
  }
  if (endpoint.errors?.includes("VERSION_CONFLICT")) {
    list.push({
      name: "If-Match",
      in: "header",
      required: false,
      description: "The version that was read: the change is refused when the object has another one by now.",
      schema: { type: "string" },
    });
  }
  return list;
}

function responses(endpoint: EndpointSpec, schemas: Schemas): Json {
  const answers: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(endpoint.answers)) {
    answers[status] = {
      ...answerBody(answer, schemas),
      ...(endpoint.decides ? { headers: { "X-Nekzus-Pending": { $ref: "#/components/headers/Pending" } } } : {}),
    };
  }
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(endpoint)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of byStatus) {
    const text = codes.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join("\n\n");
    const [first] = codes;
    const own = answers[status];
    if (own) own.description = `${own.description}\n\nOr an error:\n\n${text}`;
    else if (codes.length === 1 && first) answers[status] = { $ref: `#/components/responses/${first}` };
    else answers[status] = { description: text, content: errorContent() };
  }
  return answers;
}

function answerBody(answer: Answer, schemas: Schemas): Json {
  if (answer === empty) return { description: "Done; no body." };
  if (isRaw(answer)) {
    return { description: answer.description, content: { [answer.media]: { schema: { type: "string" } } } };
  }
  return { description: "Success.", content: { "application/json": { schema: schemas.of(answer, "output") } } };
}

function errorContent(): Json {
  return { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
}

function errorResponses(): Json {
  const codes = Object.keys(ERRORS).sort() as ErrorCode[];
  return Object.fromEntries(
    codes.map((code) => [
      code,
      { description: `\`${code}\`: ${ERRORS[code].meaning} ${ERRORS[code].remedy}`, content: errorContent() },
    ]),
  );
}

function errorSchema(): Json {
  return {
    type: "object",
    required: ["error"],
    properties: {
      error: {
        type: "object",
        required: ["code", "message"],
        properties: {
          code: { type: "string", enum: Object.keys(ERRORS).sort() },
          message: { type: "string", description: "What went wrong, for a person." },
          details: {
            type: "array",
            description: "The values that were refused.",
            items: {
              type: "object",
              required: ["path", "reason"],
              properties: { path: { type: "string" }, reason: { type: "string" } },
            },
          },
        },
      },
    },
  };
}
