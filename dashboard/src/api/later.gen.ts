// Written by `npm run generate` from the contract. Change contract/src/endpoints instead.
import type { account, activity, addresses, apikeys, appAccess, audit, auth, catalog, compatibility, connectionTest, deletions, devices, discovery, health, icons, notices, notificationChannels, notificationRules, notifications, pairing, push, sessionCookies, socket, system, webhooks } from "@nekzus/contract";
import type { Endpoint } from "./endpoint.ts";
import { AppShape } from "./first.gen.ts";

const BrowserSessionShape = { id: "string", current: "boolean", createdAt: "string", lastSeen: "string", expiresAt: "string", address: "string", browser: "string" } as const;
const ActivityEntryShape = { id: "string", type: "string", icon: "string", iconClass: "string", message: "string", "details?": "string", timestamp: "integer", "appId?": "string" } as const;
const AddressesShape = { apiUrl: "string", appsUrl: "string", sharedOrigin: "boolean", plainHttp: "boolean", names: [{ name: "string", kind: "string", covered: "boolean", url: "string" }], "appDomain?": { name: "string", routingMode: "string", covered: "boolean" }, "certificate?": { kind: "string", subject: "string", issuer: "string", names: ["string"], notAfter: "string", daysLeft: "integer", fingerprint256: "string" }, "authority?": { subject: "string", notAfter: "string", fingerprint256: "string" }, warnings: ["string"] } as const;
const ApiKeyShape = { id: "string", name: "string", prefix: "string", scopes: ["string"], effectiveScopes: ["string"], networks: ["string"], requestsPerMinute: "integer", "expiresAt?": "string", "lastUsedAt?": "string", "lastUsedAddress?": "string", createdAt: "string", createdBy: "string", "revokedAt?": "string" } as const;
const AuditEntryShape = { id: "integer", timestamp: "string", action: "string", actor: "string", actorId: "string", actorName: "string", ip: "string", actorIp: "string", target: "string", targetId: "string", details: [{ "*": "any" }, "null"], success: "boolean", "error?": "string" } as const;
const RouteHealthShape = { status: "string", probeUrl: "string", "lastCheck?": "string", "responseTime?": "number", effectivePath: "string", effectiveTimeout: "string", effectiveInterval: "string", effectiveCodes: ["integer"], configSource: "string", "lastError?": "string", "statusCode?": "integer", "since?": "string", "nextCheck?": "string", consecutiveFailures: "integer" } as const;
const RouteListedShape = { appId: "string", pathBase: "string", to: "string", containerId: "string", scopes: ["string"], publicAccess: "boolean", sensitive: "boolean", websocket: "boolean", stripPrefix: "boolean", stripResponseCookies: "boolean", rewriteCookiePaths: "boolean", "rewriteHTML?": "boolean", persistCookies: "boolean", routingMode: "string", subdomain: "string", excludePaths: ["string"], healthCheckPath: "string", healthCheckTimeout: "string", healthCheckInterval: "string", expectedStatusCodes: ["integer"], skipHealthCheck: "boolean", healthGate: "boolean", connectTimeout: "string", timeout: "string", idleTimeout: "string", maxBodyBytes: "integer", insecureSkipVerify: "boolean", caFile: "string", serverName: "string", preserveHost: "boolean", identityHeaders: "boolean", setRequestHeaders: { "*": "string" }, removeRequestHeaders: ["string"], setResponseHeaders: { "*": "string" }, removeResponseHeaders: ["string"], allowNetworks: ["string"], denyNetworks: ["string"], rateLimit: { perMinute: "integer", burst: "integer" }, cache: { enabled: "boolean", ttl: "string", maxBytes: "integer" }, maintenance: "boolean", maintenanceMessage: "string", enabled: "boolean", routeId: "string", upstreamClass: "string", origin: "string", effectiveRoutingMode: "string", "host?": "string", "routingRemark?": "string", version: "integer", appName: "string", status: "string", "healthInfo?": RouteHealthShape } as const;
const RouteShape = { appId: "string", pathBase: "string", to: "string", containerId: "string", scopes: ["string"], publicAccess: "boolean", sensitive: "boolean", websocket: "boolean", stripPrefix: "boolean", stripResponseCookies: "boolean", rewriteCookiePaths: "boolean", "rewriteHTML?": "boolean", persistCookies: "boolean", routingMode: "string", subdomain: "string", excludePaths: ["string"], healthCheckPath: "string", healthCheckTimeout: "string", healthCheckInterval: "string", expectedStatusCodes: ["integer"], skipHealthCheck: "boolean", healthGate: "boolean", connectTimeout: "string", timeout: "string", idleTimeout: "string", maxBodyBytes: "integer", insecureSkipVerify: "boolean", caFile: "string", serverName: "string", preserveHost: "boolean", identityHeaders: "boolean", setRequestHeaders: { "*": "string" }, removeRequestHeaders: ["string"], setResponseHeaders: { "*": "string" }, removeResponseHeaders: ["string"], allowNetworks: ["string"], denyNetworks: ["string"], rateLimit: { perMinute: "integer", burst: "integer" }, cache: { enabled: "boolean", ttl: "string", maxBytes: "integer" }, maintenance: "boolean", maintenanceMessage: "string", enabled: "boolean", routeId: "string", upstreamClass: "string", origin: "string", effectiveRoutingMode: "string", "host?": "string", "routingRemark?": "string", version: "integer" } as const;
const PresetSettingShape = { name: "string", value: "string", place: "string" } as const;
const PresetShape = { id: "string", name: "string", mode: "string", note: "string", settings: [PresetSettingShape], route: { "stripPrefix?": "boolean", "websocket?": "boolean", "preserveHost?": "boolean", "rewriteCookiePaths?": "boolean", "healthCheckPath?": "string" }, requestHeaders: { "*": "string" }, ownAuthPaths: ["string"] } as const;
const PrefixFindingShape = { kind: "string", severity: "string", path: "string", "line?": "integer", "column?": "integer", "text?": "string", count: "integer", message: "string", certainty: "string", coveredBy: "string" } as const;
const PrefixReportShape = { verdict: "string", ok: "boolean", message: "string", advice: "string", url: "string", "httpStatus?": "integer", "title?": "string", filesRead: "integer", findings: [PrefixFindingShape], "preset?": PresetShape, totalMs: "integer" } as const;
const ConnectionStepShape = { name: "string", status: "string", "ms?": "integer", "detail?": "string" } as const;
const UpstreamCertificateShape = { subject: "string", issuer: "string", names: ["string"], validFrom: "string", validTo: "string", trusted: "boolean", "problem?": "string" } as const;
const ConnectionReportShape = { verdict: "string", ok: "boolean", message: "string", advice: "string", url: "string", "upstreamClass?": "string", addresses: ["string"], steps: [ConnectionStepShape], "certificate?": UpstreamCertificateShape, "httpStatus?": "integer", "location?": "string", "title?": "string", totalMs: "integer" } as const;
const DeletionShape = { id: "string", kind: "string", appId: "string", name: "string", routeIds: ["string"], deletedAt: "string", deletedBy: "string", keptUntil: "string" } as const;
const DeviceShape = { id: "string", deviceId: "string", name: "string", deviceName: "string", platform: "string", platformVersion: "string", model: "string", owner: "string", scopes: ["string"], effectiveScopes: ["string"], pairedAt: "string", createdAt: "string", "expiresAt?": "string", lastSeen: "string", lastSeenAt: "string", lastAddress: "string", status: "string", requestsToday: "integer", pins: ["string"], keptSignIns: "integer" } as const;
const DismissedShape = { id: "string", source: "string", name: "string", reason: "string", lastSeen: "string" } as const;
const DiscoverySourceShape = { name: "string", status: "string", "message?": "string", "lastLook?": "string", "nextLook?": "string", found: "integer", skipped: [{ name: "string", reason: "string" }] } as const;
const NoticeShape = { id: "string", type: "string", icon: "string", iconClass: "string", message: "string", "details?": "string", timestamp: "integer", "appId?": "string", read: "boolean" } as const;
const NotificationChannelShape = { id: "string", kind: "string", name: "string", enabled: "boolean", settings: { "*": "any" }, secrets: ["string"], "lastResult?": "string", "lastAt?": "string", createdAt: "string", updatedAt: "string" } as const;
const NotificationRuleShape = { name: "string", enabled: "boolean", events: ["string"], minSeverity: "string", apps: ["string"], channels: ["string"], devices: ["string"], users: ["string"], delaySeconds: "integer", settleSeconds: "integer", id: "string", quietHours: [{ from: "string", to: "string", timeZone: "string", urgent: "boolean" }, "null"], createdAt: "string", updatedAt: "string" } as const;
const NotificationShape = { id: "integer", notificationId: "string", deviceId: "string", deviceName: "string", channelId: "string", type: "string", title: "string", body: "string", status: "string", retryCount: "integer", maxRetries: "integer", createdAt: "string", expiresAt: "string", "sentAt?": "string", "nextAttemptAt?": "string", "deliveredAt?": "string", "lastAttemptAt?": "string", "errorMessage?": "string", isStale: "boolean" } as const;
const PairingStateShape = { id: "string", state: "string", ttl: "integer", "device?": { id: "string", name: "string", platform: "string", address: "string", phrase: "string" } } as const;
const PushSubscriptionShape = { id: "string", current: "boolean", browser: "string", service: "string", createdAt: "string", "lastUsedAt?": "string" } as const;
const JobShape = { id: "string", kind: "string", title: "string", status: "string", "progress?": "number", "message?": "string", "output?": "string", cancellable: "boolean", createdAt: "string", "startedAt?": "string", "endedAt?": "string" } as const;
const WebhookCallShape = { id: "integer", at: "string", endpoint: "string", status: "integer", result: "string", caller: "string", callerName: "string", address: "string", body: "string" } as const;

/** Change one's own password. */
export const changePassword: Endpoint<typeof account.changePassword> = {
  id: "auth.password",
  method: "POST",
  path: "/api/v1/auth/password",
  answers: { 200: { message: "string", endedSessions: "integer" } },
};

/** Sign all other browsers of the caller out. */
export const endOtherSessions: Endpoint<typeof account.endOtherSessions> = {
  id: "sessions.end-others",
  method: "DELETE",
  path: "/api/v1/auth/sessions",
  answers: { 200: { ended: "integer" } },
};

/** Sign one of the caller's browsers out. */
export const endSession: Endpoint<typeof account.endSession> = {
  id: "sessions.end",
  method: "DELETE",
  path: "/api/v1/auth/sessions/{sessionId}",
  answers: { 204: "nothing" },
};

/** The browsers in which the caller is signed in, the one used last first. */
export const listSessions: Endpoint<typeof account.listSessions> = {
  id: "sessions.list",
  method: "GET",
  path: "/api/v1/auth/sessions",
  answers: { 200: [BrowserSessionShape] },
};

/** What happened lately, for people; the newest first. */
export const activityRecent: Endpoint<typeof activity.activityRecent> = {
  id: "activity.recent",
  method: "GET",
  path: "/api/v1/activity/recent",
  answers: { 200: [[ActivityEntryShape], { activities: [ActivityEntryShape], total: "integer", limit: "integer", offset: "integer" }] },
};

/** By which addresses the gateway is reached, and how they are secured. */
export const addressesGet: Endpoint<typeof addresses.addressesGet> = {
  id: "addresses.get",
  method: "GET",
  path: "/api/v1/admin/addresses",
  answers: { 200: AddressesShape },
};

/** The certificate of the gateway's own authority, for devices to trust. */
export const authorityGet: Endpoint<typeof addresses.authorityGet> = {
  id: "addresses.authority",
  method: "GET",
  path: "/api/v1/certificates/authority",
  answers: { 200: "raw" },
};

/** Make an API key. */
export const apikeyCreate: Endpoint<typeof apikeys.apikeyCreate> = {
  id: "apikeys.create",
  method: "POST",
  path: "/api/v1/apikeys",
  answers: { 201: { id: "string", name: "string", prefix: "string", scopes: ["string"], effectiveScopes: ["string"], networks: ["string"], requestsPerMinute: "integer", "expiresAt?": "string", "lastUsedAt?": "string", "lastUsedAddress?": "string", createdAt: "string", createdBy: "string", "revokedAt?": "string", key: "string" } },
};

/** Revoke an API key and all that was made with it. */
export const apikeyDelete: Endpoint<typeof apikeys.apikeyDelete> = {
  id: "apikeys.delete",
  method: "DELETE",
  path: "/api/v1/apikeys/{keyId}",
  answers: { 200: { message: "string", revoked: "integer" } },
};

/** One API key. */
export const apikeyGet: Endpoint<typeof apikeys.apikeyGet> = {
  id: "apikeys.get",
  method: "GET",
  path: "/api/v1/apikeys/{keyId}",
  answers: { 200: ApiKeyShape },
};

/** Give an API key another secret; the old one stays good for a while. */
export const apikeyRotate: Endpoint<typeof apikeys.apikeyRotate> = {
  id: "apikeys.rotate",
  method: "POST",
  path: "/api/v1/apikeys/{keyId}/rotate",
  answers: { 200: { id: "string", name: "string", prefix: "string", scopes: ["string"], effectiveScopes: ["string"], networks: ["string"], requestsPerMinute: "integer", "expiresAt?": "string", "lastUsedAt?": "string", "lastUsedAddress?": "string", createdAt: "string", createdBy: "string", "revokedAt?": "string", key: "string" } },
};

/** All API keys, the newest first, also those that were revoked. */
export const apikeysList: Endpoint<typeof apikeys.apikeysList> = {
  id: "apikeys.list",
  method: "GET",
  path: "/api/v1/apikeys",
  answers: { 200: [ApiKeyShape] },
};

/** Who can open this app, and why. */
export const whoCanOpen: Endpoint<typeof appAccess.whoCanOpen> = {
  id: "apps.access",
  method: "GET",
  path: "/api/v1/apps/{appId}/access",
  answers: { 200: { appId: "string", everybody: "boolean", routes: [{ pathBase: "string", publicAccess: "boolean", sensitive: "boolean", scopes: ["string"], allowNetworks: ["string"], denyNetworks: ["string"], maintenance: "boolean" }], subjects: [{ id: "string", kind: "string", name: "string", "owner?": "string", allowed: "boolean", scopes: ["string"], missing: ["string"] }] } },
};

/** The same as a file, CSV or JSON, at most the newest 100 000 entries. */
export const auditExport: Endpoint<typeof audit.auditExport> = {
  id: "audit-logs.export",
  method: "GET",
  path: "/api/v1/audit-logs/export",
  answers: { 200: "raw" },
};

/** What was changed and by whom, and failed sign-ins; the newest first. */
export const auditLogs: Endpoint<typeof audit.auditLogs> = {
  id: "audit-logs",
  method: "GET",
  path: "/api/v1/audit-logs",
  answers: { 200: { logs: [AuditEntryShape], limit: "integer", offset: "integer", count: "integer", total: "integer" } },
};

/** Obtain a single-use code with which a browser opens an app. */
export const handOver: Endpoint<typeof auth.handOver> = {
  id: "auth.hand-over",
  method: "POST",
  path: "/api/v1/auth/hand-over",
  answers: { 200: { url: "string" } },
};

/** Obtain a single-use code with which a browser opens an app at its own host name. */
export const handOverToHost: Endpoint<typeof auth.handOverToHost> = {
  id: "auth.hand-over-host",
  method: "POST",
  path: "/api/v1/auth/hand-over/host",
  answers: { 200: { url: "string" } },
};

/** Let somebody try to sign in again at once. */
export const liftLockout: Endpoint<typeof auth.liftLockout> = {
  id: "auth.lift-lockout",
  method: "DELETE",
  path: "/api/v1/auth/lockouts/{username}",
  answers: { 200: { lifted: "boolean" } },
};

/** Sign out: ends the session or the token. */
export const logout: Endpoint<typeof auth.logout> = {
  id: "auth.logout",
  method: "POST",
  path: "/api/v1/auth/logout",
  answers: { 200: { message: "string" } },
};

/** Remove an app with its routes. */
export const appDelete: Endpoint<typeof catalog.appDelete> = {
  id: "apps.delete",
  method: "DELETE",
  path: "/api/v1/apps/{appId}",
  answers: { 204: "nothing" },
};

/** One app. */
export const appGet: Endpoint<typeof catalog.appGet> = {
  id: "apps.get",
  method: "GET",
  path: "/api/v1/apps/{appId}",
  answers: { 200: AppShape },
};

/** Change some of what is said about an app. */
export const appPatch: Endpoint<typeof catalog.appPatch> = {
  id: "apps.patch",
  method: "PATCH",
  path: "/api/v1/apps/{appId}",
  answers: { 200: AppShape },
};

/** Replace what is said about an app; fields left out take their defaults. */
export const appPut: Endpoint<typeof catalog.appPut> = {
  id: "apps.put",
  method: "PUT",
  path: "/api/v1/apps/{appId}",
  answers: { 200: AppShape },
};

/** Forget the answers that are kept for a route. */
export const routeCachePurge: Endpoint<typeof catalog.routeCachePurge> = {
  id: "routes.cache-purge",
  method: "POST",
  path: "/api/v1/routes/{routeId}/cache/purge",
  answers: { 204: "nothing" },
};

/** Remove a route, and its app with the last one. */
export const routeDelete: Endpoint<typeof catalog.routeDelete> = {
  id: "routes.delete",
  method: "DELETE",
  path: "/api/v1/routes/{routeId}",
  answers: { 204: "nothing" },
};

/** One route. */
export const routeGet: Endpoint<typeof catalog.routeGet> = {
  id: "routes.get",
  method: "GET",
  path: "/api/v1/routes/{routeId}",
  answers: { 200: RouteListedShape },
};

/** Change some options of a route. */
export const routePatch: Endpoint<typeof catalog.routePatch> = {
  id: "routes.patch",
  method: "PATCH",
  path: "/api/v1/routes/{routeId}",
  answers: { 200: RouteShape },
};

/** Create or replace a route; fields left out take their defaults. */
export const routePut: Endpoint<typeof catalog.routePut> = {
  id: "routes.put",
  method: "PUT",
  path: "/api/v1/routes/{routeId}",
  answers: { 200: RouteShape },
};

/** All routes. */
export const routesList: Endpoint<typeof catalog.routesList> = {
  id: "routes.list",
  method: "GET",
  path: "/api/v1/routes",
  answers: { 200: [RouteListedShape] },
};

/** How an app is doing. */
export const serviceHealth: Endpoint<typeof catalog.serviceHealth> = {
  id: "services.health",
  method: "GET",
  path: "/api/v1/services/{appId}/health",
  answers: { 200: { appId: "string", status: "string", "lastCheck?": "string", "lastCheckTime?": "string", "lastSuccessTime?": "string", "responseTime?": "number", "statusCode?": "integer", consecutiveFailures: "integer", "since?": "string", "nextCheck?": "string", "message?": "string" }, 503: { appId: "string", status: "string", "lastCheck?": "string", "lastCheckTime?": "string", "lastSuccessTime?": "string", "responseTime?": "number", "statusCode?": "integer", consecutiveFailures: "integer", "since?": "string", "nextCheck?": "string", "message?": "string" } },
};

/** What is known of apps: base paths, options, settings. */
export const presetsList: Endpoint<typeof compatibility.presetsList> = {
  id: "presets.list",
  method: "GET",
  path: "/api/v1/presets",
  answers: { 200: [PresetShape] },
};

/** Check whether an app works below its prefix. */
export const routeCheck: Endpoint<typeof compatibility.routeCheck> = {
  id: "routes.check",
  method: "POST",
  path: "/api/v1/routes/{routeId}/check",
  answers: { 200: PrefixReportShape },
};

/** Test an upstream's address from the gateway, before or after it is saved. */
export const routeTest: Endpoint<typeof connectionTest.routeTest> = {
  id: "routes.test",
  method: "POST",
  path: "/api/v1/routes/test",
  answers: { 200: ConnectionReportShape },
};

/** Undo a deletion: app and routes return as they were. */
export const deletionRestore: Endpoint<typeof deletions.deletionRestore> = {
  id: "deletions.restore",
  method: "POST",
  path: "/api/v1/deletions/{deletionId}/restore",
  answers: { 200: { appId: "string", routeIds: ["string"] } },
};

/** Deleted apps and routes that can be restored, newest first. */
export const deletionsList: Endpoint<typeof deletions.deletionsList> = {
  id: "deletions.list",
  method: "GET",
  path: "/api/v1/deletions",
  answers: { 200: [DeletionShape] },
};

/** Revoke a device: its tokens, sockets and streams end. */
export const adminDeviceDelete: Endpoint<typeof devices.adminDeviceDelete> = {
  id: "admin.device-delete",
  method: "DELETE",
  path: "/api/v1/admin/devices/{deviceId}",
  answers: { 200: { status: "=revoked", deviceId: "string", message: "string", revokedAt: "string" } },
};

/** One device. */
export const adminDeviceGet: Endpoint<typeof devices.adminDeviceGet> = {
  id: "admin.device",
  method: "GET",
  path: "/api/v1/admin/devices/{deviceId}",
  answers: { 200: DeviceShape },
};

/** Rename a device, or change its scopes and lifetime. */
export const adminDevicePatch: Endpoint<typeof devices.adminDevicePatch> = {
  id: "admin.device-patch",
  method: "PATCH",
  path: "/api/v1/admin/devices/{deviceId}",
  answers: { 200: DeviceShape },
};

/** Paired devices, the one seen last first; a device sees itself, a member their own. */
export const adminDevicesList: Endpoint<typeof devices.adminDevicesList> = {
  id: "admin.devices",
  method: "GET",
  path: "/api/v1/admin/devices",
  answers: { 200: [[DeviceShape], { devices: [DeviceShape], total: "integer", limit: "integer", offset: "integer" }] },
};

/** Revoke a device: its tokens, sockets and streams end. */
export const deviceDelete: Endpoint<typeof devices.deviceDelete> = {
  id: "devices.delete",
  method: "DELETE",
  path: "/api/v1/devices/{deviceId}",
  answers: { 200: { status: "=revoked", deviceId: "string", message: "string", revokedAt: "string" } },
};

/** One device. */
export const deviceGet: Endpoint<typeof devices.deviceGet> = {
  id: "devices.get",
  method: "GET",
  path: "/api/v1/devices/{deviceId}",
  answers: { 200: DeviceShape },
};

/** Rename a device, or change its scopes and lifetime. */
export const devicePatch: Endpoint<typeof devices.devicePatch> = {
  id: "devices.patch",
  method: "PATCH",
  path: "/api/v1/devices/{deviceId}",
  answers: { 200: DeviceShape },
};

/** Say which certificate pin the device holds from now on. */
export const devicePins: Endpoint<typeof devices.devicePins> = {
  id: "devices.pins",
  method: "POST",
  path: "/api/v1/devices/{deviceId}/pins",
  answers: { 200: { success: "boolean", activePins: ["string"] } },
};

/** Forget the cookies of apps that are kept for the device: it has to sign in to them again. */
export const deviceSessionCookiesClear: Endpoint<typeof devices.deviceSessionCookiesClear> = {
  id: "devices.clear-session-cookies",
  method: "DELETE",
  path: "/api/v1/devices/{deviceId}/session-cookies",
  answers: { 204: "nothing" },
};

/** Paired devices, the one seen last first; a device sees itself, a member their own. */
export const devicesList: Endpoint<typeof devices.devicesList> = {
  id: "devices.list",
  method: "GET",
  path: "/api/v1/devices",
  answers: { 200: [[DeviceShape], { devices: [DeviceShape], total: "integer", limit: "integer", offset: "integer" }] },
};

/** Services that are not proposed because a person dismissed them, the last seen first. */
export const dismissedList: Endpoint<typeof discovery.dismissedList> = {
  id: "discovery.dismissed",
  method: "GET",
  path: "/api/v1/discovery/dismissed",
  answers: { 200: [DismissedShape] },
};

/** Approve a proposal: its app and route go live. */
export const proposalApprove: Endpoint<typeof discovery.proposalApprove> = {
  id: "proposals.approve",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/approve",
  answers: { 200: [{ status: "=approved", id: "string", app: AppShape, route: RouteShape }, { status: "=already_processed", id: "string", message: "string" }] },
};

/** Dismiss a proposal until the next rediscovery. */
export const proposalDismiss: Endpoint<typeof discovery.proposalDismiss> = {
  id: "proposals.dismiss",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/dismiss",
  answers: { 200: [{ status: "=dismissed", id: "string" }, { status: "=already_processed", id: "string", message: "string" }] },
};

/** Take a dismissal back: the service is proposed again. */
export const proposalRestore: Endpoint<typeof discovery.proposalRestore> = {
  id: "proposals.restore",
  method: "POST",
  path: "/api/v1/discovery/proposals/{proposalId}/restore",
  answers: { 200: [{ status: "=restored", id: "string" }, { status: "=already_processed", id: "string", message: "string" }] },
};

/** Forget dismissals and scan again. */
export const rediscover: Endpoint<typeof discovery.rediscover> = {
  id: "discovery.rediscover",
  method: "POST",
  path: "/api/v1/discovery/rediscover",
  answers: { 200: { status: "=success", message: "string", dismissedCleared: "integer", activeCleared: "integer" } },
};

/** How discovery is doing: why something is, or is not, proposed. */
export const sourcesList: Endpoint<typeof discovery.sourcesList> = {
  id: "discovery.sources",
  method: "GET",
  path: "/api/v1/discovery/sources",
  answers: { 200: { enabled: "boolean", "offBecause?": "string", sources: [DiscoverySourceShape] } },
};

/** About this gateway. */
export const adminInfo: Endpoint<typeof health.adminInfo> = {
  id: "admin.info",
  method: "GET",
  path: "/api/v1/admin/info",
  answers: { 200: { version: "string", nekzusId: "string", nexusId: "string", capabilities: ["string"], buildDate: "string", appsBaseUrl: "string", startedAt: "string", node: "string", platform: "string", database: "string" } },
};

/** Go back to the icon that the app itself offers. */
export const iconDelete: Endpoint<typeof icons.iconDelete> = {
  id: "icons.delete",
  method: "DELETE",
  path: "/api/v1/apps/{appId}/icon",
  answers: { 204: "nothing" },
};

/** Give an app an icon of your own. */
export const iconPut: Endpoint<typeof icons.iconPut> = {
  id: "icons.put",
  method: "PUT",
  path: "/api/v1/apps/{appId}/icon",
  answers: { 200: { message: "string", iconVersion: "string" } },
};

/** What of the activity feed needs attention, and what of it the caller has not read; the newest first. */
export const noticesList: Endpoint<typeof notices.noticesList> = {
  id: "notices.list",
  method: "GET",
  path: "/api/v1/activity/notices",
  answers: { 200: { notices: [NoticeShape], unread: "integer", total: "integer", limit: "integer", offset: "integer" } },
};

/** Mark notices as read, in every browser of the caller. */
export const noticesRead: Endpoint<typeof notices.noticesRead> = {
  id: "notices.read",
  method: "POST",
  path: "/api/v1/activity/notices/read",
  answers: { 200: { unread: "integer" } },
};

/** Add a channel. */
export const channelCreate: Endpoint<typeof notificationChannels.channelCreate> = {
  id: "channels.create",
  method: "POST",
  path: "/api/v1/notifications/channels",
  answers: { 201: NotificationChannelShape },
};

/** Remove a channel and what waits on it. */
export const channelDelete: Endpoint<typeof notificationChannels.channelDelete> = {
  id: "channels.delete",
  method: "DELETE",
  path: "/api/v1/notifications/channels/{channelId}",
  answers: { 204: "nothing" },
};

/** One channel. */
export const channelGet: Endpoint<typeof notificationChannels.channelGet> = {
  id: "channels.get",
  method: "GET",
  path: "/api/v1/notifications/channels/{channelId}",
  answers: { 200: NotificationChannelShape },
};

/** Change a channel; its kind stays. */
export const channelPut: Endpoint<typeof notificationChannels.channelPut> = {
  id: "channels.put",
  method: "PUT",
  path: "/api/v1/notifications/channels/{channelId}",
  answers: { 200: NotificationChannelShape },
};

/** Send a message on a channel now, and say what came of it. */
export const channelTest: Endpoint<typeof notificationChannels.channelTest> = {
  id: "channels.test",
  method: "POST",
  path: "/api/v1/notifications/channels/{channelId}/test",
  answers: { 200: { success: "boolean", results: [{ recipient: "string", success: "boolean", message: "string" }] } },
};

/** The ways on which messages leave the gateway. */
export const channelsList: Endpoint<typeof notificationChannels.channelsList> = {
  id: "channels.list",
  method: "GET",
  path: "/api/v1/notifications/channels",
  answers: { 200: [NotificationChannelShape] },
};

/** Add a rule. */
export const ruleCreate: Endpoint<typeof notificationRules.ruleCreate> = {
  id: "rules.create",
  method: "POST",
  path: "/api/v1/notifications/rules",
  answers: { 201: NotificationRuleShape },
};

/** Remove a rule. */
export const ruleDelete: Endpoint<typeof notificationRules.ruleDelete> = {
  id: "rules.delete",
  method: "DELETE",
  path: "/api/v1/notifications/rules/{ruleId}",
  answers: { 204: "nothing" },
};

/** One rule. */
export const ruleGet: Endpoint<typeof notificationRules.ruleGet> = {
  id: "rules.get",
  method: "GET",
  path: "/api/v1/notifications/rules/{ruleId}",
  answers: { 200: NotificationRuleShape },
};

/** Change a rule. */
export const rulePut: Endpoint<typeof notificationRules.rulePut> = {
  id: "rules.put",
  method: "PUT",
  path: "/api/v1/notifications/rules/{ruleId}",
  answers: { 200: NotificationRuleShape },
};

/** Who is told of what, and how. */
export const rulesList: Endpoint<typeof notificationRules.rulesList> = {
  id: "rules.list",
  method: "GET",
  path: "/api/v1/notifications/rules",
  answers: { 200: [NotificationRuleShape] },
};

/** Give up a message that waits or failed. */
export const notificationDismiss: Endpoint<typeof notifications.notificationDismiss> = {
  id: "notifications.dismiss",
  method: "DELETE",
  path: "/api/v1/notifications/{notificationId}",
  answers: { 200: { status: "=dismissed", id: "integer", message: "string" } },
};

/** One message with what it says. */
export const notificationGet: Endpoint<typeof notifications.notificationGet> = {
  id: "notifications.get",
  method: "GET",
  path: "/api/v1/notifications/{notificationId}",
  answers: { 200: { id: "integer", notificationId: "string", deviceId: "string", deviceName: "string", channelId: "string", type: "string", title: "string", body: "string", status: "string", retryCount: "integer", maxRetries: "integer", createdAt: "string", expiresAt: "string", "sentAt?": "string", "nextAttemptAt?": "string", "deliveredAt?": "string", "lastAttemptAt?": "string", "errorMessage?": "string", isStale: "boolean", payload: { "*": "any" } } },
};

/** Send one message again, now. */
export const notificationRetry: Endpoint<typeof notifications.notificationRetry> = {
  id: "notifications.retry",
  method: "POST",
  path: "/api/v1/notifications/{notificationId}/retry",
  answers: { 200: { status: "string", id: "integer", message: "string" } },
};

/** Remove the messages that arrived from the list. */
export const notificationsClear: Endpoint<typeof notifications.notificationsClear> = {
  id: "notifications.clear-delivered",
  method: "DELETE",
  path: "/api/v1/notifications/delivered",
  answers: { 200: { status: "=cleared", count: "integer", message: "string" } },
};

/** Give up all messages that wait for a device. */
export const notificationsDismissDevice: Endpoint<typeof notifications.notificationsDismissDevice> = {
  id: "notifications.dismiss-device",
  method: "DELETE",
  path: "/api/v1/notifications/device/{deviceId}",
  answers: { 200: { status: "=dismissed", deviceId: "string", count: "integer", message: "string" } },
};

/** Messages to devices and on other channels, the newest first. */
export const notificationsList: Endpoint<typeof notifications.notificationsList> = {
  id: "notifications.list",
  method: "GET",
  path: "/api/v1/notifications",
  answers: { 200: { notifications: [NotificationShape], total: "integer", limit: "integer", offset: "integer" } },
};

/** Send waiting and failed messages again. */
export const notificationsRetry: Endpoint<typeof notifications.notificationsRetry> = {
  id: "notifications.retry-many",
  method: "POST",
  path: "/api/v1/notifications/retry",
  answers: { 200: { status: "=queued", count: "integer", message: "string" } },
};

/** Devices for which messages have waited for more than 24 hours. */
export const notificationsStale: Endpoint<typeof notifications.notificationsStale> = {
  id: "notifications.stale",
  method: "GET",
  path: "/api/v1/notifications/stale",
  answers: { 200: { staleThresholdHours: "integer", devices: [{ deviceId: "string", deviceName: "string", count: "integer", pendingCount: "integer", oldestAt: "string", oldestNotification: "string", newestAt: "string", types: ["string"], totalRetries: "integer" }] } },
};

/** How many messages wait, arrived and failed. */
export const notificationsStats: Endpoint<typeof notifications.notificationsStats> = {
  id: "notifications.stats",
  method: "GET",
  path: "/api/v1/notifications/stats",
  answers: { 200: { totalPending: "integer", totalDelivered: "integer", totalFailed: "integer", staleCount: "integer", enabled: "boolean" } },
};

/** Pair a device with a bootstrap token. */
export const authPair: Endpoint<typeof pairing.authPair> = {
  id: "auth.pair",
  method: "POST",
  path: "/api/v1/auth/pair",
  answers: { 200: { accessToken: "string", expiresIn: "integer", scopes: ["string"], deviceId: "string" } },
};

/** Redeem a pairing code. */
export const pair: Endpoint<typeof pairing.pair> = {
  id: "pair",
  method: "POST",
  path: "/api/v1/pair",
  answers: { 200: { baseUrl: "string", name: "string", spkiPins: ["string"], bootstrapToken: "string", capabilities: ["string"], nekzusId: "string", nexusId: "string", expiresAt: "integer", approval: "boolean", phrase: "string" } },
};

/** Let the device in that waits. */
export const pairingApprove: Endpoint<typeof pairing.pairingApprove> = {
  id: "pairings.approve",
  method: "POST",
  path: "/api/v1/pairings/{pairingId}/approve",
  answers: { 200: PairingStateShape },
};

/** Make a pairing code with the device's name, scopes and lifetime. */
export const pairingCreate: Endpoint<typeof pairing.pairingCreate> = {
  id: "pairings.create",
  method: "POST",
  path: "/api/v1/pairings",
  answers: { 201: { id: "string", code: "string", qr: { u: "string", c: "string", v: "string", "p?": "string" }, text: "string", picture: ["string"], expiresAt: "string", approval: "boolean" } },
};

/** Deny the device that waits, or make the code void. */
export const pairingDelete: Endpoint<typeof pairing.pairingDelete> = {
  id: "pairings.delete",
  method: "DELETE",
  path: "/api/v1/pairings/{pairingId}",
  answers: { 204: "nothing" },
};

/** How a pairing stands. */
export const pairingGet: Endpoint<typeof pairing.pairingGet> = {
  id: "pairings.get",
  method: "GET",
  path: "/api/v1/pairings/{pairingId}",
  answers: { 200: PairingStateShape },
};

/** Make a pairing code, as JSON or as a picture. */
export const qr: Endpoint<typeof pairing.qr> = {
  id: "auth.qr",
  method: "GET",
  path: "/api/v1/auth/qr",
  answers: { 200: { qr: { u: "string", c: "string", v: "string", "p?": "string" }, code: "string" } },
};

/** What became of a pairing code. */
export const qrStatus: Endpoint<typeof pairing.qrStatus> = {
  id: "auth.qr-status",
  method: "GET",
  path: "/api/v1/auth/qr/status",
  answers: { 200: { valid: "boolean", redeemed: "boolean", expired: "boolean", ttl: "integer" } },
};

/** Exchange a token for a new one. */
export const refresh: Endpoint<typeof pairing.refresh> = {
  id: "auth.refresh",
  method: "POST",
  path: "/api/v1/auth/refresh",
  answers: { 200: { accessToken: "string", expiresIn: "integer", scopes: ["string"], deviceId: "string" } },
};

/** Is this token good, and until when? */
export const verify: Endpoint<typeof pairing.verify> = {
  id: "auth.verify",
  method: "GET",
  path: "/api/v1/auth/verify",
  answers: { 200: { valid: "boolean", "expiresAt?": "string", deviceId: "string" } },
};

/** Whether this browser can get push messages, with which key, and one's own subscriptions. */
export const pushState: Endpoint<typeof push.pushState> = {
  id: "push.get",
  method: "GET",
  path: "/api/v1/notifications/push",
  answers: { 200: { available: "boolean", "reason?": "string", publicKey: "string", subscriptions: [PushSubscriptionShape] } },
};

/** Send push messages to this browser. */
export const pushSubscribe: Endpoint<typeof push.pushSubscribe> = {
  id: "push.subscribe",
  method: "POST",
  path: "/api/v1/notifications/push/subscriptions",
  answers: { 201: PushSubscriptionShape },
};

/** End one of one's own subscriptions. */
export const pushUnsubscribe: Endpoint<typeof push.pushUnsubscribe> = {
  id: "push.unsubscribe",
  method: "DELETE",
  path: "/api/v1/notifications/push/subscriptions/{subscriptionId}",
  answers: { 204: "nothing" },
};

/** Forget all cookies that are kept for the calling device. */
export const sessionCookiesClear: Endpoint<typeof sessionCookies.sessionCookiesClear> = {
  id: "session-cookies.clear",
  method: "DELETE",
  path: "/api/v1/session-cookies",
  answers: { 204: "nothing" },
};

/** Forget the cookies of one app that are kept for the calling device; also when there are none. */
export const sessionCookiesClearApp: Endpoint<typeof sessionCookies.sessionCookiesClearApp> = {
  id: "session-cookies.clear-app",
  method: "DELETE",
  path: "/api/v1/session-cookies/{appId}",
  answers: { 204: "nothing" },
};

/** For which apps cookies of the calling device are kept, by app id. */
export const sessionCookiesList: Endpoint<typeof sessionCookies.sessionCookiesList> = {
  id: "session-cookies.list",
  method: "GET",
  path: "/api/v1/session-cookies",
  answers: { 200: { sessions: [{ appId: "string", cookieCount: "integer", lastUpdated: "string", "expiresAt?": "string" }] } },
};

/** The event socket: what happens, as it happens. */
export const eventSocket: Endpoint<typeof socket.eventSocket> = {
  id: "ws",
  method: "GET",
  path: "/api/v1/ws",
  answers: { 101: "raw" },
};

/** How many connections the event socket has. */
export const socketClients: Endpoint<typeof socket.socketClients> = {
  id: "admin.ws-clients",
  method: "GET",
  path: "/api/v1/admin/websocket/clients",
  answers: { 200: { totalConnections: "integer", devices: { "*": "integer" } } },
};

/** Close a device's connections to the event socket; it may connect again. */
export const socketDisconnect: Endpoint<typeof socket.socketDisconnect> = {
  id: "admin.ws-disconnect",
  method: "DELETE",
  path: "/api/v1/admin/websocket/disconnect/{deviceId}",
  answers: { 200: { deviceId: "string", disconnectedCount: "integer" } },
};

/** What happened after a given event. */
export const eventsList: Endpoint<typeof system.eventsList> = {
  id: "events.list",
  method: "GET",
  path: "/api/v1/events",
  answers: { 200: { events: [{ number: "integer", type: "string", data: { "*": "any" }, timestamp: "string" }], latest: "integer", gap: "boolean" } },
};

/** Ask long work to stop. */
export const jobCancel: Endpoint<typeof system.jobCancel> = {
  id: "jobs.cancel",
  method: "POST",
  path: "/api/v1/jobs/{jobId}/cancel",
  answers: { 202: JobShape },
};

/** One piece of long work, with its output. */
export const jobGet: Endpoint<typeof system.jobGet> = {
  id: "jobs.get",
  method: "GET",
  path: "/api/v1/jobs/{jobId}",
  answers: { 200: JobShape },
};

/** Long work, newest first. */
export const jobsList: Endpoint<typeof system.jobsList> = {
  id: "jobs.list",
  method: "GET",
  path: "/api/v1/jobs",
  answers: { 200: [JobShape] },
};

/** This API as an OpenAPI 3.1 document. */
export const openapi: Endpoint<typeof system.openapi> = {
  id: "openapi",
  method: "GET",
  path: "/api/v1/openapi.json",
  answers: { 200: "raw" },
};

/** Make an entry in the activity feed, and tell devices of it. */
export const webhookActivity: Endpoint<typeof webhooks.webhookActivity> = {
  id: "webhooks.activity",
  method: "POST",
  path: "/api/v1/webhooks/activity",
  answers: { 200: { success: "boolean", eventId: "string", "unknownDevices?": ["string"] } },
};

/** Which webhooks came in, from whom, and what became of them; the newest first. */
export const webhookCalls: Endpoint<typeof webhooks.webhookCalls> = {
  id: "webhooks.calls",
  method: "GET",
  path: "/api/v1/webhooks/calls",
  answers: { 200: { calls: [WebhookCallShape], total: "integer", limit: "integer", offset: "integer" } },
};

/** Commands that call the webhooks, to paste into a shell. */
export const webhookCommands: Endpoint<typeof webhooks.webhookCommands> = {
  id: "webhooks.commands",
  method: "GET",
  path: "/api/v1/webhooks/commands",
  answers: { 200: [{ endpoint: "string", url: "string", command: "string" }] },
};

/** Send something to connected clients, or to certain devices. */
export const webhookNotify: Endpoint<typeof webhooks.webhookNotify> = {
  id: "webhooks.notify",
  method: "POST",
  path: "/api/v1/webhooks/notify",
  answers: { 200: { success: "boolean", sent: "boolean", "unknownDevices?": ["string"] } },
};

/** Do again what a call of a webhook asked for. */
export const webhookReplay: Endpoint<typeof webhooks.webhookReplay> = {
  id: "webhooks.replay",
  method: "POST",
  path: "/api/v1/webhooks/calls/{callId}/replay",
  answers: { 200: { success: "boolean", "unknownDevices?": ["string"] } },
};
