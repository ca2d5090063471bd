import { afterAll, onTestFinished, TestRunner } from "vitest";

type Clean = () => unknown;

const shared: Clean[] = [];

// This module is read while a file's tests are collected, so the hook belongs to that file.
afterAll(async () => {
  for (const clean of shared.reverse()) await clean();
});

/** Runs `clean` when the test has finished; from `beforeAll`, when all tests of the file have. Last in, first out. */
export function whenDone(clean: Clean): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => void (await clean()));
  else shared.push(clean);
}
