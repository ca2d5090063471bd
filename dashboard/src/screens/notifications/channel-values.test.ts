import { expect, test } from "vitest";
import { type Channel, inputOf, NEW_CHANNEL, valuesOf } from "./channel-values.ts";

const times = { createdAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:00:00Z" };

test("a channel that is saved unchanged stays what it is, and no secret is sent", () => {
  const mail: Channel = {
    id: "m",
    kind: "mail",
    name: "Mail",
    enabled: false,
    settings: { host: "mail.example.org", port: 465, security: "tls", username: "nas", from: "a@b.c", to: ["d@e.f"] },
    secrets: ["password"],
    ...times,
  };
  expect(inputOf(valuesOf(mail))).toEqual({ kind: "mail", name: "Mail", enabled: false, ...mail.settings });
  const telegram: Channel = {
    ...mail,
    kind: "webhook",
    settings: { preset: "telegram", chatId: "42", host: "api.telegram.org" },
  };
  expect(inputOf(valuesOf(telegram))).toEqual({
    kind: "webhook",
    preset: "telegram",
    name: "Mail",
    enabled: false,
    chatId: "42",
  });
  expect(inputOf(valuesOf({ ...mail, kind: "device", settings: {} }))).toEqual({
    kind: "device",
    name: "Mail",
    enabled: false,
  });
});

test("what was typed for another service does not go along", () => {
  const typed = { ...NEW_CHANNEL, name: "Chat", url: "https://chat.example.org/hook", secret: "x", token: "y" };
  expect(inputOf({ ...typed, service: "discord" })).toEqual({
    kind: "webhook",
    preset: "discord",
    name: "Chat",
    enabled: true,
    url: "https://chat.example.org/hook",
  });
});
