import type { Notifiable, notificationRules } from "@nekzus/contract";
import type { z } from "zod";

export type Rule = z.output<typeof notificationRules.NotificationRule>;
export type RuleInput = z.output<typeof notificationRules.RuleInput>;

/** What a new rule begins with: outages, to everywhere that is chosen then. */
export function newRule(channels: readonly string[], timeZone: string): RuleValues {
  return {
    input: {
      name: "",
      enabled: true,
      events: ["app_down"],
      minSeverity: "info",
      apps: [],
      channels: [...channels],
      devices: [],
      users: [],
      delaySeconds: 30,
      settleSeconds: 120,
      quietHours: null,
    },
    quiet: { from: "22:00", to: "07:00", timeZone, urgent: true },
    isQuiet: false,
  };
}

/** A rule in its form: quiet hours that are switched off are kept until it is closed. */
export type RuleValues = { input: RuleInput; quiet: NonNullable<RuleInput["quietHours"]>; isQuiet: boolean };

/** A rule as its form begins. Channels that are gone are left out: the gateway would refuse them. */
export function valuesOfRule(rule: Rule, channels: ReadonlySet<string>, timeZone: string): RuleValues {
  const fresh = newRule([], timeZone);
  return {
    input: { ...inputOfRule(rule), channels: rule.channels.filter((id) => channels.has(id)) },
    quiet: rule.quietHours ?? fresh.quiet,
    isQuiet: rule.quietHours !== null,
  };
}

/** What is sent to the gateway to save a rule as it is. */
export function inputOfRule({ id: _, createdAt: __, updatedAt: ___, ...input }: Rule): RuleInput {
  return input;
}

/** What the form is saved as. */
export function ruleInput({ input, quiet, isQuiet }: RuleValues): RuleInput {
  return { ...input, quietHours: isQuiet ? quiet : null };
}

/** With or without one of them. */
export function toggled<T>(all: readonly T[], one: T, isIn: boolean): T[] {
  const others = all.filter((other) => other !== one);
  return isIn ? [...others, one] : others;
}

/** Only outages last, and are told once they are over. */
export function lasts(events: readonly Notifiable[]): boolean {
  return events.includes("app_down");
}
