import {
  notificationChannels as channelContract,
  push as pushContract,
  notifications as queueContract,
  notificationRules as ruleContract,
  webhooks as webhookContract,
} from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { Channels } from "./channels/channels.ts";
import type { Subscriptions } from "./push/subscriptions.ts";
import type { Queue } from "./queue/queue.ts";
import type { Rules } from "./rules/rules.ts";
import type { Webhooks } from "./webhooks/incoming.ts";

/** The endpoints of messages: the queue, channels, rules, browsers, and webhooks that come in. */
export function notificationRoutes(parts: {
  queue: Queue;
  channels: Channels;
  rules: Rules;
  subscriptions: Subscriptions;
  webhooks: Webhooks;
}): Binding[] {
  const { queue, channels, rules, subscriptions, webhooks } = parts;
  return [
    bind(queueContract.notificationsList, queue.list),
    bind(queueContract.notificationsStats, queue.stats),
    bind(queueContract.notificationsStale, queue.stale),
    bind(queueContract.notificationGet, queue.get),
    bind(queueContract.notificationsRetry, queue.retryMany),
    bind(queueContract.notificationRetry, queue.retry),
    bind(queueContract.notificationDismiss, queue.dismiss),
    bind(queueContract.notificationsDismissDevice, queue.dismissDevice),
    bind(queueContract.notificationsClear, queue.clear),
    bind(channelContract.channelsList, channels.list),
    bind(channelContract.channelCreate, channels.create),
    bind(channelContract.channelGet, channels.get),
    bind(channelContract.channelPut, channels.put),
    bind(channelContract.channelDelete, channels.remove),
    bind(channelContract.channelTest, channels.test),
    bind(ruleContract.rulesList, rules.list),
    { ...bind(ruleContract.ruleCreate, rules.create), faults: rules.faults },
    bind(ruleContract.ruleGet, rules.get),
    { ...bind(ruleContract.rulePut, rules.put), faults: rules.faults },
    bind(ruleContract.ruleDelete, rules.remove),
    bind(pushContract.pushState, subscriptions.state),
    bind(pushContract.pushSubscribe, subscriptions.subscribe),
    bind(pushContract.pushUnsubscribe, subscriptions.unsubscribe),
    bind(webhookContract.webhookActivity, webhooks.activity, undefined, (...call) =>
      webhooks.refused("activity", ...call),
    ),
    bind(webhookContract.webhookNotify, webhooks.notify, undefined, (...call) => webhooks.refused("notify", ...call)),
    bind(webhookContract.webhookCalls, webhooks.calls),
    bind(webhookContract.webhookReplay, webhooks.replay),
    bind(webhookContract.webhookCommands, webhooks.commands),
  ];
}
