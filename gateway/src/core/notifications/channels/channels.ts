import { randomUUID } from "node:crypto";
import type { notificationChannels as contract, ErrorDetail } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { randomId } from "../../../kit/ids.ts";
import { Problem } from "../../../kit/problem.ts";
import type { Answer, Call } from "../../http/binding.ts";
import { toInstant } from "../../storage/codec.ts";
import type { Storage, Write } from "../../storage/storage.ts";
import type { PushStore } from "../push/store.ts";
import type { Channel, ChannelKind, Delivery, Message } from "./channel.ts";
import { createDeviceChannel, type DeviceSockets } from "./device.ts";
import type { Opener } from "./open.ts";
import { topicOf } from "./presets.ts";
import type { ChannelStore, StoredChannel } from "./store.ts";

/** The channels that are always there: they can be switched off and renamed, not removed. */
export const DEVICES = "devices";
export const BROWSERS = "browsers";

/** How long a test may take, in ms. */
const TEST_MS = 20_000;
/** Recipients of one test. */
const MOST_TESTED = 50;

type Input = z.output<typeof contract.ChannelInput>;
type Shown = z.input<typeof contract.NotificationChannel>;
/** Somebody a test goes to; `onGone` forgets one that is there no more. */
type Recipient = { name: string; way: Channel; onGone?: () => Promise<unknown> };
type Result = { recipient: string; success: boolean; message: string };

export type Channels = {
  list(): Promise<Answer<typeof contract.channelsList>>;
  create(call: Call<typeof contract.channelCreate>): Promise<Answer<typeof contract.channelCreate>>;
  get(call: Call<typeof contract.channelGet>): Promise<Answer<typeof contract.channelGet>>;
  put(call: Call<typeof contract.channelPut>): Promise<Answer<typeof contract.channelPut>>;
  remove(call: Call<typeof contract.channelDelete>): Promise<Answer<typeof contract.channelDelete>>;
  test(call: Call<typeof contract.channelTest>): Promise<Answer<typeof contract.channelTest>>;
  /** Stores the channels that are always there. */
  seed(tx: Write): Promise<void>;
};

/** The ways on which messages leave the gateway: made, changed and tried by administrators. */
export function createChannels(parts: {
  storage: Storage;
  store: ChannelStore;
  opener: Opener;
  subscriptions: PushStore;
  sockets: Pick<DeviceSockets, "connected" | "send">;
  /** Names of devices, by id. */
  devices(): Promise<ReadonlyMap<string, string>>;
  clock: Clock;
}): Channels {
  const { storage, store, opener, subscriptions, sockets, clock } = parts;

  async function found(id: string): Promise<StoredChannel> {
    const channel = await store.byId(id);
    if (!channel) throw new Problem("NOT_FOUND", `There is no channel with the id "${id}".`);
    return channel;
  }

  async function save(channel: StoredChannel): Promise<Shown> {
    await storage.write((tx) => store.put(tx, channel));
    return shown(channel);
  }

  /** Who a test goes to. */
  async function recipients(channel: StoredChannel): Promise<Recipient[]> {
    if (channel.kind === "device") {
      const here = [...(await parts.devices())].filter(([id]) => sockets.connected(id));
      return here.map(([id, name]) => ({ name, way: createDeviceChannel(sockets, id) }));
    }
    if (channel.kind === "push") {
      const all = await subscriptions.all();
      return Promise.all(
        all.map(async ({ id, browser, address }) => ({
          name: browser,
          way: await opener.browser(address),
          onGone: () => subscriptions.remove(id),
        })),
      );
    }
    const way = opener.channel(channel);
    return way ? [{ name: channel.name, way }] : [];
  }

  async function tryOne({ name, way, onGone }: Recipient): Promise<Result> {
    const timeout = new AbortController();
    const late = clock.after(TEST_MS, () => timeout.abort(new Error("no answer in time")));
    try {
      const delivery = await way.send(testMessage(clock.now()), timeout.signal);
      if (delivery.state === "failed" && delivery.gone) await onGone?.();
      return { recipient: name, success: delivery.state !== "failed", message: resultOf(delivery) };
    } finally {
      late.cancel();
    }
  }

  return {
    list: async () => ({ body: (await store.all()).map(shown) }),

    async create({ body }) {
      if (isOwn(body.kind))
        throw wrong({ path: "kind", reason: "is there already, as a channel of the gateway's own" });
      const now = clock.now();
      const { settings, secrets } = split(body, undefined);
      const { kind, name, enabled } = body;
      const id = randomId("channel-", 9);
      const times = { lastResult: "", lastAt: undefined, createdAt: now, updatedAt: now };
      return { status: 201, body: await save({ id, kind, name, enabled, settings, secrets, ...times }) };
    },

    async get({ params }) {
      return { body: shown(await found(params.channelId)) };
    },

    async put({ params, body }) {
      const before = await found(params.channelId);
      if (body.kind !== before.kind) {
        throw wrong({ path: "kind", reason: `a channel stays what it is, ${before.kind}: add another one instead` });
      }
      const { name, enabled } = body;
      return { body: await save({ ...before, name, enabled, ...split(body, before), updatedAt: clock.now() }) };
    },

    async remove({ params: { channelId } }) {
      await found(channelId);
      if (channelId === DEVICES || channelId === BROWSERS) {
        throw wrong({ path: "channelId", reason: "belongs to the gateway: switch it off instead" });
      }
      await store.remove(channelId);
      return {};
    },

    async test({ params: { channelId } }) {
      const channel = await found(channelId);
      const all = (await recipients(channel)).slice(0, MOST_TESTED);
      const results = await Promise.all(all.map(tryOne));
      if (!results.length) results.push({ recipient: channel.name, success: false, message: NOBODY[channel.kind] });
      const bad = results.find(({ success }) => !success);
      await store.setResult(channelId, (bad ?? results[0])?.message ?? "", clock.now());
      return { body: { success: !bad, results } };
    },

    async seed(tx) {
      const now = clock.now();
      const common = { enabled: true, settings: {}, secrets: {}, lastResult: "", lastAt: undefined };
      const times = { createdAt: now, updatedAt: now };
      await store.put(tx, { id: DEVICES, kind: "device", name: "Paired devices", ...common, ...times });
      await store.put(tx, { id: BROWSERS, kind: "push", name: "Browsers", ...common, ...times });
    },
  };
}

const NOBODY: Readonly<Record<ChannelKind, string>> = {
  device: "No paired device is connected at the moment.",
  push: "No browser is subscribed.",
  mail: "The channel has no recipient.",
  webhook: "The channel has no recipient.",
};

/** What came of a message, in words. */
export function resultOf(delivery: Delivery): string {
  if (delivery.state === "delivered") return "delivered";
  return delivery.state === "sent" ? "handed over; the device has to confirm it" : delivery.reason;
}

function testMessage(now: number): Message {
  const title = "Test message from Nekzus";
  const body = "Messages on this channel arrive.";
  const data = { title, body, severity: "info", event: "test", timestamp: Math.floor(now / 1000) };
  return { id: randomUUID(), type: "notification", title, body, severity: "info", at: now, data };
}

/** Those of which there is one of each, made by the gateway. */
function isOwn(kind: ChannelKind): boolean {
  return kind === "device" || kind === "push";
}

const SECRETS: Readonly<Record<ChannelKind, readonly string[]>> = {
  device: [],
  push: [],
  mail: ["password"],
  webhook: ["url", "secret", "token"],
};

/** Parts what is shown from what is not, and keeps the secrets that were not given anew. */
function split(input: Input, before: StoredChannel | undefined): Pick<StoredChannel, "settings" | "secrets"> {
  const { kind, name: _, enabled: __, ...fields } = input;
  const names = SECRETS[kind];
  const given = Object.entries(fields).filter(([name, value]) => names.includes(name) && value);
  const fresh = Object.fromEntries(given) as Record<string, string>;
  const settings = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
  const url = fresh.url ?? before?.secrets.url;
  if (input.kind === "webhook") settings.host = url ? new URL(url).host : "api.telegram.org";
  // A secret is for the server it was given for, whoever changes the address.
  const same = before && placeOf(before.settings, before.secrets.url) === placeOf(settings, url);
  const kept = same ? before.secrets : fresh.url === undefined && before ? { url: before.secrets.url ?? "" } : {};
  const secrets = withoutEmpty({ ...kept, ...fresh });
  if (input.kind === "webhook") mustBeWhole(input, secrets);
  return { settings, secrets };
}

/** Throws for what the service cannot do without. */
function mustBeWhole({ preset, chatId }: Extract<Input, { kind: "webhook" }>, { url, token }: Record<string, string>) {
  const missing = [
    preset !== "telegram" && !url && { path: "url", reason: "is missing: say where the messages go" },
    preset === "telegram" && !token && { path: "token", reason: "is missing: say which bot sends the messages" },
    preset === "telegram" && !chatId && { path: "chatId", reason: "is missing: say which chat gets the messages" },
    preset === "ntfy" && url && !topicOf(url).topic && { path: "url", reason: "names no topic: add it to the address" },
  ].filter((one) => typeof one === "object");
  const [first, ...rest] = missing;
  if (first) throw wrong(first, ...rest);
}

/** Two of the same place are one server; another scheme is another port, and another one may listen there. */
function placeOf({ host, port, preset, security, username }: Record<string, unknown>, url: string | undefined): string {
  return JSON.stringify([host, port, preset, security, username, url && new URL(url).protocol]);
}

function withoutEmpty(secrets: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => value));
}

function wrong(first: ErrorDetail, ...rest: ErrorDetail[]): Problem {
  return new Problem("VALIDATION_FAILED", `${first.path}: ${first.reason}`, [first, ...rest]);
}

function shown(channel: StoredChannel): Shown {
  const { id, kind, name, enabled, settings, secrets, lastResult, lastAt, createdAt, updatedAt } = channel;
  return {
    id,
    kind,
    name,
    enabled,
    settings,
    secrets: Object.keys(secrets).sort(),
    ...(lastResult && { lastResult }),
    ...(lastAt !== undefined && { lastAt: toInstant(lastAt) }),
    createdAt: toInstant(createdAt),
    updatedAt: toInstant(updatedAt),
  };
}
