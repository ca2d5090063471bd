import type { notificationChannels } from "@nekzus/contract";
import type { z } from "zod";

export type Channel = z.output<typeof notificationChannels.NotificationChannel>;
type ChannelInput = z.input<typeof notificationChannels.ChannelInput>;

/** What a channel of one's own can be: mail, or a service that takes a POST. */
export const SERVICES = ["mail", "ntfy", "gotify", "discord", "slack", "telegram", "plain"] as const;
export type Service = (typeof SERVICES)[number];
export const SECURITIES = ["starttls", "tls", "none"] as const;
export type Security = (typeof SECURITIES)[number];

/** A channel in its form. Secrets are empty until somebody types one: they are only written. */
export type ChannelValues = {
  /** `device` and `push` belong to the gateway: they have a name and can be switched off. */
  service: Service | "device" | "push";
  name: string;
  enabled: boolean;
  url: string;
  secret: string;
  token: string;
  chatId: string;
  host: string;
  port: number | undefined;
  security: Security;
  username: string;
  password: string;
  from: string;
  to: readonly string[];
};

/** What each service needs beside its name. */
export const FIELDS: Readonly<Record<ChannelValues["service"], readonly (keyof ChannelValues)[]>> = {
  mail: ["host", "port", "security", "username", "password", "from", "to"],
  ntfy: ["url", "token"],
  gotify: ["url", "token"],
  discord: ["url"],
  slack: ["url"],
  telegram: ["token", "chatId"],
  plain: ["url", "secret"],
  device: [],
  push: [],
};

export const NEW_CHANNEL: ChannelValues = {
  service: "mail",
  name: "",
  enabled: true,
  url: "",
  secret: "",
  token: "",
  chatId: "",
  host: "",
  port: 587,
  security: "starttls",
  username: "",
  password: "",
  from: "",
  to: [],
};

/** A channel as its form begins. */
export function valuesOf({ kind, name, enabled, settings }: Channel): ChannelValues {
  const text = (field: string) => (typeof settings[field] === "string" ? settings[field] : "");
  const known = <T extends string>(all: readonly T[], field: string, usual: T) =>
    all.find((one) => one === settings[field]) ?? usual;
  return {
    ...NEW_CHANNEL,
    service: kind === "webhook" ? known(SERVICES, "preset", "plain") : kind,
    name,
    enabled,
    chatId: text("chatId"),
    // Of a webhook's address only the host is known, which is no address to write.
    host: kind === "mail" ? text("host") : "",
    port: typeof settings.port === "number" ? settings.port : NEW_CHANNEL.port,
    security: known(SECURITIES, "security", "starttls"),
    username: text("username"),
    from: text("from"),
    to: Array.isArray(settings.to) ? settings.to.map(String) : [],
  };
}

/** What is sent to the gateway: only what belongs to the service, and no empty secret. */
export function inputOf(values: ChannelValues): ChannelInput {
  const { service, name, enabled, host, port, security, username, from, to, chatId } = values;
  const common = { name, enabled };
  if (service === "device" || service === "push") return { kind: service, ...common };
  const written = (field: "password" | "url" | "secret" | "token") =>
    FIELDS[service].includes(field) && values[field] ? { [field]: values[field] } : {};
  if (service === "mail") {
    const server = { host, security, username, ...(port !== undefined && { port }) };
    return { kind: "mail", ...common, ...server, ...written("password"), from, to: [...to] };
  }
  const secrets = { ...written("url"), ...written("secret"), ...written("token") };
  return { kind: "webhook", ...common, preset: service, ...secrets, ...(service === "telegram" && { chatId }) };
}

/** What the fields of a channel take. */
export type ChannelFieldsProps = {
  values: ChannelValues;
  onChange(part: Partial<ChannelValues>): void;
  /** The names of the secrets that are kept already. */
  kept: readonly string[];
  faults: Readonly<Record<string, string | undefined>>;
};
