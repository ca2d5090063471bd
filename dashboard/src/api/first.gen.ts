// Written by `npm run generate` from the contract. Change contract/src/endpoints instead.
import type { account, auth, catalog, discovery, health } from "@nekzus/contract";
import type { Endpoint } from "./endpoint.ts";

export const PreferencesShape = { theme: "string", language: "string", timeZone: "string", density: "string", shortcuts: "boolean", home: { favourites: ["string"], hidden: ["string"], order: ["string"], recent: ["string"] }, setup: { skipped: ["string"], finished: "boolean" } } as const;
export const UserShape = { id: "integer", username: "string", role: "string", createdAt: "string", "lastLogin?": "string", isActive: "boolean" } as const;
export const AppShape = { id: "string", name: "string", "icon?": "string", "group?": "string", "description?": "string", tags: ["string"], "endpoints?": { "*": "string" }, "proxyPath?": "string", "url?": "string", "host?": "string", faviconUrl: "string", faviconURL: "string", "iconVersion?": "string", "healthStatus?": "string", "lastHealthCheck?": "string", "healthMessage?": "string", "maintenance?": "boolean", "discoveryMeta?": { "*": "string" }, version: "integer" } as const;
export const SecurityRemarkShape = { code: "string", severity: "string", message: "string", advice: "string" } as const;
export const ProposalShape = { id: "string", source: "string", detectedScheme: "string", detectedHost: "string", detectedPort: "integer", availablePorts: [{ port: "integer", scheme: "string", "label?": "string" }], confidence: "number", suggestedApp: { id: "string", name: "string", icon: "string", tags: ["string"], endpoints: { "*": "string" }, discoveryMeta: { "*": "string" } }, suggestedRoute: { routeId: "string", appId: "string", pathBase: "string", to: "string", containerId: "string", scopes: ["string"], websocket: "boolean", stripPrefix: "boolean", rewriteHTML: "boolean", skipHealthCheck: "boolean" }, tags: ["string"], lastSeen: "string", securityNotes: ["string"], securityRemarks: [SecurityRemarkShape] } as const;

/** Change the caller's own preferences. */
export const changePreferences: Endpoint<typeof account.changePreferences> = {
  id: "preferences.patch",
  method: "PATCH",
  path: "/api/v1/preferences",
  answers: { 200: PreferencesShape },
};

/** The caller's own preferences. */
export const getPreferences: Endpoint<typeof account.getPreferences> = {
  id: "preferences.get",
  method: "GET",
  path: "/api/v1/preferences",
  answers: { 200: PreferencesShape },
};

/** Sign in with user name and password. */
export const login: Endpoint<typeof auth.login> = {
  id: "auth.login",
  method: "POST",
  path: "/api/v1/auth/login",
  answers: { 200: { "token?": "string", "proof?": "string", expiresIn: "integer", user: UserShape } },
};

/** Who am I? */
export const me: Endpoint<typeof auth.me> = {
  id: "auth.me",
  method: "GET",
  path: "/api/v1/auth/me",
  answers: { 200: { user: UserShape, scopes: ["string"], "sessionExpiresAt?": "string" } },
};

/** Make the first administrator. */
export const setup: Endpoint<typeof auth.setup> = {
  id: "auth.setup",
  method: "POST",
  path: "/api/v1/auth/setup",
  answers: { 201: { message: "string", username: "string" } },
};

/** Must the first administrator still be made? */
export const setupStatus: Endpoint<typeof auth.setupStatus> = {
  id: "auth.setup-status",
  method: "GET",
  path: "/api/v1/auth/setup-status",
  answers: { 200: { setupRequired: "boolean", hasUsers: "boolean" } },
};

/** The app's icon. */
export const appFavicon: Endpoint<typeof catalog.appFavicon> = {
  id: "apps.favicon",
  method: "GET",
  path: "/api/v1/apps/{appId}/favicon",
  answers: { 200: "raw", 304: "nothing" },
};

/** All apps the caller may open, by name. */
export const appsList: Endpoint<typeof catalog.appsList> = {
  id: "apps.list",
  method: "GET",
  path: "/api/v1/apps",
  answers: { 200: [AppShape] },
};

/** Discovered services that wait for a decision, newest first. */
export const proposalsList: Endpoint<typeof discovery.proposalsList> = {
  id: "proposals.list",
  method: "GET",
  path: "/api/v1/discovery/proposals",
  answers: { 200: [ProposalShape] },
};

/** Does the API answer? */
export const healthzApi: Endpoint<typeof health.healthzApi> = {
  id: "healthz-api",
  method: "GET",
  path: "/api/v1/healthz",
  answers: { 200: "raw" },
};
