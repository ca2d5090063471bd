import { z } from "zod";
import { BODY_LIMITS, empty, endpoint, localOr } from "../endpoint.ts";
import { Instant, Scope } from "../shapes.ts";
import { DeviceId } from "./pairing.ts";

/** A paired device. Some fields have a second name that older clients read. */
export const Device = z.object({
  id: DeviceId,
  deviceId: DeviceId,
  name: z.string(),
  deviceName: z.string(),
  platform: z.string(),
  platformVersion: z.string(),
  model: z.string(),
  owner: z.string().describe("Name of the person it belongs to. It can never do more than they may."),
  scopes: z.array(z.string()).describe("What it was given."),
  effectiveScopes: z.array(z.string()).describe("What it may do now: what it was given, cut to what its owner holds."),
  pairedAt: Instant,
  createdAt: Instant,
  expiresAt: Instant.optional().describe("When it must be paired again; absent: never."),
  lastSeen: Instant,
  lastSeenAt: Instant,
  lastAddress: z.string().describe("Network address of the last use; empty when it is not known."),
  status: z
    .enum(["online", "offline"])
    .describe(
      "online: it is on the event socket, or was seen within `notifications.offline_detection.offline_threshold`, 5 minutes if not set.",
    ),
  requestsToday: z.int().describe("Requests to the API and to apps since midnight, UTC."),
  pins: z.array(z.string()).describe("Pins of certificates that it said it holds."),
  keptSignIns: z.int().describe("For how many apps the gateway keeps cookies of it (`persistCookies` of the routes)."),
});

/** With limit or offset the answer has the total; without them it is the bare list (public API page). */
const DeviceList = z.union([
  z.array(Device),
  z.object({ devices: z.array(Device), total: z.int(), limit: z.int(), offset: z.int() }),
]);

const Page = z.object({
  limit: z.coerce.number().int().min(0).optional().catch(undefined),
  offset: z.coerce.number().int().min(0).optional().catch(undefined),
});

const DeviceChange = z.object({
  deviceName: z.string().trim().min(1).max(255).optional(),
  scopes: z.array(Scope).min(1).max(50).optional().describe("Takes access:admin."),
  days: z
    .int()
    .min(0)
    .max(3650)
    .optional()
    .describe("After so many days from now it must be paired again; 0: never. Takes access:admin."),
});

const Revoked = z.object({
  status: z.literal("revoked"),
  deviceId: DeviceId,
  message: z.string(),
  revokedAt: Instant,
});

const params = z.object({ deviceId: DeviceId });
const LIST = "Paired devices, the one seen last first; a device sees itself, a member their own";
const CHANGE = "Rename a device, or change its scopes and lifetime";
const REMOVE = "Revoke a device: its tokens, sockets and streams end";

export const devicesList = endpoint({
  id: "devices.list",
  method: "GET",
  path: "/api/v1/devices",
  summary: LIST,
  access: localOr(),
  limit: "device",
  query: Page,
  answers: { 200: DeviceList },
});

export const deviceGet = endpoint({
  id: "devices.get",
  method: "GET",
  path: "/api/v1/devices/{deviceId}",
  summary: "One device",
  access: localOr(),
  limit: "device",
  params,
  answers: { 200: Device },
  errors: ["DEVICE_NOT_FOUND"],
});

export const devicePatch = endpoint({
  id: "devices.patch",
  method: "PATCH",
  path: "/api/v1/devices/{deviceId}",
  summary: CHANGE,
  access: localOr(),
  limit: "device",
  params,
  body: DeviceChange,
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: Device },
  errors: ["DEVICE_NOT_FOUND", "FORBIDDEN"],
  decides: true,
});

export const deviceDelete = endpoint({
  id: "devices.delete",
  method: "DELETE",
  path: "/api/v1/devices/{deviceId}",
  summary: REMOVE,
  access: localOr(),
  limit: "device",
  params,
  answers: { 200: Revoked },
  errors: ["DEVICE_NOT_FOUND", "FORBIDDEN"],
  decides: true,
});

export const devicePins = endpoint({
  id: "devices.pins",
  method: "POST",
  path: "/api/v1/devices/{deviceId}/pins",
  summary: "Say which certificate pin the device holds from now on",
  access: localOr(),
  limit: "device",
  params,
  body: z.object({
    newPin: z
      .string()
      .max(100)
      .regex(/^sha256\/[A-Za-z0-9+/]{43}=$/, "sha256/ and 44 letters of base64"),
  }),
  bodyLimit: BODY_LIMITS.small,
  answers: { 200: z.object({ success: z.literal(true), activePins: z.array(z.string()) }) },
  errors: ["DEVICE_NOT_FOUND", "FORBIDDEN"],
});

export const deviceSessionCookiesClear = endpoint({
  id: "devices.clear-session-cookies",
  method: "DELETE",
  path: "/api/v1/devices/{deviceId}/session-cookies",
  summary: "Forget the cookies of apps that are kept for the device: it has to sign in to them again",
  access: localOr(),
  limit: "device",
  params,
  answers: { 204: empty },
  errors: ["DEVICE_NOT_FOUND", "FORBIDDEN"],
  decides: true,
});

// The same at the paths of older dashboards.
export const adminDevicesList = endpoint({ ...devicesList, id: "admin.devices", path: "/api/v1/admin/devices" });
export const adminDeviceGet = endpoint({ ...deviceGet, id: "admin.device", path: "/api/v1/admin/devices/{deviceId}" });
export const adminDevicePatch = endpoint({
  ...devicePatch,
  id: "admin.device-patch",
  path: "/api/v1/admin/devices/{deviceId}",
});
export const adminDeviceDelete = endpoint({
  ...deviceDelete,
  id: "admin.device-delete",
  path: "/api/v1/admin/devices/{deviceId}",
});
