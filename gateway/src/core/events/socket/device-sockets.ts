import type { ClientMessageData } from "@nekzus/contract";

/** A message to a device beside `type`: what it says, and what names it when the device confirms it. */
export type DeviceMessage = { type: string; data: unknown; notificationId?: string };

/** What a device said on the event socket, by the type of the message. */
type Handed = { notification_ack: ClientMessageData<"notification_ack"> };

/** Devices on the event socket, as features reach them. */
export type DeviceSockets = {
  /** How many connections of the device are open and signed in; 0 when it is not there. */
  connected(deviceId: string): number;
  /**
   * Sends a message to every connection of the device, whatever it subscribed to. False when none took it. True says
   * that it is on its way, not that it arrived: a device confirms notifications with `notification_ack`.
   */
  send(deviceId: string, message: DeviceMessage): boolean;
  /** Calls `listener` each time a device has signed in and heard `hello`. The returned function ends it. */
  onConnect(listener: (deviceId: string) => void): () => void;
  /**
   * Hands over what devices say, checked against the contract. It is said by `deviceId`, and not by whom the message
   * speaks of: whether it is theirs to say is the listener's to judge. The returned function ends it.
   */
  onMessage<T extends keyof Handed>(type: T, listener: (deviceId: string, data: Handed[T]) => void): () => void;
};
