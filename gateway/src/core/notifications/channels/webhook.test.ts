import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Network, parseNetwork } from "../../../kit/addresses.ts";
import { createLogger } from "../../../kit/log.ts";
import { createOutbound } from "../../../kit/outbound.ts";
import { createVirtualClock } from "../../../kit/virtual-clock.ts";
import { conformsAsChannel, message, ODD } from "./channel-conformance.ts";
import type { WebhookSettings } from "./presets.ts";
import { type HttpReceiver, startReceiver } from "./test-http.ts";
import { createWebhookChannel } from "./webhook.ts";

const log = createLogger("test", "silent");
const HERE = [parseNetwork("127.0.0.0/8") as Network];
const TOKEN = "a-token-of-the-service";
const never = new AbortController().signal;

function channelTo(settings: Partial<WebhookSettings>, networks: readonly Network[] = HERE, own = false) {
  const clock = createVirtualClock();
  const outbound = createOutbound({ isOwnListener: () => own, log });
  const whole = { preset: "plain" as const, url: "", secret: "", token: "", chatId: "", ...settings };
  return { clock, channel: createWebhookChannel({ settings: whole, outbound, networks, clock }) };
}

type Json = Record<string, string> & { embeds: Record<string, string>[] };
const jsonOf = ({ got }: HttpReceiver) => got.map(({ body }) => JSON.parse(body.toString()) as Json);

/** Of each preset: its address on a receiver, and what of a message its users read. */
const PRESETS: Record<
  WebhookSettings["preset"],
  {
    path: string;
    read(json: Json): { title: string; body: string };
    clean?: Parameters<typeof conformsAsChannel>[3];
  }
> = {
  plain: { path: "/hook/T0/secret-path", read: ({ title = "", body = "" }) => ({ title, body }) },
  ntfy: { path: "/secret-topic", read: ({ title = "", message: body = "" }) => ({ title, body }) },
  gotify: { path: "/gotify", read: ({ title = "", message: body = "" }) => ({ title, body }) },
  discord: {
    path: "/api/webhooks/1/secret-path",
    read({ embeds: [{ title = "", description = "" } = {}] }) {
      const plain = (text: string) => text.replace(/\\([^0-9A-Za-z\s])/g, "$1");
      return { title: plain(title), body: plain(description) };
    },
  },
  slack: {
    path: "/services/T0/secret-path",
    read({ text = "" }) {
      const plain = text
        .replace(/^\*/, "")
        .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? "");
      const cut = plain.lastIndexOf(
        "*\n",
        plain.includes("line one") ? plain.indexOf("line one") : plain.indexOf("HTTP"),
      );
      return { title: plain.slice(0, cut), body: plain.slice(cut + 2) };
    },
  },
  telegram: {
    path: "",
    read({ text = "" }) {
      const cut = text.includes("line one") ? text.indexOf("\nline one") : text.indexOf("\nHTTP");
      return { title: text.slice(0, cut), body: text.slice(cut + 1) };
    },
  },
};

for (const [preset, { path, read }] of Object.entries(PRESETS)) {
  conformsAsChannel("webhook", `a webhook (${preset})`, async () => {
    const receiver = await startReceiver();
    const url = `http://127.0.0.1:${receiver.port}${path}`;
    const { channel } = channelTo({ preset: preset as "plain", url, token: TOKEN, secret: TOKEN, chatId: "-100" });
    return {
      channel,
      received() {
        const ids = receiver.got.map(({ headers }) => String(headers["x-nekzus-id"]));
        return jsonOf(receiver).map((json, at) => ({ ...read(json), id: ids[at] ?? "" }));
      },
      become: (mood) => receiver.become(mood),
      secrets: [TOKEN, "secret-path", "secret-topic"],
      close: () => receiver.close(),
    };
  });
}

describe("a webhook", () => {
  const open = async (settings: Partial<WebhookSettings>, path: string) => {
    const receiver = await startReceiver();
    return { receiver, ...channelTo({ url: `http://127.0.0.1:${receiver.port}${path}`, ...settings }) };
  };

  test("is signed over time and body, so that the receiver knows who sent it, and when", async () => {
    const { receiver, channel, clock } = await open({ secret: "a shared secret" }, "/hook?x=1");
    await clock.advance(3_600_000);
    await channel.send(message(), never);
    const [{ path, headers, body }] = receiver.got as [HttpReceiver["got"][number]];
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-nekzus-signature"])) ?? [];
    expect(Number(seconds)).toBe(clock.now() / 1000);
    expect(mac).toBe(createHmac("sha256", "a shared secret").update(`${seconds}.`).update(body).digest("hex"));
    expect([path, headers["x-nekzus-id"], headers["content-type"]]).toEqual([
      "/hook?x=1",
      "0f9c1c9e-1",
      "application/json",
    ]);
    expect(JSON.parse(body.toString())).toEqual({
      id: "0f9c1c9e-1",
      type: "notification",
      title: "Grafana is down",
      body: "HTTP 502",
      severity: "warning",
      timestamp: "2026-01-02T00:00:00.000Z",
      data: { event: "test", title: "Grafana is down", body: "HTTP 502" },
    });
    await receiver.close();
  });

  test("has the shape that each service wants", async () => {
    const ntfy = await open({ preset: "ntfy", token: TOKEN }, "/base/alerts/");
    await ntfy.channel.send(message({ severity: "critical" }), never);
    expect(ntfy.receiver.got[0]).toMatchObject({ path: "/base/", headers: { authorization: `Bearer ${TOKEN}` } });
    expect(jsonOf(ntfy.receiver)).toEqual([
      { topic: "alerts", title: "Grafana is down", message: "HTTP 502", priority: 5 },
    ]);

    const gotify = await open({ preset: "gotify", token: TOKEN }, "/");
    await gotify.channel.send(message({ body: "" }), never);
    expect(gotify.receiver.got[0]).toMatchObject({ path: "/message", headers: { "x-gotify-key": TOKEN } });
    expect(jsonOf(gotify.receiver)).toEqual([{ title: "Grafana is down", message: "Grafana is down", priority: 6 }]);

    const discord = await open({ preset: "discord" }, "/api/webhooks/1/x");
    await discord.channel.send(message({ ...ODD, body: "x".repeat(5000) }), never);
    const [said] = jsonOf(discord.receiver);
    expect([said?.allowed_mentions, said?.embeds[0]?.description?.length]).toEqual([{ parse: [] }, 1900]);
    // The name of a container is its owner's to choose, and half a character would be refused.
    const hostile = "[Sign in](https://evil.example) <https://evil.example>";
    await discord.channel.send(message({ title: hostile, body: `x${"😀".repeat(2000)}` }), never);
    const [{ title = "", description = "" } = {}] = jsonOf(discord.receiver)[1]?.embeds ?? [];
    expect(title).toBe("\\[Sign in\\](https://evil.example) \\<https://evil.example\\>");
    expect([description.isWellFormed(), description.length]).toEqual([true, 1900]);

    const slack = await open({ preset: "slack" }, "/services/T/B/x");
    await slack.channel.send(message({ title: "<!channel> & more" }), never);
    expect(jsonOf(slack.receiver)).toEqual([{ text: "*&lt;!channel&gt; &amp; more*\nHTTP 502" }]);

    const telegram = await open({ preset: "telegram", token: "1:abc", chatId: "-100" }, "");
    await telegram.channel.send(message(), never);
    expect(telegram.receiver.got[0]?.path).toBe("/bot1:abc/sendMessage");
    expect(jsonOf(telegram.receiver)).toEqual([{ chat_id: "-100", text: "Grafana is down\nHTTP 502" }]);
    for (const { receiver } of [ntfy, gotify, discord, slack, telegram]) await receiver.close();
  });

  test("goes to public addresses only, unless the configuration lists a network; never to metadata or ourselves", async () => {
    const receiver = await startReceiver();
    const url = `http://127.0.0.1:${receiver.port}/secret-path`;
    for (const [networks, own, address] of [
      [[], false, url],
      [HERE, true, url],
      [[parseNetwork("0.0.0.0/0") as Network], false, "http://169.254.169.254/secret-path"],
    ] as const) {
      const delivery = await channelTo({ url: address }, networks, own).channel.send(message(), never);
      expect(delivery).toMatchObject({
        state: "failed",
        final: false,
        reason: expect.stringContaining("must not be contacted"),
      });
      expect(JSON.stringify(delivery)).not.toContain("secret-path");
    }
    expect(receiver.got).toEqual([]);
    await receiver.close();
  });

  test("follows no redirect, and waits as long as it is told to", async () => {
    const { receiver, channel } = await open({}, "/");
    receiver.answer(302, { location: "http://127.0.0.1/elsewhere" });
    expect(await channel.send(message(), never)).toMatchObject({ state: "failed", final: true });
    receiver.answer(429, { "retry-after": "120" });
    expect(await channel.send(message(), never)).toMatchObject({
      state: "failed",
      final: false,
      retryAfterMs: 120_000,
    });
    receiver.answer(429, { "retry-after": "9999999" });
    expect(await channel.send(message(), never)).toMatchObject({ retryAfterMs: 3_600_000 });
    await receiver.close();
  });
});
