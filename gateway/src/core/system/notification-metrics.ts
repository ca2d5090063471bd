import { webhooks } from "@nekzus/contract";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Meter } from "../notifications/notifications.ts";

/** Seconds, from a socket to a phone that was away for a day. */
const DELIVERY_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600, 86_400];
const WEBHOOK_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

export type NotificationMetrics = {
  meter: Meter;
  /** The API answered; calls of webhooks are counted. `ms`: how long it took. */
  onApiAnswer(answer: { path: string; status: number; ms: number }): void;
  register(registry: Registry): void;
};

/** Metrics of messages and webhooks (10 §11.2). */
export function createNotificationMetrics(workers: () => number): NotificationMetrics {
  const options = { registers: [] };
  const enqueued = new Counter({
    name: "nekzus_notifications_enqueued_total",
    help: "Messages that were made.",
    ...options,
  });
  const delivered = new Counter({
    name: "nekzus_notifications_delivered_total",
    help: "Messages that arrived.",
    labelNames: ["type"],
    ...options,
  });
  const failed = new Counter({
    name: "nekzus_notifications_failed_total",
    help: "Messages that were given up: refused, not confirmed, or not sent in all attempts.",
    labelNames: ["type", "reason"],
    ...options,
  });
  const expired = new Counter({
    name: "nekzus_notifications_expired_total",
    help: "Messages whose time was over before they arrived.",
    ...options,
  });
  const retried = new Counter({ name: "nekzus_notifications_retried_total", help: "Further attempts.", ...options });
  const duration = new Histogram({
    name: "nekzus_notification_delivery_duration_seconds",
    help: "Time from making a message to its end.",
    labelNames: ["type", "status"],
    buckets: DELIVERY_BUCKETS,
    ...options,
  });
  const workerGauge = new Gauge({
    name: "nekzus_notification_queue_workers",
    help: "Messages that are sent at the same time.",
    collect() {
      this.set(workers());
    },
    ...options,
  });
  const requests = new Counter({
    name: "nekzus_webhook_requests_total",
    help: "Calls of webhooks.",
    labelNames: ["endpoint", "status"],
    ...options,
  });
  const requestDuration = new Histogram({
    name: "nekzus_webhook_request_duration_seconds",
    help: "Time to answer a webhook.",
    labelNames: ["endpoint"],
    buckets: WEBHOOK_BUCKETS,
    ...options,
  });
  const endpoints: Readonly<Record<string, string>> = {
    [webhooks.webhookActivity.path]: "activity",
    [webhooks.webhookNotify.path]: "notify",
  };

  return {
    meter: {
      enqueued: (count) => enqueued.inc(count),
      delivered(type, ms) {
        delivered.inc({ type });
        duration.observe({ type, status: "delivered" }, ms / 1000);
      },
      failed(type, reason, ms) {
        failed.inc({ type, reason });
        duration.observe({ type, status: "failed" }, ms / 1000);
      },
      expired: (count) => expired.inc(count),
      retried: (count) => retried.inc(count),
    },
    onApiAnswer({ path, status, ms }) {
      const endpoint = endpoints[path];
      if (!endpoint) return;
      requests.inc({ endpoint, status: String(status) });
      requestDuration.observe({ endpoint }, ms / 1000);
    },
    register(registry) {
      for (const metric of [enqueued, delivered, failed, expired, retried, duration, workerGauge]) {
        registry.registerMetric(metric as Counter);
      }
      for (const metric of [requests, requestDuration]) registry.registerMetric(metric as Counter);
    },
  };
}
