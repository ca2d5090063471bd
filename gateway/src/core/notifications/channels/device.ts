import type { DeviceSockets } from "../../events/socket/device-sockets.ts";
import { type Channel, failed } from "./channel.ts";

export type { DeviceMessage as SocketMessage, DeviceSockets } from "../../events/socket/device-sockets.ts";

/** Types under which messages of the queue go out, where they differ (10 §8.2). */
const TYPES: Readonly<Record<string, string>> = { "webhook.activity": "webhook", "webhook.notify": "webhook" };

/** The channel to a paired device: its event socket. It is delivered when the device confirms it. */
export function createDeviceChannel(sockets: Pick<DeviceSockets, "send">, deviceId: string): Channel {
  return {
    kind: "device",
    async send({ id, type, data }) {
      const sent = sockets.send(deviceId, { type: TYPES[type] ?? type, data, notificationId: id });
      return sent ? { state: "sent" } : failed("The device is not connected.");
    },
  };
}
