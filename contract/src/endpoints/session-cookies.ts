import { z } from "zod";
import { empty, endpoint, pairedDevice } from "../endpoint.ts";
import { AppId, Instant } from "../shapes.ts";

/** What is kept of one app for a device: never names or values. */
const KeptSession = z.object({
  appId: AppId,
  cookieCount: z.int().min(1),
  lastUpdated: Instant.describe("When the app last set one of them."),
  expiresAt: Instant.optional().describe("When the first of them ends; absent when none has an end."),
});

export const sessionCookiesList = endpoint({
  id: "session-cookies.list",
  method: "GET",
  path: "/api/v1/session-cookies",
  summary: "For which apps cookies of the calling device are kept, by app id",
  access: pairedDevice(),
  limit: "general",
  answers: { 200: z.object({ sessions: z.array(KeptSession) }) },
});

export const sessionCookiesClear = endpoint({
  id: "session-cookies.clear",
  method: "DELETE",
  path: "/api/v1/session-cookies",
  summary: "Forget all cookies that are kept for the calling device",
  access: pairedDevice(),
  limit: "general",
  answers: { 204: empty },
  errors: ["VALIDATION_FAILED"],
  decides: true,
});

export const sessionCookiesClearApp = endpoint({
  id: "session-cookies.clear-app",
  method: "DELETE",
  path: "/api/v1/session-cookies/{appId}",
  summary: "Forget the cookies of one app that are kept for the calling device; also when there are none",
  access: pairedDevice(),
  limit: "general",
  params: z.object({ appId: AppId }),
  answers: { 204: empty },
  decides: true,
});
