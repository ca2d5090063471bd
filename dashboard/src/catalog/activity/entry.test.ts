import { expect, test } from "vitest";
import { placeOf, toneOf } from "./entry.ts";

const entry = { id: "x", icon: "Bell", iconClass: "", message: "", timestamp: 0 };
const everything = () => true;
const nothing = () => false;

test("an entry leads to what it is about, as far as the person may go there", () => {
  expect(placeOf({ ...entry, type: "health_change", appId: "board" }, everything)).toEqual({
    to: "/apps",
    search: { q: "board" },
  });
  expect(placeOf({ ...entry, type: "health_change", appId: "board" }, nothing)).toEqual({ to: "/" });
  expect(placeOf({ ...entry, type: "pairing_asked" }, everything)).toEqual({ to: "/devices" });
  expect(placeOf({ ...entry, type: "webhook.activity" }, nothing)).toBeUndefined();
  expect(placeOf({ ...entry, type: "app_removed", appId: "board" }, everything)).toBeUndefined();
});

test("webhooks may choose any class", () => {
  expect(["danger", "error", "success", "purple", "constructor"].map((iconClass) => toneOf({ iconClass }))).toEqual([
    "bad",
    "bad",
    "good",
    "neutral",
    "neutral",
  ]);
});
