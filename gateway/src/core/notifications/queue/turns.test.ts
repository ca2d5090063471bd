import { expect, test } from "vitest";
import { createTurns, type DueLane } from "./turns.ts";

const lane = (channelId: string, subscriptionId: string | null, due: number): DueLane => {
  return { channelId, subscriptionId, due };
};

test("a browser whose service hangs holds up no other browser, and all of them together no other channel", () => {
  const shareOut = createTurns();
  const [hanging, other, mail] = [lane("browsers", "a", 9), lane("browsers", "b", 1), lane("mail", null, 1)];
  expect(shareOut([hanging, other], [], 4)).toEqual([
    [hanging, 2],
    [other, 1],
  ]);
  expect(shareOut([hanging, mail], [hanging, hanging, other], 4)).toEqual([[mail, 1]]);
  expect(shareOut([hanging, mail], [hanging, hanging, hanging, mail], 4)).toEqual([]);
});

test("with one attempt at a time everybody has a turn", () => {
  const shareOut = createTurns();
  const all = [lane("a", null, 9), lane("b", null, 9), lane("c", null, 9)];
  const had = all.flatMap(() => shareOut(all, [], 1)).map(([{ channelId }]) => channelId);
  expect(had).toEqual(["a", "b", "c"]);
});
