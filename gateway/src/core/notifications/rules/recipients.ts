import type { Viewer } from "../../events/audience.ts";
import type { NewMessage } from "../queue/queue.ts";
import type { Address } from "./incidents.ts";

/** Somebody who can get messages: a paired device or a person's browser. */
export type Recipient = {
  /** What the rule may name: the device's id. */
  deviceId?: string;
  subscriptionId?: string;
  /** The name of the user it belongs to. */
  username: string;
  /** As who it sees what it may. */
  viewer: Viewer;
};

/** A channel that is switched on, with those whom it reaches; undefined when its own settings say who that is. */
export type Reached = { channelId: string; recipients: readonly Recipient[] | undefined };

/**
 * Who gets the messages of a rule. Devices and browsers are told only of what they may see; on a channel to an address
 * everything is told, since an administrator chose it.
 */
export function addressTo(reached: readonly Reached[]): Address {
  return ({ channels, devices, users }, textFor) => {
    const chosen = ({ deviceId, username }: Recipient) =>
      (!devices.length && !users.length) ||
      users.includes(username) ||
      (deviceId !== undefined && devices.includes(deviceId));
    return reached
      .filter(({ channelId }) => channels.includes(channelId))
      .flatMap(({ channelId, recipients }): NewMessage[] => {
        if (!recipients) {
          const text = textFor(undefined);
          return text ? [{ ...text, channelId }] : [];
        }
        return recipients.filter(chosen).flatMap(({ deviceId, subscriptionId, viewer }): NewMessage[] => {
          const text = textFor(viewer);
          const to = {
            ...(deviceId !== undefined && { deviceId }),
            ...(subscriptionId !== undefined && { subscriptionId }),
          };
          return text ? [{ ...text, channelId, ...to }] : [];
        });
      });
  };
}
