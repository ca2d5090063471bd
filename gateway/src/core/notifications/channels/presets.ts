import { createHmac } from "node:crypto";
import type { Message, Severity } from "./channel.ts";

export type WebhookSettings = {
  preset: "plain" | "ntfy" | "gotify" | "discord" | "slack" | "telegram";
  url: string;
  /** plain: the key of the signature; empty: not signed. */
  secret: string;
  /** ntfy, gotify: an access token, or empty; telegram: the bot's token. */
  token: string;
  /** telegram: the chat. */
  chatId: string;
};

/** A request as the service wants it. `credentials` are header fields that hold a secret. */
export type Shaped = {
  url: string;
  body: string;
  headers: Record<string, string>;
  credentials: Record<string, string>;
};

type Preset = (message: Message, settings: WebhookSettings, now: number) => Shaped;

/** Discord and Slack cut longer texts, Telegram and Discord refuse them. Characters. */
const LONGEST_TEXT = 1900;

const NTFY_PRIORITY: Record<Severity, number> = { info: 3, warning: 4, critical: 5 };
const GOTIFY_PRIORITY: Record<Severity, number> = { info: 4, warning: 6, critical: 9 };
const COLOUR: Record<Severity, number> = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xef4444 };

/** How a message looks to each service; all are sent by the same sender. */
export const PRESETS: Readonly<Record<WebhookSettings["preset"], Preset>> = {
  plain({ id, type, title, body, severity, at, data }, { url, secret }, now) {
    const text = JSON.stringify({ id, type, title, body, severity, timestamp: new Date(at).toISOString(), data });
    const signature = secret ? signed(text, secret, now) : {};
    return { ...json(url, text), headers: { ...JSON_TYPE, ...signature } };
  },

  // Published as JSON to the server's root, with the topic of the path: so that a title may hold any character.
  ntfy({ title, body, severity }, { url, token }) {
    const { server, topic } = topicOf(url);
    const text = { topic, title, message: body || title, priority: NTFY_PRIORITY[severity] };
    const request = json(server, JSON.stringify(text));
    return token ? { ...request, credentials: { authorization: `Bearer ${token}` } } : request;
  },

  gotify({ title, body, severity }, { url, token }) {
    const address = new URL(url);
    if (!address.pathname.endsWith("/message")) address.pathname = `${address.pathname.replace(/\/+$/, "")}/message`;
    const request = json(
      address.href,
      JSON.stringify({ title, message: body || title, priority: GOTIFY_PRIORITY[severity] }),
    );
    return token ? { ...request, credentials: { "x-gotify-key": token } } : request;
  },

  discord({ title, body, severity }, { url }) {
    // Text stays text: with a link in it whoever names a container could lead people elsewhere.
    const safe = (text: string) => text.replace(/[\\*~`|[\]<>]/g, "\\$&");
    const [name, text] = [cut(safe(title), 250), cut(safe(body), LONGEST_TEXT)];
    const embed = { title: name, description: text, color: COLOUR[severity] };
    // What somebody else named must not call people.
    return json(url, JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }));
  },

  slack({ title, body }, { url }) {
    // Slack's three control characters (api.slack.com, "Escaping text"); without them nobody can be called either.
    const safe = (text: string) => text.replace(/[&<>]/g, (char) => `&${{ "&": "amp", "<": "lt", ">": "gt" }[char]};`);
    const text = cut(body ? `*${safe(title)}*\n${safe(body)}` : `*${safe(title)}*`, LONGEST_TEXT);
    return json(url, JSON.stringify({ text }));
  },

  telegram({ title, body }, { url, token, chatId }) {
    // Without parse_mode text stays text.
    const text = cut(body ? `${title}\n${body}` : title, LONGEST_TEXT);
    const base = (url || "https://api.telegram.org").replace(/\/+$/, "");
    return json(`${base}/bot${token}/sendMessage`, JSON.stringify({ chat_id: chatId, text }));
  },
};

/** Parts the address of an ntfy topic into the server's root, with what it asks for, and the topic. */
export function topicOf(url: string): { server: string; topic: string } {
  const { origin, pathname, search } = new URL(url);
  const path = pathname.replace(/\/+$/, "");
  const cut = path.lastIndexOf("/") + 1;
  return { server: `${origin}${path.slice(0, cut)}${search}`, topic: decodeURIComponent(path.slice(cut)) };
}

const JSON_TYPE = { "content-type": "application/json" };

function json(url: string, body: string): Shaped {
  return { url, body, headers: { ...JSON_TYPE }, credentials: {} };
}

/**
 * The signature of a plain webhook: `t=` Unix seconds and `v1=` the HMAC-SHA256, in hex, over the seconds, a dot and
 * the body. Receivers compare it in constant time and refuse what is old.
 */
function signed(body: string, secret: string, now: number): Record<string, string> {
  const seconds = Math.floor(now / 1000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return { "x-nekzus-signature": `t=${seconds},v1=${mac}` };
}

/** Never within a character of two units: services refuse half of one. */
function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}
