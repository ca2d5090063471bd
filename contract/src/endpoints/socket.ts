import { z } from "zod";
import { endpoint, localOr, open, raw } from "../endpoint.ts";
import { DeviceId } from "./pairing.ts";

export const eventSocket = endpoint({
  id: "ws",
  method: "GET",
  path: "/api/v1/ws",
  summary: "The event socket: what happens, as it happens",
  description:
    "A WebSocket. The client signs in with its first message; messages, topics and close codes are described in " +
    "docs/events.md. Pages of other origins are refused.",
  access: open(),
  limit: "websocket",
  answers: { 101: raw("application/json", "The WebSocket is open.") },
  errors: ["UPGRADE_REQUIRED", "ORIGIN_NOT_ALLOWED"],
});

export const socketClients = endpoint({
  id: "admin.ws-clients",
  method: "GET",
  path: "/api/v1/admin/websocket/clients",
  summary: "How many connections the event socket has",
  access: localOr("read:*"),
  limit: "general",
  answers: {
    200: z.object({
      totalConnections: z.int().describe("Of everybody who signed in, with or without a device."),
      devices: z.record(DeviceId, z.int()).describe("Connections of each connected device, by its id."),
    }),
  },
});

export const socketDisconnect = endpoint({
  id: "admin.ws-disconnect",
  method: "DELETE",
  path: "/api/v1/admin/websocket/disconnect/{deviceId}",
  summary: "Close a device's connections to the event socket; it may connect again",
  access: localOr("write:*"),
  limit: "general",
  params: z.object({ deviceId: DeviceId }),
  answers: { 200: z.object({ deviceId: DeviceId, disconnectedCount: z.int() }) },
});
