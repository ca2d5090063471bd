import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { createFlights } from "./flights.ts";

function flightsOf() {
  const clock = createVirtualClock();
  const told: string[] = [];
  const flights = createFlights(clock);
  const wait = (name: string, ms = 3000) => flights.wait("id", ms, (outcome) => told.push(`${name} ${outcome}`));
  return { clock, flights, told, wait };
}

test("those who wait are told how it ended, each once, and not after they left", async () => {
  const { clock, flights, told, wait } = flightsOf();
  expect(wait("too early")).toBeUndefined();
  const flight = flights.begin("id");
  expect(flights.begin("id")).toBeUndefined();
  wait("a");
  wait("impatient", 100);
  wait("gone")?.();
  await clock.advance(200);
  expect(told).toEqual(["impatient late"]);
  flight?.over("kept");
  flight?.over("failed");
  await clock.advance(10_000);
  expect(told).toEqual(["impatient late", "a kept"]);
  expect(wait("too late")).toBeUndefined();
});

test("for a while nobody waits for what was not to be shared", async () => {
  const { clock, flights, told, wait } = flightsOf();
  const flight = flights.begin("id");
  wait("a");
  flight?.over("unshared");
  expect(told).toEqual(["a unshared"]);
  const second = flights.begin("id");
  expect(wait("b")).toBeUndefined();
  await clock.advance(10_001);
  expect(wait("c")).toBeDefined();
  second?.over("kept");
  flights.begin("id");
  expect(wait("d")).toBeDefined();
});
