import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { type ClockChange, createClockWatch } from "./clock-watch.ts";

const HOUR = 3_600_000;
const log = { warn() {} } as unknown as Parameters<typeof createClockWatch>[0]["log"];

test("a clock that is set is noticed, how far and which way; one that is corrected a little is not", async () => {
  const clock = createVirtualClock();
  const changes: ClockChange[] = [];
  const watch = createClockWatch({
    clock,
    log,
    lastWritten: async () => undefined,
    onChange: (one) => changes.push(one),
  });
  await watch.start();
  for (const ms of [5000, HOUR, 0, -HOUR, -20_000, -20_000]) {
    clock.set(ms);
    await clock.advance(10_000);
  }
  expect(changes.map(({ seconds }) => seconds)).toEqual([3600, -3600]);
  watch.stop();
});

test("a machine that begins before what it wrote last says so", async () => {
  const clock = createVirtualClock();
  const changes: ClockChange[] = [];
  const lastWritten = async () => clock.now() + HOUR;
  await createClockWatch({ clock, log, lastWritten, onChange: (one) => changes.push(one) }).start();
  expect(changes).toEqual([expect.objectContaining({ seconds: -3600 })]);
});
