import { expect, test } from "vitest";
import { isDangerous } from "../../catalog/proposal.ts";
import { isSafe } from "./proposals-model.ts";

const proposal = (confidence: number, ...severities: string[]) => ({
  confidence,
  securityRemarks: severities.map((severity) => ({ severity, code: "privileged", message: "", advice: "" }) as never),
});

test.each([
  ["recognised, good to know", proposal(0.9, "info"), false, true],
  ["guessed", proposal(0.4), false, false],
  ["worth a look", proposal(0.95, "info", "warning"), false, false],
  ["of a severity that a newer gateway knows", proposal(0.95, "grave"), false, false],
  ["dangerous", proposal(0.95, "danger"), true, false],
])("%s", (_, found, dangerous, safe) => {
  expect([isDangerous(found), isSafe(found)]).toEqual([dangerous, safe]);
});
