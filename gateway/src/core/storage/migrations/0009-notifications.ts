import type { Migration } from "./migration.ts";

/**
 * The activity feed, the log of incoming webhooks, and messages: the channels on which they leave, the rules that make
 * them, outages that are going on, and the messages themselves. Messages go with their channel, device or browser.
 */
export const notifications: Migration = {
  number: 9,
  name: "notifications",
  async up({ schema, types, tableEnd }) {
    const { text, int, blob, numbered } = types;
    const table = (name: string) => schema.createTable(name).modifyEnd(tableEnd);

    await table("activity")
      .addColumn("number", int, (c) => numbered(c))
      .addColumn("id", text, (c) => c.notNull().unique())
      .addColumn("type", text, (c) => c.notNull())
      .addColumn("icon", text, (c) => c.notNull())
      .addColumn("icon_class", text, (c) => c.notNull())
      .addColumn("message", text, (c) => c.notNull())
      .addColumn("details", text, (c) => c.notNull())
      .addColumn("at", int, (c) => c.notNull())
      .addColumn("scope", text, (c) => c.notNull())
      .addColumn("devices", text, (c) => c.notNull())
      .execute();

    await table("webhook_calls")
      .addColumn("number", int, (c) => numbered(c))
      .addColumn("at", int, (c) => c.notNull())
      .addColumn("endpoint", text, (c) => c.notNull())
      .addColumn("status", int, (c) => c.notNull())
      .addColumn("result", text, (c) => c.notNull())
      .addColumn("caller", text, (c) => c.notNull())
      .addColumn("caller_name", text, (c) => c.notNull())
      .addColumn("address", text, (c) => c.notNull())
      .addColumn("body", text, (c) => c.notNull())
      .execute();

    await table("notification_channels")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("kind", text, (c) => c.notNull())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("enabled", int, (c) => c.notNull())
      .addColumn("settings", text, (c) => c.notNull())
      .addColumn("secrets", blob)
      .addColumn("last_result", text, (c) => c.notNull())
      .addColumn("last_at", int)
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("updated_at", int, (c) => c.notNull())
      .execute();

    await table("notification_rules")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("body", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("updated_at", int, (c) => c.notNull())
      .execute();

    await table("incidents")
      .addColumn("rule_id", text, (c) => c.notNull().references("notification_rules.id").onDelete("cascade"))
      .addColumn("subject", text, (c) => c.notNull())
      .addColumn("state", text, (c) => c.notNull())
      .addColumn("occurrence", text, (c) => c.notNull())
      .addColumn("opened_at", int, (c) => c.notNull())
      .addColumn("ended_at", int)
      .addColumn("due_at", int)
      .addPrimaryKeyConstraint("incidents_key", ["rule_id", "subject"])
      .execute();
    await schema.createIndex("incidents_due_at").on("incidents").column("due_at").execute();

    await table("push_subscriptions")
      .addColumn("id", text, (c) => c.primaryKey().notNull())
      .addColumn("user_id", int, (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("endpoint_hash", text, (c) => c.notNull().unique())
      .addColumn("sealed", blob, (c) => c.notNull())
      .addColumn("service", text, (c) => c.notNull())
      .addColumn("browser", text, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("used_at", int)
      .execute();
    await schema.createIndex("push_subscriptions_user_id").on("push_subscriptions").column("user_id").execute();

    await table("notifications")
      .addColumn("number", int, (c) => numbered(c))
      .addColumn("id", text, (c) => c.notNull().unique())
      .addColumn("channel_id", text, (c) => c.notNull().references("notification_channels.id").onDelete("cascade"))
      .addColumn("device_id", text, (c) => c.references("devices.id").onDelete("cascade"))
      .addColumn("subscription_id", text, (c) => c.references("push_subscriptions.id").onDelete("cascade"))
      .addColumn("type", text, (c) => c.notNull())
      .addColumn("title", text, (c) => c.notNull())
      .addColumn("body", text, (c) => c.notNull())
      .addColumn("severity", text, (c) => c.notNull())
      .addColumn("payload", text, (c) => c.notNull())
      .addColumn("status", text, (c) => c.notNull())
      .addColumn("retry_count", int, (c) => c.notNull())
      .addColumn("max_retries", int, (c) => c.notNull())
      .addColumn("created_at", int, (c) => c.notNull())
      .addColumn("expires_at", int, (c) => c.notNull())
      .addColumn("next_attempt_at", int, (c) => c.notNull())
      .addColumn("sent_at", int)
      .addColumn("last_attempt_at", int)
      .addColumn("delivered_at", int)
      .addColumn("ended_at", int)
      .addColumn("lease_until", int, (c) => c.notNull())
      .addColumn("error_message", text, (c) => c.notNull())
      .execute();
    await schema.createIndex("notifications_due").on("notifications").columns(["status", "next_attempt_at"]).execute();
    for (const column of ["channel_id", "device_id", "subscription_id"]) {
      await schema.createIndex(`notifications_${column}`).on("notifications").column(column).execute();
    }
  },
};
