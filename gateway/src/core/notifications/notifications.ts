import type { Network } from "../../kit/addresses.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { GuardedOutbound } from "../../kit/outbound.ts";
import type { Activity } from "../events/activity/activity.ts";
import type { Audiences, Viewer } from "../events/audience.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Binding, Caller } from "../http/binding.ts";
import { namedSecret } from "../storage/secrets.ts";
import { getSetting, setSetting } from "../storage/settings.ts";
import type { Storage } from "../storage/storage.ts";
import type { Delivery, Message } from "./channels/channel.ts";
import { createChannels, resultOf } from "./channels/channels.ts";
import type { DeviceSockets } from "./channels/device.ts";
import { createOpener } from "./channels/open.ts";
import { createChannelStore } from "./channels/store.ts";
import { channelCommands } from "./commands.ts";
import { createPushStore } from "./push/store.ts";
import { createSubscriptions } from "./push/subscriptions.ts";
import { createVapid, makeVapidKey, type Vapid } from "./push/vapid.ts";
import { createDispatcher, type Meter, type QueueSettings } from "./queue/dispatcher.ts";
import { createQueue } from "./queue/queue.ts";
import { type ClaimedRow, createQueueStore } from "./queue/store.ts";
import { notificationRoutes } from "./routes.ts";
import { createIncidents } from "./rules/incidents.ts";
import type { Occurrence } from "./rules/occurrences.ts";
import { addressTo, type Reached } from "./rules/recipients.ts";
import { createRules } from "./rules/rules.ts";
import { createRuleStore } from "./rules/store.ts";
import { textOf } from "./rules/text.ts";
import { createWebhooks } from "./webhooks/incoming.ts";

export type { DeviceSockets } from "./channels/device.ts";
export type { Meter } from "./queue/dispatcher.ts";
export { appDown } from "./rules/occurrences.ts";

const DAY = 24 * 3_600_000;
/** Says that the first channels and the first rule were made, so that one that was removed stays away. */
const SEEDED = "notifications.seeded";

/** Who a person or device is and what it may see now. */
export type Subject = Viewer & { id: string; name: string; owner?: string };

/** What is set in the configuration. Times in ms. */
export type NotificationSettings = QueueSettings & { keep_days: number };

export type Notifications = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when everything heard of so far was dealt with and what was due was sent once. */
  settled(): Promise<void>;
  routes: Binding[];
  commands: ReturnType<typeof channelCommands>;
  /** Messages that wait, and how many are sent at the same time, for metrics. */
  depth(): Promise<number>;
  /** Removes messages and calls of webhooks that are older than the settings say. */
  prune: { messages(): Promise<number>; webhooks(): Promise<number> };
};

/** Messages to devices and people: the queue that loses none, the channels they leave on, the rules that make them. */
export function createNotifications(parts: {
  storage: Storage;
  bus: CoreBus;
  audiences: Audiences;
  clock: Clock;
  log: Logger;
  outbound: GuardedOutbound;
  sockets: DeviceSockets;
  activity: Pick<Activity, "addWebhook">;
  /** Everybody who is known: users as `user:…`, devices as `device:…` with their owner. */
  subjects(): Promise<readonly Subject[]>;
  /** The apps that are down now. */
  down(): Promise<readonly Occurrence[]>;
  /** The API's address as a caller reaches it. */
  origin(call: { caller: Caller; header(name: string): string | undefined }): string;
  browserName(userAgent: string | undefined): string;
  /** The ids of sessions and tokens that were withdrawn of late. */
  revokedIds(): Promise<readonly string[]>;
  settings: () => NotificationSettings;
  /** Networks of one's own where messages may go. */
  networks: () => readonly Network[];
  webhookKeepDays: () => number;
  meter: Meter;
}): Notifications {
  const { storage, bus, clock, log, outbound, sockets, settings, origin } = parts;
  const tellChanged = (area: string) => bus.emit("list-changed", { area });
  const meter = tellingOf(parts.meter, () => tellChanged("notifications"));
  const store = createQueueStore(storage);
  const channelStore = createChannelStore(storage);
  const subscriptionStore = createPushStore(storage);
  const ruleStore = createRuleStore(storage);
  let key: Promise<Vapid> | undefined;

  /** Made when it is first asked for, and kept as long as the database: browsers are bound to it. */
  function vapid(): Promise<Vapid> {
    key ??= namedSecret(storage, "vapid", makeVapidKey, clock).then(createVapid, (error) => {
      key = undefined;
      throw error;
    });
    return key;
  }
  const opener = createOpener({ outbound, networks: parts.networks, vapid, clock });

  const devices = async () =>
    new Map((await parts.subjects()).filter(isDevice).map(({ id, name }) => [id.slice("device:".length), name]));

  async function open(row: ClaimedRow) {
    if (row.subscriptionId !== null) {
      const subscription = await subscriptionStore.byId(row.subscriptionId);
      return subscription && opener.browser(subscription.address);
    }
    const channel = await channelStore.byId(row.channelId);
    return channel && opener.channel(channel);
  }

  /** Rights may have become less, and apps sensitive, since the message was made: it is told of what is left. */
  async function tellable({ about, deviceId, subscriptionId, message }: ClaimedRow): Promise<Message | undefined> {
    if (!about.length) return message;
    const userId = subscriptionId === null ? undefined : (await subscriptionStore.byId(subscriptionId))?.userId;
    const id = deviceId === null ? `user:${userId}` : `device:${deviceId}`;
    const who = (await parts.subjects()).find((subject) => subject.id === id);
    const seen = who ? about.filter((part) => parts.audiences.maySee(who, part)) : [];
    if (seen.length === about.length) return message;
    const [first, ...rest] = seen.flatMap(({ incident }) => incident ?? []);
    return first && { ...message, ...textOf([first, ...rest], message.at) };
  }

  async function onTried(row: ClaimedRow, delivery: Delivery): Promise<void> {
    const now = clock.now();
    await channelStore.setResult(row.channelId, resultOf(delivery), now);
    tellChanged("channels");
    if (row.subscriptionId === null) return;
    if (delivery.state === "failed" && delivery.gone) await subscriptionStore.remove(row.subscriptionId);
    else if (delivery.state === "delivered") await subscriptionStore.used(row.subscriptionId, now);
  }

  async function recipients() {
    const subjects = await parts.subjects();
    const people = new Map(subjects.filter(({ kind }) => kind === "user").map((one) => [one.id, one]));
    const all = (await channelStore.all()).filter(({ enabled }) => enabled);
    const browsers = await subscriptionStore.all();
    const reached = all.map(({ id: channelId, kind }): Reached => {
      if (kind === "device") {
        const some = subjects.filter(isDevice).map((device) => ({
          deviceId: device.id.slice("device:".length),
          username: people.get(device.owner ?? "")?.name ?? "",
          viewer: device,
        }));
        return { channelId, recipients: some };
      }
      if (kind !== "push") return { channelId, recipients: undefined };
      const some = browsers.flatMap(({ id, userId }) => {
        const person = people.get(`user:${userId}`);
        return person ? [{ subscriptionId: id, username: person.name, viewer: person }] : [];
      });
      return { channelId, recipients: some };
    });
    return addressTo(reached);
  }

  const dispatcher = createDispatcher({
    store,
    sockets,
    channels: () => channelStore.enabledIds(),
    open,
    tellable,
    onTried,
    settings,
    clock,
    log,
    meter,
  });
  const queue = createQueue({
    storage,
    store,
    dispatcher,
    sockets,
    names: async () => ({ devices: await devices(), channels: await channelStore.names() }),
    settings,
    clock,
    meter,
  });
  const channels = createChannels({
    storage,
    store: channelStore,
    opener,
    subscriptions: subscriptionStore,
    sockets,
    devices,
    clock,
  });
  const rules = createRules({ storage, store: ruleStore, channels: () => channelStore.names(), clock });
  const subscriptions = createSubscriptions({
    store: subscriptionStore,
    vapid,
    origin,
    browserName: parts.browserName,
    revokedIds: parts.revokedIds,
    bus,
    clock,
    log,
  });
  const incidents = createIncidents({
    storage,
    rules: ruleStore,
    queue,
    wake: dispatcher.wake,
    recipients,
    down: parts.down,
    audiences: parts.audiences,
    bus,
    clock,
    log,
  });
  const webhooks = createWebhooks({
    storage,
    store,
    queue,
    toRules: incidents.take,
    wake() {
      dispatcher.wake();
      incidents.wake();
    },
    activity: parts.activity,
    bus,
    clock,
    origin,
    keepDays: parts.webhookKeepDays,
  });
  let endListening = () => {};

  return {
    async start() {
      await storage.write(async (tx) => {
        if (await getSetting(tx, SEEDED)) return;
        await channels.seed(tx);
        await rules.seed(tx);
        await setSetting(tx, SEEDED, "1");
      });
      await subscriptions.start();
      await dispatcher.start();
      await incidents.start();
      endListening = bus.on("config-changed", () => dispatcher.wake());
    },
    async stop() {
      endListening();
      await incidents.stop();
      await dispatcher.stop();
      await subscriptions.stop();
    },
    async settled() {
      await subscriptions.settled();
      await incidents.settled();
      await dispatcher.settled();
    },
    routes: notificationRoutes({ queue, channels, rules, subscriptions, webhooks }),
    commands: channelCommands(channels),
    depth: () => queue.depth(),
    prune: {
      messages: () => queue.prune(clock.now() - settings().keep_days * DAY),
      webhooks: () => webhooks.prune(),
    },
  };
}

function isDevice({ kind }: Subject): boolean {
  return kind === "device";
}

/** A meter that also tells that the queue has changed. */
function tellingOf(meter: Meter, tell: () => void): Meter {
  const also =
    <A extends unknown[]>(count: (...args: A) => void) =>
    (...args: A): void => {
      count(...args);
      tell();
    };
  return {
    enqueued: also(meter.enqueued),
    delivered: also(meter.delivered),
    failed: also(meter.failed),
    expired: also(meter.expired),
    retried: also(meter.retried),
  };
}
