import { describe, expect, test } from "vitest";
import { confidenceOf, type Proposal, placeOf } from "../../catalog/proposal.ts";
import { barrierOf, countRemarks, nextAfter, searchProposals } from "./proposal.ts";
import { makeProposal, makeRemark } from "./test-proposal.ts";

test("a confidence becomes a word at its bounds", () => {
  expect([1, 0.9, 0.89, 0.6, 0.59, 0].map((confidence) => confidenceOf({ confidence }))).toEqual([
    "verified",
    "verified",
    "detected",
    "detected",
    "uncertain",
    "uncertain",
  ]);
});

test("a severity that is not known counts as a warning", () => {
  const remarks = [makeRemark("danger"), makeRemark("info"), makeRemark("fatal" as "info"), makeRemark("warning")];
  expect(countRemarks(remarks)).toEqual({ danger: 1, warning: 2, info: 1 });
});

test("an IPv6 address is bracketed before its port", () => {
  expect(placeOf({ detectedHost: "fd00::2", detectedPort: 80 })).toBe("[fd00::2]:80");
});

test("every word has to be found somewhere", () => {
  const proposals = [makeProposal({ id: "one" }), makeProposal({ id: "two", detectedPort: 9000, tags: ["Media"] })];
  const found = (text: string) => searchProposals(proposals, text).map(({ id }) => id);
  expect(found("")).toEqual(["one", "two"]);
  expect(found("media GRAF")).toEqual(["two"]);
  expect(found(":9000")).toEqual(["two"]);
  expect(found("media nothing")).toEqual([]);
});

describe("approved together with others", () => {
  const twoPorts: Proposal["availablePorts"] = [
    { port: 80, scheme: "http" },
    { port: 81, scheme: "http" },
  ];
  test.each([
    ["one that only has warnings", { securityRemarks: [makeRemark("warning")] }, undefined],
    ["not one with a danger", { securityRemarks: [makeRemark("danger")], availablePorts: twoPorts }, "danger"],
    ["not one that wants a taken id", { securityRemarks: [makeRemark("warning", "id_taken")] }, "id-taken"],
    ["not one with several ports", { availablePorts: twoPorts }, "several-ports"],
    ["not one that may be no app", { confidence: 0.5 }, "uncertain"],
  ] as const)("%s", (_, given, barrier) => {
    expect(barrierOf(makeProposal(given as Partial<Proposal>))).toBe(barrier);
  });
});

test("the focus goes on to the next one that stays, else back", () => {
  const shown = ["a", "b", "c", "d"];
  const next = (...gone: string[]) => nextAfter(shown, new Set(gone));
  expect(next("b")).toBe("c");
  expect(next("a", "c")).toBe("d");
  expect(next("c", "d")).toBe("b");
  expect(next(...shown)).toBeUndefined();
});
