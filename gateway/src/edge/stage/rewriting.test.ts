import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { ClientRequest } from "../listen/client.ts";
import { createMemoryBudget } from "./budget.ts";
import { Rewriting } from "./rewriting.ts";

/** A rewriting beside somebody who has all the memory, and what became of it. */
function setUp(coding: "identity" | "gzip") {
  const clock = createVirtualClock();
  const budget = createMemoryBudget(clock);
  budget.limit(1000);
  const other = { granted() {}, denied() {} };
  budget.borrow(1000, other);
  const said: string[] = [];
  const sent: Buffer[] = [];
  const client = {
    write: (part: Buffer) => sent.push(Buffer.from(part)) > 0,
    flush: () => true,
    end: () => void said.push("end"),
    onDrain: undefined,
  };
  const rewriting = new Rewriting(
    { goOn: () => void said.push("go on"), staged: () => void said.push("staged"), stageBroke() {} },
    client as unknown as ClientRequest,
    {
      coding,
      out: undefined,
      kept: 0,
      createRewriter: () => ({
        push: (part) => Buffer.from(part.toString().toUpperCase()),
        end: () => Buffer.from("!"),
      }),
      begin: () => void said.push("begin"),
      beginUntouched: () => void said.push("begin untouched"),
      record: undefined,
    },
    budget,
    { rewritten: () => void said.push("rewritten"), passedForMemory: () => void said.push("passed") },
  );
  const free = () => budget.giveBack(1000, other);
  return { clock, budget, rewriting, said, free, sent: () => Buffer.concat(sent) };
}

test.each(["identity", "gzip"] as const)(
  "without memory a body in %s waits, then passes as it came",
  async (coding) => {
    const { clock, rewriting, said, sent } = setUp(coding);
    const body = coding === "gzip" ? gzipSync("some text") : Buffer.from("some text");
    expect([rewriting.write(body.subarray(0, 20)), rewriting.flush()]).toEqual([true, false]);
    await clock.advance(9_999);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual(["passed", "begin untouched", "go on"]);
    rewriting.write(body.subarray(20));
    rewriting.end(undefined);
    expect(said.slice(3)).toEqual(["end", "staged"]);
    expect(sent().equals(body)).toBe(true);
  },
);

test("with memory that became free it is rewritten, also when all of it came meanwhile", () => {
  const { rewriting, said, free, sent, budget } = setUp("identity");
  rewriting.write(Buffer.from("some "));
  rewriting.write(Buffer.from("text"));
  rewriting.end(undefined);
  free();
  expect(said).toEqual(["begin", "rewritten", "end", "staged"]);
  expect(sent().toString()).toBe("SOME TEXT!");
  expect(budget.used).toBe(0);
});

test("whoever waits no more leaves the line, and nothing is said to the client", async () => {
  const { clock, rewriting, said, free, budget } = setUp("identity");
  rewriting.write(Buffer.from("some text"));
  rewriting.destroy();
  free();
  await clock.advance(20_000);
  expect([said, budget.used]).toEqual([[], 0]);
});
