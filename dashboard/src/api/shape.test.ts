import { describe, expect, test } from "vitest";
import { appsList, proposalApprove } from "./endpoints.gen.ts";
import { findFault, type Shape } from "./shape.ts";

const APP = { id: "grafana", name: "Grafana", tags: ["charts"], faviconUrl: "/i", faviconURL: "/i", version: 3 };
const apps = appsList.answers[200] as Shape;

test("an answer as the contract describes it has no fault, and unknown fields are tolerated", () => {
  expect(
    findFault([APP, { ...APP, group: "Watch", endpoints: { web: "/" }, brandNew: { deep: [1] } }], apps),
  ).toBeUndefined();
  expect(findFault([], apps)).toBeUndefined();
});

test("a value that a newer gateway adds to an enum spoils nothing", () => {
  expect(findFault([{ ...APP, healthStatus: "dreaming" }], apps)).toBeUndefined();
});

test.each([
  ["null", null, { path: "", wanted: "list" }],
  ["an empty object", {}, { path: "", wanted: "list" }],
  ["a list of empty objects", [{}], { path: "[0].id", wanted: "string" }],
  ["a list of nothing", [null], { path: "[0]", wanted: "object" }],
  ["text for a number", [{ ...APP, version: "3" }], { path: "[0].version", wanted: "integer" }],
  ["a broken number", [{ ...APP, version: 1.5 }], { path: "[0].version", wanted: "integer" }],
  ["a number for text, in the second", [APP, { ...APP, name: 4 }], { path: "[1].name", wanted: "string" }],
  ["null for what may be left out", [{ ...APP, group: null }], { path: "[0].group", wanted: "string" }],
  ["a number within a list", [{ ...APP, tags: ["a", 2] }], { path: "[0].tags[1]", wanted: "string" }],
  ["a number within a map", [{ ...APP, endpoints: { web: 1 } }], { path: "[0].endpoints.web", wanted: "string" }],
  ["a list for an object", [[]], { path: "[0]", wanted: "object" }],
  ["nothing at all", undefined, { path: "", wanted: "list" }],
])("%s in the place of apps", (_, value, fault) => {
  expect(findFault(value, apps)).toEqual(fault);
});

describe("one of several", () => {
  const approval = proposalApprove.answers[200] as Shape;

  test("the other member counts too", () => {
    expect(findFault({ status: "already_processed", id: "x", message: "was dismissed" }, approval)).toBeUndefined();
  });

  test("the fault is the one of the member that was meant", () => {
    expect(findFault({ status: "approved", id: "x", app: { ...APP, name: 1 } }, approval)).toEqual({
      path: "app.name",
      wanted: "string",
    });
  });

  test("nullable takes null and the type, nothing else", () => {
    const shape: Shape = ["string", "null"];
    expect([null, "a"].map((value) => findFault(value, shape))).toEqual([undefined, undefined]);
    expect(findFault(1, shape)).toBeDefined();
  });
});

test("a name that objects inherit is missing all the same", () => {
  expect(findFault({}, { toString: "any" } as unknown as Shape)).toEqual({ path: "toString", wanted: "any" });
});
