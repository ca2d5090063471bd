import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { createMemoryBudget } from "./budget.ts";

function setUp(bytes: number) {
  const clock = createVirtualClock();
  const budget = createMemoryBudget(clock);
  budget.limit(bytes);
  const said: string[] = [];
  const borrower = (name: string) => ({
    granted: () => void said.push(`${name} granted`),
    denied: () => void said.push(`${name} denied`),
  });
  return { clock, budget, said, borrower };
}

test("who comes first is served first, and nobody overtakes", () => {
  const { budget, said, borrower } = setUp(100);
  const [a, b, c, d] = ["a", "b", "c", "d"].map(borrower) as [ReturnType<typeof borrower>, never, never, never];
  expect(budget.borrow(60, a)).toBe(true);
  expect(budget.borrow(60, b)).toBe(false);
  expect(budget.borrow(10, c)).toBe(false);
  expect(budget.borrow(10, d)).toBe(false);
  expect([budget.used, said]).toEqual([60, []]);
  budget.giveBack(10, c);
  budget.giveBack(60, a);
  expect([budget.used, said]).toEqual([70, ["b granted", "d granted"]]);
});

test("who waited too long gets none, and does not hold up those behind", async () => {
  const { clock, budget, said, borrower } = setUp(100);
  budget.borrow(60, borrower("a"));
  budget.borrow(60, borrower("b"));
  await clock.advance(5000);
  budget.borrow(10, borrower("c"));
  await clock.advance(5000);
  expect([budget.used, said]).toEqual([70, ["b denied", "c granted"]]);
});

test("a smaller limit counts for the next ones, and one that wants more than all of it gets it alone", () => {
  const { budget, said, borrower } = setUp(100);
  const large = borrower("large");
  expect(budget.borrow(500, large)).toBe(true);
  budget.borrow(1, borrower("small"));
  budget.limit(50);
  expect(said).toEqual([]);
  budget.giveBack(500, large);
  expect([budget.used, said]).toEqual([1, ["small granted"]]);
});
