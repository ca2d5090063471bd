import { expect, test } from "vitest";
import { applyEvent } from "./apply-event.ts";
import { queryClient } from "./query-client.ts";

test("what was read long before the first connection is read again: nobody tells what happened between", () => {
  const read = (id: string, ago: number) => queryClient.setQueryData([id, {}, {}], [], { updatedAt: Date.now() - ago });
  const isOld = (id: string) => queryClient.getQueryState([id, {}, {}])?.isInvalidated;
  read("apps.list", 10_000);
  read("routes.list", 500);
  applyEvent("hello", {});
  expect([isOld("apps.list"), isOld("routes.list")]).toEqual([true, false]);
});
