import { expect, test } from "vitest";
import { createPhones } from "../test-room.ts";
import { conformsAsChannel, message } from "./channel-conformance.ts";
import { createDeviceChannel } from "./device.ts";

conformsAsChannel("device", "a device", async () => {
  const phones = createPhones();
  phones.connect("phone");
  return {
    channel: createDeviceChannel(phones.sockets, "phone"),
    received() {
      return phones.got.map(({ message: { notificationId, data } }) => ({
        ...(data as { title: string; body: string }),
        id: String(notificationId),
      }));
    },
    become(mood) {
      if (mood === "busy") return Promise.resolve(phones.full("phone", true)).then(() => {});
      return mood === "away" ? Promise.resolve(phones.disconnect("phone")).then(() => {}) : undefined;
    },
    secrets: [],
    close: async () => {},
  };
});

test("messages of webhooks go out as `webhook`, the others under their own type", async () => {
  const phones = createPhones();
  phones.connect("phone");
  const channel = createDeviceChannel(phones.sockets, "phone");
  for (const type of ["webhook.activity", "webhook.notify", "health_alert"]) {
    await channel.send(message({ type }), new AbortController().signal);
  }
  expect(phones.got.map(({ message: { type } }) => type)).toEqual(["webhook", "webhook", "health_alert"]);
});
