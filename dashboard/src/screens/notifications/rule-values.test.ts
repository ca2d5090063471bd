import { expect, test } from "vitest";
import { newRule, type Rule, ruleInput, toggled, valuesOfRule } from "./rule-values.ts";

const rule: Rule = {
  id: "rule-1",
  name: "Nights",
  enabled: false,
  events: ["app_down", "webhook"],
  minSeverity: "warning",
  apps: ["board"],
  channels: ["devices", "gone"],
  devices: ["phone"],
  users: ["anna"],
  delaySeconds: 0,
  settleSeconds: 60,
  quietHours: { from: "23:00", to: "06:30", timeZone: "Europe/Berlin", urgent: false },
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

test("a rule that is saved unchanged stays as it is, but for channels that are gone", () => {
  const { id: _, createdAt: __, updatedAt: ___, ...input } = rule;
  const values = valuesOfRule(rule, new Set(["devices"]), "UTC");
  expect(ruleInput(values)).toEqual({ ...input, channels: ["devices"] });
  // Switched off and on again in the form, the times are still there.
  expect(ruleInput({ ...values, isQuiet: false }).quietHours).toBeNull();
  expect(ruleInput({ ...values, isQuiet: true }).quietHours).toEqual(rule.quietHours);
});

test("a new rule has quiet hours only when they are asked for, in the person's zone", () => {
  const values = newRule(["devices"], "Europe/Paris");
  expect(ruleInput(values)).toMatchObject({ channels: ["devices"], quietHours: null });
  expect(ruleInput({ ...values, isQuiet: true }).quietHours?.timeZone).toBe("Europe/Paris");
  expect([toggled(["a"], "b", true), toggled(["a", "b"], "a", false)]).toEqual([["a", "b"], ["b"]]);
});
